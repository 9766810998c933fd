"""What the demonstration plays: two cases at least that end in every state, and those that go another way.

Firms and people are made up and marked 演示. Gaps are working days; fines lie within the shipped discretion tiers.
"""

from datetime import time, timedelta
from operator import attrgetter

from django.utils import timezone

from cases.demonstration_play import Step, Story
from cases.models.case import Channel, Violation
from cases.verbs import Verb as V
from cases.workflow import Status as S

PLANNING, QUALITY, TENDERING = Violation.PLANNING_PERMIT, Violation.QUALITY_SUPERVISION, Violation.TENDERING
PERMIT, SAFETY = Violation.CONSTRUCTION_PERMIT, Violation.SAFETY_SUPERVISION
ACTS = {
    PERMIT: "未取得施工许可证擅自施工",
    QUALITY: "未办理质量监督手续即开工",
    SAFETY: "未报送安全施工措施资料",
    PLANNING: "未取得建设工程规划许可证进行建设",
    TENDERING: "依法应当招标的项目未招标",
}
STATIONS = {"G1": "quality_station", "G2": "urban_construction_brigade", "G3": "safety_station"}
ABSENT = "energy_section"  # has no demonstration account, so nobody signs in for it
OFFICERS = attrgetter("officers")


def step(verb, who, days=0, **words) -> Step:
    return Step(verb, who, days, words)


def workday(number, clock=time(17)):
    return lambda play: play.day(number, clock)


def numbered(pattern):
    return lambda play: pattern.format(play.number)


# 案件来源

TRIAGED = (step(V.TRIAGE, "platform", analysis="属实施联合执法的范围，建议登记"),)
LAND = step(V.CONFIRM_LAND, "officer", 1, land_ownership="state", evidence=numbered("演示国用第{:04}号"))
REGISTERED = (*TRIAGED, step(V.REGISTER, "dispatcher"))
SUBMITTED = (*REGISTERED, step(V.SUBMIT, "dispatcher", 1, opinion="建议转交承办单位核实"))
APPROVED = (*SUBMITTED, step(V.APPROVE, "leader", 1, opinion="同意"))

# 立案查处

ASSIGNED = (*APPROVED, step(V.HAND_OVER, "platform", unit=attrgetter("unit"), text="请及时核实"))
VERIFYING = (*ASSIGNED, step(V.BEGIN_CHECK, "officer", 1))


def found_true(*violations, joint: bool, price: int):
    """The check names party, site and violations; `price` is the contract's, in yuan."""
    ends = V.REQUIRE_JOINT if joint else V.HANDLE_ALONE
    return (
        *VERIFYING,
        LAND,
        step(V.NAME_PARTY, "officer", kind="developer", name=numbered("演示{:02}号建设有限公司"),
             legal_representative="演示代表", address="演示地址"),
        step(V.DESCRIBE_SITE, "officer", contract_price=price, construction_cost=price, floor_area_m2=price / 1200,
             land_area_m2=price / 3600, storeys=3, construction_stage="structure", violation_start=started),
        *(step(V.NAME_VIOLATION, "officer", kind=kind, act=ACTS[kind]) for kind in violations),
        step(ends, "officer", officers=OFFICERS, findings="现场正在施工，举报情况属实"),
    )  # fmt: skip


def started(play):
    return str(timezone.localdate(play.case.reported_at) - timedelta(days=40))


def filed(*violations, joint=False, price=3_000_000):
    return (
        *found_true(*violations, joint=joint, price=price),
        step(V.FILE_CASE, "officer", 1, handlers=OFFICERS, approved_by="局领导一", opinion="符合立案条件，报请立案"),
    )


SMALL = filed(PERMIT)
LARGE = filed(PERMIT, QUALITY, joint=True, price=9_600_000)

# 调查取证

