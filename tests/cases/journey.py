"""Six people and more who take a case all the way, each step as a test would write it down."""

from datetime import datetime, timedelta

from django.utils import timezone

from boundaries.models import Unit
from cases import actions
from cases.models import Case
from tests.factories import make_case, make_user

START = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.get_default_timezone())
STATION, BRIGADE, QUALITY = "safety_station", "urban_construction_brigade", "quality_station"


def unit(code):
    return Unit.objects.get(code=code)


class Crew:
    """The people of a case in 索河街道 (third group: 安监站 files), with certificate numbers where they need one."""

    def __init__(self):
        self.dispatcher = make_user("dispatcher", unit=unit("joint_office"))
        self.platform = make_user("platform_officer", unit=unit("info_platform_office"))
        self.coordinator = make_user("grid_coordinator", unit=unit("grid_office"))
        self.leader = make_user("leader", unit=unit("leading_group"))
        self.legal = make_user("legal_officer", unit=unit("legal_section"))
        self.supervisor = make_user("supervision_officer", unit=unit("construction_mgmt_section"))
        self.publicity = make_user("publicity_officer", unit=unit("publicity_section"))
        self.assessor = make_user("assessor", unit=unit("inspection_section"))
        self.first, self.second = (self.officer(STATION, f"豫A{number:04}") for number in (1, 2))
        self.brigade = self.officer(BRIGADE, "豫A0003")
        self.quality = self.officer(QUALITY, "豫A0004")

    @staticmethod
    def officer(code, number, **changes):
        return make_user("inspector", unit=unit(code), group_codes=["G3"], officer_cert_no=number, **changes)

    @property
    def officers(self):
        return [self.first.username, self.second.username]


class Journey:
    """A case and its days: `do` performs a verb as somebody, some days after the one before."""

    def __init__(self, crew: Crew, **changes):
        self.crew, self.at = crew, START
        self.case: Case = make_case(by=crew.dispatcher, channel="complaint", at=START, **changes)

    def do(self, verb, by, *, days=0, hours=1, **given):
        self.at += timedelta(days=days, hours=hours)
        self.case = actions.perform(self.case, verb, by=by, given=given, at=self.at)
        return self

    def later(self, **span):
        """A moment after now, as a form takes it."""
        return timezone.localtime(self.at + timedelta(**span)).isoformat()

    def to_verifying(self, unit_code=STATION):
        crew = self.crew
        self.do("triage", crew.platform)
        self.do("confirm_land", crew.dispatcher, land_ownership="state", evidence="荥国用（2014）第0012号")
        self.do("register", crew.dispatcher)
        self.do("submit", crew.dispatcher, opinion="建议立案查处")
        self.do("approve", crew.leader, opinion="同意")
        self.do("hand_over", crew.platform, unit=unit_code)
        return self.do("begin_check", crew.first)

    def to_filed(self):
        crew = self.crew
        self.to_verifying()
        self.do("name_party", crew.first, kind="developer", name="荥阳某建设有限公司")
        self.do("name_violation", crew.first, kind="construction_permit", act="未取得施工许可证擅自施工")
        self.do("require_joint", crew.first, officers=crew.officers, findings="情况属实，拒不停工")
        return self.do("file_case", crew.first, handlers=crew.officers, approved_by="局领导一", opinion="同意立案")

    def to_investigating(self):
        crew = self.crew
        self.to_filed()
        self.do("plan_joint", crew.first, units=[BRIGADE, QUALITY], planned_from=self.later(hours=2))
        for person in (crew.first, crew.brigade):
            self.do("sign_in", person)
        self.do("mark_absent", crew.first, unit=QUALITY, reason="另有任务")
        return self.do("conclude_joint", crew.first, officers=crew.officers, findings="主体已建至三层", showed_id=True)

    def to_notified(self, fine="60000"):
        crew = self.crew
        self.to_investigating()
        self.case.evidence.create(
            region_id=self.case.region_id, medium="photo", shown="x", original="x", sha256="0" * 64, size=1
        )
        self.do(
            "set_outcome", crew.first, violation="construction_permit", outcome="penalty", fine=fine, reason="裁量基准"
        )
        return self.do("notify", crew.first, officers=crew.officers, findings="送达事先告知书")

    def to_decided(self):
        crew = self.crew
        self.to_notified()
        self.do("request_hearing", crew.first, days=1, text="当事人申请听证")
        self.do("schedule_hearing", crew.legal, hearing_at=self.later(days=14), place="局三楼会议室", chair="法制员一")
        self.do("hold_hearing", crew.legal, days=15, text="听证笔录")
        self.do("hear_defence", crew.first, text="当事人陈述")
        self.do("submit_review", crew.first, opinion="报请审核")
        self.do("pass_review", crew.legal, opinion="事实清楚")
        self.do("discuss", crew.leader, participants="局领导班子", minutes="一致同意")
        return self.do("decide", crew.leader, opinion="同意处罚")

    def to_closed(self):
        crew = self.crew
        self.to_decided()
        self.do(
            "serve",
            crew.first,
            days=1,
            officers=crew.officers,
            method="direct",
            received_by="法定代表人",
            proof="送达回证",
        )
        self.do("publish_decision", crew.publicity, where="局网站")
        self.do("pay", crew.first, days=3, amount="60000", paid_on=str(timezone.localdate(self.at)), receipt_no="0001")
        return self.do("close", crew.first, approved_by="局领导一", summary="罚款已缴，已停工整改")

    def to_archived(self):
        crew = self.crew
        self.to_closed()
        self.do("begin_follow_up", crew.supervisor)
        self.do("follow_up_visit", crew.supervisor, days=40, officers=crew.officers, findings="未复工", showed_id=True)
        return self.do("archive", crew.supervisor, days=60, archive_no="2026-001")
