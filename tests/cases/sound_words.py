"""Words that each verb takes, as a person of the crew would say them at that moment."""

from datetime import timedelta

from django.utils import timezone

from tests.cases.journey import BRIGADE, QUALITY
from tests.cases.standing import KIND


class Words:
    """`of(verb)` are the words for a case in the crew's hands; `other` is the number of another case."""

    def __init__(self, crew, at, other=""):
        self.crew, self.at, self.other = crew, at, other

    def later(self, **span):
        return timezone.localtime(self.at + timedelta(**span)).isoformat()

    @property
    def day(self):
        return str(timezone.localdate(self.at))

    def of(self, verb) -> dict:
        found = self.table().get(verb)
        return dict(found) if found is not None else {}

    def table(self):
        officers = {"officers": self.crew.officers}
        checked = {**officers, "findings": "情况属实"}
        inspected = {**checked, "showed_id": True}
        reason, opinion, said = {"reason": "现场核实"}, {"opinion": "同意"}, {"text": "记录在案"}
        paper = {**reason, "document": "荥建审字1号"}
        served = {**officers, "method": "direct", "received_by": "法定代表人", "proof": "回证1号"}
        away, clock = {**reason, "to_authority": "市查违办"}, {**paper, "clock": "D03"}
        order = {**officers, "demands": "停工", "due_at": self.later(days=3)}
        return {
            **dict.fromkeys(("decline", "reject", "ask_more", "withdraw", "return_back", "unseal_site", "return_review",
                             "withdraw_publication", "reopen", "void", "resume", "dispute_jurisdiction", "unmerge"), reason),
            **dict.fromkeys(("submit", "approve", "city_stopped", "city_returned", "release_evidence", "pass_review",
                             "settle_jurisdiction"), opinion),
            **dict.fromkeys(("find_unfounded", "handle_alone", "require_joint", "recheck_passed", "recheck_failed",
                             "register_evidence", "seal_site", "notify"), checked),
            **dict.fromkeys(("inspect", "conclude_joint", "follow_up_visit"), inspected),
            **dict.fromkeys(("announce_owner", "hear_defence", "request_hearing", "waive_hearing", "hold_hearing",
                             "record_violence", "remark"), said),
            **dict.fromkeys(("annul_decision", "apply_to_court", "suspend"), paper),
            **dict.fromkeys(("serve", "demand"), served),
            **dict.fromkeys(("transfer_out", "escalate"), away),
            **dict.fromkeys(("order_stop", "order_rectify"), order),
            **dict.fromkeys(("extend", "pause_clock"), clock),
            "arrive": {"reason": "卫星信号弱"},
            "contribute": {"violations": [KIND], "findings": "二层主体施工"},
            "triage": {"analysis": "属国有土地"},
            "confirm_land": {"land_ownership": "state", "evidence": "荥国用12号"},
            "hand_over": {"unit": "safety_station"},
            "file_case": {"handlers": self.crew.officers, "approved_by": "局领导一", **opinion},
            "name_handlers": {"handlers": self.crew.officers, **reason},
            "plan_joint": {"units": [BRIGADE, QUALITY], "planned_from": self.later(hours=1)},
            "mark_absent": {"unit": QUALITY, "reason": "另有任务"},
            "set_outcome": {"violation": KIND, "outcome": "penalty", "fine": "60000", **reason},
            "schedule_hearing": {"hearing_at": self.later(days=30), "place": "会议室", "chair": "法制员一"},
            "decide": {**opinion, "accept_double_fine": "另案"},
            "discuss": {"participants": "局领导班子", "minutes": "一致同意"},
            "publish_decision": {"where": "局网站"},
            "pay": {"amount": "60000", "paid_on": self.day, "receipt_no": f"R{self.at.timestamp():.0f}"},
            "record_relief": {"kind": "suit", "body": "郑州铁路运输法院", "filed_on": self.day, "document": "应诉1号"},
            "record_ruling": {"result": "upheld", "served_at": self.later(), "document": "行初1号", "text": "驳回"},
            "withdraw_relief": {"served_at": self.later(), "document": "行初2号"},
            "announce_removal": {"where": "现场", "removal_until": str(timezone.localdate(self.at + timedelta(days=9)))},
            "plan_enforcement": {"planned_at": self.later(days=400), **said},
            "close": {"approved_by": "局领导一", "summary": "已整改"},
            "archive": {"archive_no": "2026-001"},
            "defer": {**paper, "until": str(timezone.localdate(self.at + timedelta(days=30)))},
            "resume_clock": {"clock": "D03", **reason},
            "supervise": {"demand": "尽快办理", "due_at": self.later(days=3)},
            "reply_supervision": {"reply": "已办理"},
            "assess": {"is_major": True, **said},
            "describe_site": {"storeys": "3", "floor_area_m2": "1200.5"},
            "name_party": {"kind": "developer", "name": "荥阳某公司"},
            "name_violation": {"kind": KIND, "act": "擅自施工"},
            "file_video": {"archive_no": "V-1"},
            "merge": {"into": self.other, **reason},
        }  # fmt: skip