PHOTO = step(V.EVIDENCE, "officer", kind="audiovisual", title="演示：现场照片")
INSPECTION = step(V.INSPECT, "officer", 1, officers=OFFICERS, findings="主体已建至三层，未见施工许可证", showed_id="on")


def guests(play):
    return [code for group, code in STATIONS.items() if group != play.story.group] + [ABSENT]


def joint_inspection(group: str):
    """Three stations sign in; 节能科 is invited and does not come."""
    visitors = [f"inspector{code[1]}" for code in STATIONS if code != group]
    return (
        step(V.PLAN_JOINT, "officer", 1, units=guests, planned_from=workday(2, time(9)), planned_until=workday(2),
             text="对同一工地的不同违法行为同时检查"),
        step(V.SIGN_IN, "officer", 2),
        *(step(V.SIGN_IN, name) for name in visitors),
        step(V.MARK_ABSENT, "officer", unit=ABSENT, reason="另有任务，未到场"),
        step(V.CONCLUDE_JOINT, "officer", officers=OFFICERS, findings="各单位分别核实违法行为并取证", showed_id="on"),
        PHOTO,
    )  # fmt: skip


def alone():
    return (*SMALL, INSPECTION, PHOTO)


def together(group):
    return (*LARGE, *joint_inspection(group))


STOP = step(V.ORDER_STOP, "officer", officers=OFFICERS, demands="立即停止施工，保护现场", due_at=workday(2))
OBEYED = step(V.RECHECK_PASSED, "officer", 3, officers=OFFICERS, findings="已停止施工，人员设备已撤离")
DISOBEYED = (
    step(V.RECHECK_FAILED, "officer", 3, officers=OFFICERS, findings="仍在施工，拒不停止"),
    step(V.ESCALATE, "officer", to_authority="市查违办", reason="协作组不能制止，依照通知上报市查违办组织联合执法"),
)

# 综合处理


def fined(kind, amount, days=0):
    return step(V.SET_OUTCOME, "officer", days, violation=kind, outcome="penalty", fine=amount, reason="按裁量基准提出")


NOTICE = step(V.NOTIFY, "officer", 1, officers=OFFICERS, findings="已送达事先告知书")
DEFENCE = step(V.HEAR_DEFENCE, "officer", 2, text="当事人陈述情况，未提出异议")
REVIEW = step(V.SUBMIT_REVIEW, "officer", 1, opinion="调查终结，报请法制审核")
PASSED = step(V.PASS_REVIEW, "legal", 2, opinion="事实清楚，证据充分，程序合法")
DISCUSSED = step(V.DISCUSS, "leader", 1, participants="局领导班子", minutes="一致同意处罚意见")
DECIDED = step(V.DECIDE, "leader", 1, opinion="同意")
HEARING_WANTED = (
    step(V.REQUEST_HEARING, "officer", 2, text="当事人要求听证"),
    step(V.SCHEDULE_HEARING, "legal", 1, hearing_at=workday(8, time(9, 30)), place="局三楼会议室", chair="法制员一"),
)
HEARD = step(V.HOLD_HEARING, "legal", 9, text="听证会按程序举行，笔录已签字")
SMALL_FINE, LARGE_FINE = 36_000, 110_000

SMALL_NOTIFIED = (*alone(), fined(PERMIT, SMALL_FINE, 2), NOTICE)
SMALL_REVIEWED = (*SMALL_NOTIFIED, DEFENCE, REVIEW)
SMALL_DECIDED = (*SMALL_REVIEWED, PASSED, DECIDED)
SPARED = (
    *alone(), STOP, OBEYED,
    step(V.SET_OUTCOME, "officer", 1, violation=PERMIT, outcome="no_penalty", reason="初次违法，危害轻微并及时改正"),
    REVIEW, PASSED, DECIDED,
)  # fmt: skip


def large_notified(group):
    return (*together(group), fined(PERMIT, LARGE_FINE, 2), fined(QUALITY, 200_000), NOTICE)


def large_decided(group, hearing=True):
    waived = (step(V.WAIVE_HEARING, "officer", 1, text="当事人放弃听证"),)
    heard = (*HEARING_WANTED, HEARD) if hearing else waived
    return (*large_notified(group), *heard, DEFENCE, REVIEW, PASSED, DISCUSSED, DECIDED)


SERVED = (
    step(V.SERVE, "officer", 2, officers=OFFICERS, method="direct", received_by="演示代表",
         proof=numbered("演示送达回证{:03}")),
    step(V.PUBLISH_DECISION, "publicity", where="局网站行政处罚公示栏"),
)  # fmt: skip
ENFORCED = step(V.BEGIN_ENFORCEMENT, "officer", 12)


def today(play):
    return str(timezone.localdate(play.at))


def paid(amount, part=1, days=4):
    receipt = numbered(f"演示收据{{:03}}-{part}")
    return step(V.PAY, "officer", days, amount=amount, paid_on=today, receipt_no=receipt)


SUED = step(V.RECORD_RELIEF, "legal", 5, kind="suit", body="人民法院（演示）", filed_on=today,
            document=numbered("演示应诉{:03}"))  # fmt: skip
CLOSED = step(V.CLOSE, "officer", 2, approved_by="局领导一", summary="处罚已执行完毕，现场已停工整改")
FOLLOWED = (
    step(V.BEGIN_FOLLOW_UP, "supervision", 2),
    step(V.FOLLOW_UP_VISIT, "supervision", 20, officers=OFFICERS, findings="未发现复工", showed_id="on"),
)
ARCHIVED = step(V.ARCHIVE, "supervision", 70, archive_no=numbered("演示卷{:03}"), summary="后续监管期满，未复工")
SMALL_CLOSED = (*SMALL_DECIDED, *SERVED, paid(SMALL_FINE), CLOSED)


def large_closed(group, hearing=True):
    return (*large_decided(group, hearing), *SERVED, paid(LARGE_FINE + 200_000), CLOSED)


# 旁路

SUSPENDED = step(V.SUSPEND, "leader", 2, reason="涉及权属诉讼，等待判决", document="演示中止〔1〕号")


def deferred(days):
    return step(
        V.DEFER, "leader", 2, reason="汛期抢险，暂缓办理", document="演示缓办〔1〕号", until=deferred_until(days)
    )


def deferred_until(days):
    return lambda play: play.day(days)[:10]


EXTENDED = step(V.EXTEND, "leader", 45, clock="D03", reason="案情复杂，需补充鉴定", document="演示延期〔1〕号")
URGED = step(V.SUPERVISE, "assessor", 1, demand="请说明办理进展", due_at=workday(2))
VIOLENT = step(V.RECORD_VIOLENCE, "officer", text="当事人推搡执法人员，全程录像待归档")


def declined(reason):
    return step(V.DECLINE, "dispatcher", 1, reason=reason)


def refused(reason):
    return step(V.REJECT, "leader", 1, reason=reason)


def unfounded(findings):
    return step(V.FIND_UNFOUNDED, "officer", 1, officers=OFFICERS, findings=findings)


def transferred(who, to_authority):
    return step(V.TRANSFER_OUT, who, 1, to_authority=to_authority, reason="属其他机关管辖")


def voided(reason):
    return step(V.VOID, "leader", 1, reason=reason)


def merged(into):
    return step(V.MERGE, "dispatcher", 1, into=lambda play: play.stage.cases[into].case_no, reason="同一工地重复举报")


GRID, PATROL, ABOVE = Channel.GRID_FEEDBACK, Channel.PATROL, Channel.SUPERIOR_ASSIGNED
ONE, TWO = (PERMIT,), (PERMIT, QUALITY)


def late(steps, days):
    """The same with a long gap before the last of them."""
    last = steps[-1]
    return (*steps[:-1], Step(last.verb, last.who, days, last.words))


STORIES = (
    Story("线索待分类", S.REPORTED, (), "G1", ONE, GRID, rest=0),
    Story("线索待分类二", S.REPORTED, (), "G3", ONE),
    Story("已分类待登记", S.TRIAGED, TRIAGED, "G2", ONE, PATROL, rest=0),
    Story("已分类待登记二", S.TRIAGED, TRIAGED, "G3", ONE, GRID),
    Story("已登记待呈报", S.REGISTERED, REGISTERED, "G1", ONE),
    Story("已登记待呈报二", S.REGISTERED, REGISTERED, "G2", TWO, ABOVE),
    Story("呈报待审查", S.SUBMITTED, SUBMITTED, "G3", ONE, rest=0),
    Story("呈报后逾期未审查", S.SUBMITTED, SUBMITTED, "G1", ONE, PATROL, rest=8),
    Story("审定待转交", S.APPROVED, APPROVED, "G2", ONE, rest=0),
    Story("审定待转交二", S.APPROVED, APPROVED, "G3", TWO, GRID, rest=0),
    Story("转交待核实", S.ASSIGNED, ASSIGNED, "G1", ONE, rest=0),
    Story("督办未回复", S.ASSIGNED, (*ASSIGNED, URGED), "G3", TWO, ABOVE, rest=5),
    Story("初步核实中", S.VERIFYING, VERIFYING, "G2", ONE, GRID),
    Story("初步核实中二", S.VERIFYING, VERIFYING, "G3", TWO),
    Story("单独办理待立案", S.SINGLE_UNIT, found_true(PERMIT, joint=False, price=2_000_000), "G1", ONE),
    Story("单独办理待立案二", S.SINGLE_UNIT, found_true(SAFETY, joint=False, price=900_000), "G2", (SAFETY,), PATROL),
    Story("联合执法待立案", S.JOINT_REQUIRED, found_true(*TWO, joint=True, price=8_000_000), "G3", TWO, ABOVE),
    Story("联合执法待立案二", S.JOINT_REQUIRED, found_true(*TWO, joint=True, price=7_000_000), "G1", TWO),
    Story("已立案", S.FILED, SMALL, "G2", ONE, PATROL),
    Story("缓办", S.FILED, (*SMALL, deferred(30)), "G3", ONE, rest=10),
    Story("联合检查有单位缺席", S.INVESTIGATING, together("G1"), "G1", TWO, GRID),
    Story("中止", S.INVESTIGATING, (*alone(), SUSPENDED), "G2", ONE, rest=15),
    Story("办案期限届满未决定", S.INVESTIGATING, alone(), "G3", ONE, rest=75),
    Story("期限届满前缓办", S.INVESTIGATING, (*alone(), deferred(90)), "G1", ONE, ABOVE, rest=72),
    Story("责令停止", S.ORDERED, (*alone(), STOP), "G3", ONE, PATROL, rest=0),
    Story("联合检查后责令停止", S.ORDERED, (*together("G2"), STOP), "G2", TWO),
    Story("已停止施工", S.COMPLIED, (*alone(), STOP, OBEYED), "G1", ONE, GRID),
    Story("已停止施工二", S.COMPLIED, (*alone(), STOP, OBEYED), "G3", ONE),
    Story("拒不停工上报市查违办", S.ESCALATED_CITY, (*together("G2"), STOP, *DISOBEYED), "G2", TWO),
    Story("拒不停工上报市查违办二", S.ESCALATED_CITY, (*alone(), STOP, *DISOBEYED), "G1", ONE, ABOVE),
    Story("已告知", S.NOTIFIED, SMALL_NOTIFIED, "G3", ONE),
    Story("等待听证", S.NOTIFIED, (*large_notified("G1"), *HEARING_WANTED), "G1", TWO),
    Story("法制审核中", S.REVIEWING, SMALL_REVIEWED, "G2", ONE, PATROL),
    Story("审核通过待决定", S.REVIEWING, (*SMALL_REVIEWED, PASSED), "G3", ONE, GRID),
    Story("已决定", S.DECIDED, SMALL_DECIDED, "G1", ONE, rest=0),
    Story("放弃听证后决定", S.DECIDED, large_decided("G3", hearing=False), "G3", TWO, rest=0),
    Story("送达后起诉", S.SERVED, (*SMALL_DECIDED, *SERVED, SUED), "G2", ONE, ABOVE, rest=12),
    Story("不予处罚已送达", S.SERVED, (*SPARED, *SERVED), "G3", ONE, PATROL, rest=6),
    Story("执行中部分缴款", S.ENFORCING, (*SMALL_DECIDED, *SERVED, ENFORCED, paid(10_000)), "G1", ONE, rest=40),
    Story("逾期决定执行中", S.ENFORCING, (*late(SMALL_DECIDED, 75), *SERVED, ENFORCED), "G2", ONE, GRID, rest=9),
    Story("结案", S.CLOSED, SMALL_CLOSED, "G3", ONE, rest=60),
    Story("延期后结案", S.CLOSED, (*late((*SMALL_REVIEWED, EXTENDED, PASSED, DECIDED), 25), *SERVED,
                                    paid(SMALL_FINE), CLOSED), "G1", ONE, PATROL, rest=50),
    Story("后续监管", S.FOLLOW_UP, (*SMALL_CLOSED, *FOLLOWED), "G2", ONE, rest=30),
    Story("暴力抗法录像未归档", S.FOLLOW_UP, (*together("G1"), VIOLENT, *large_closed("G1")[len(together("G1")):],
                                               *FOLLOWED), "G1", TWO, ABOVE, rest=75),
    Story("归档", S.ARCHIVED, (*SMALL_CLOSED, *FOLLOWED, ARCHIVED), "G3", ONE, rest=20),
    Story("不予处罚归档", S.ARCHIVED, (*SPARED, *SERVED, CLOSED, *FOLLOWED, ARCHIVED), "G2", ONE, GRID, rest=90),
    Story("不予登记", S.NOT_REGISTERED, (*TRIAGED, declined("已取得施工许可证")), "G1", ONE, rest=40),
    Story("不予登记二", S.NOT_REGISTERED, (*TRIAGED, declined("非建设行为")), "G3", ONE, GRID, rest=12),
    Story("不予办理", S.REJECTED, (*SUBMITTED, refused("已由其他机关处理")), "G2", ONE, rest=33),
    Story("不予办理二", S.REJECTED, (*SUBMITTED, refused("限额以下小型工程")), "G1", ONE, PATROL, rest=70),
    Story("不属实", S.UNFOUNDED, (*VERIFYING, unfounded("现场无施工，手续齐全")), "G3", ONE, rest=25),
    Story("不属实二", S.UNFOUNDED, (*VERIFYING, unfounded("举报地点无建设行为")), "G2", ONE, GRID, rest=55),
    Story("登记后移送", S.TRANSFERRED_OUT, (*REGISTERED, transferred("dispatcher", "城市管理局")), "G1", ONE, rest=45),
    Story("立案后移送", S.TRANSFERRED_OUT, (*filed(PLANNING), transferred("officer", "自然资源和规划局")), "G2",
          (PLANNING,), ABOVE, rest=65),
    Story("作废", S.VOID, (*REGISTERED, voided("误录入")), "G3", ONE, rest=80),
    Story("立案后作废", S.VOID, (*SMALL, voided("测试录入")), "G1", ONE, PATROL, rest=35),
    Story("并入已立案", S.MERGED, (*TRIAGED, merged("已立案")), "G2", ONE, GRID, rest=2, near="已立案"),
    Story("并入责令停止", S.MERGED, (*REGISTERED, merged("责令停止")), "G3", ONE, rest=1, near="责令停止"),
)  # fmt: skip
