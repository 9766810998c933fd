"""Section 五 of the notice, S37 to S50, played in a browser by those whose steps they are."""

# ruff: noqa: F811 -- fixtures are found by their names
import re

import pytest

from boundaries.models import Unit
from cases.models import Case, Document
from tests import docx
from tests.actors import a_photo
from tests.browser.moving_time import calendar  # noqa: F401 -- fixtures are found by their names

STATION, BRIGADE, QUALITY = "safety_station", "urban_construction_brigade", "quality_station"
OFFICERS = ["convener3", "inspector3"]
CHECKED = {"officers": OFFICERS, "findings": "现场为三层框架结构，正在施工"}
ACT = "未取得建设工程施工许可证擅自施工"
FINE = "60000.00"
CASE_PAGE = re.compile(r"/cases/XY-\d{4}-\d{5}/")

# The path through the notice and the law: verb, who of which unit, from which state to which.
EXPECTED = """
report            联合执法办公室    reported         reported
triage            信息平台办公室    reported         triaged
confirm_land      联合执法办公室    triaged          triaged
register          联合执法办公室    triaged          registered
submit            联合执法办公室    registered       submitted
approve           违法建设行为联合执法领导小组 submitted approved
hand_over         信息平台办公室    approved         assigned
begin_check       安监站            assigned         verifying
name_party        安监站            verifying        verifying
name_violation    安监站            verifying        verifying
describe_site     安监站            verifying        verifying
require_joint     安监站            verifying        joint_required
file_case         安监站            joint_required   filed
plan_joint        安监站            filed            filed
sign_in           安监站            filed            filed
sign_in           城建大队          filed            filed
sign_in           质监站            filed            filed
conclude_joint    安监站            filed            investigating
order_stop        安监站            investigating    ordered
recheck_failed    安监站            ordered          ordered
escalate          安监站            ordered          escalated_city
city_stopped      联合执法办公室    escalated_city   complied
set_outcome       安监站            complied         complied
notify            安监站            complied         notified
request_hearing   安监站            notified         notified
schedule_hearing  法制科            notified         notified
hold_hearing      法制科            notified         notified
hear_defence      安监站            notified         notified
submit_review     安监站            notified         reviewing
pass_review       法制科            reviewing        reviewing
discuss           违法建设行为联合执法领导小组 reviewing reviewing
decide            违法建设行为联合执法领导小组 reviewing decided
serve             安监站            decided          served
publish_decision  宣传科            served           served
pay               安监站            served           served
close             安监站            served           closed
begin_follow_up   建管科            closed           follow_up
follow_up_visit   建管科            follow_up        follow_up
archive           建管科            follow_up        archived
"""
DOCUMENTS = {
    "report_register": "登记表",
    "filing_approval": "立案审批表",
    "site_inspection_record": "笔录",
    "stop_order": "责令停止",
    "prior_notice": "事先告知书",
    "hearing_notice": "听证告知书",
    "penalty_decision": "行政处罚决定书",
    "service_receipt": "送达回证",
    "closing_approval": "结案审批表",
}


class Play:
    """The people of the bureau, a window each, at one case. Sessions last a shift: who comes back signs in anew."""

    def __init__(self, visit, calendar):
        self._visit, self.calendar, self._windows = visit, calendar, {}
        self.case_no, self.photo = "", None

    def window(self, who, path="/"):
        """The person's window at an address, signed in anew where the shift is over."""
        if who not in self._windows:
            self._windows[who] = self._visit(who)
        visitor = self._windows[who]
        visitor.open(path)
        if "/sign-in/" in visitor.page.url:
            visitor.sign_in(who)
            visitor.open(path)
        return visitor

    def form(self, who, verb):
        return self.window(who, f"/cases/{self.case_no}/actions/{verb}/").page

    def act(self, who, verb, **words):
        page = self.form(who, verb)
        for name, value in words.items():
            fill(page, name, value)
        page.click("form[data-act] button.primary")
        page.wait_for_url(CASE_PAGE)
        said = page.locator(".message.error, .field-error, .errorlist")
        assert said.count() == 0, (verb, said.all_inner_texts())
        assert "/actions/" not in page.url, (verb, page.inner_text("main"))
        self.calendar.move(minutes=20)
        return page

    def report(self, who, photo):
        self.photo = photo
        page = self.window(who, "/cases/new/?lon=113.378&lat=34.787").page
        page.fill("[name=address]", "索河街道索河路北侧工地")
        page.check("[name=channel][value=complaint]")
        page.check("[name=violations][value=construction_permit]")
        page.set_input_files("#id_photos", [photo])
        page.click("#save")
        page.wait_for_url(re.compile(r"/cases/XY-\d{4}-\d{5}/$"))
        self.case_no = page.url.rstrip("/").rsplit("/", 1)[1]


def fill(page, name, value):
    """A field as a hand fills it: boxes are ticked, lists chosen from, the rest typed."""
    field = page.locator(f"form[data-act] [name='{name}']")
    kind = field.first.get_attribute("type")
    if kind in ("checkbox", "radio"):
        for one in value if isinstance(value, list) else [value]:
            (field.first if one is True else page.locator(f"form[data-act] [name='{name}'][value='{one}']")).check()
    elif field.first.evaluate("element => element.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "site.jpg"
    path.write_bytes(a_photo().read())
    return path


@pytest.fixture
def play(visit, calendar):
    return Play(visit, calendar)


def to_filed(play):
    play.act("platform1", "triage", analysis="属国有土地上的违法建设")
    play.act("dispatcher1", "confirm_land", land_ownership="state", evidence="荥国用（2014）第0012号")
    play.act("dispatcher1", "register")
    play.act("dispatcher1", "submit", opinion="建议立案查处")
    play.act("leader1", "approve", opinion="同意，请信息平台办公室转交承办")
    play.act("platform1", "hand_over", unit=STATION)
    play.act("inspector3", "begin_check")
    play.act("inspector3", "name_party", kind="developer", name="演示建设有限公司", uscc="91350100M000100Y43")
    play.act("inspector3", "name_violation", kind="construction_permit", act=ACT)
    play.act("inspector3", "describe_site", contract_price="4000000", floor_area_m2="6000", storeys="3")
    play.act("inspector3", "require_joint", **CHECKED)
    play.act("inspector3", "file_case", handlers=OFFICERS, approved_by="局领导一", opinion="同意立案")


def to_complied(play):
    """Three units come at one time; the stop order is disobeyed, and the city steps in (S43 to S46)."""
    play.act("inspector3", "plan_joint", units=[BRIGADE, QUALITY], planned_from=play.calendar.typed(hours=2))
    for who in ("inspector3", "inspector2", "inspector1"):
        play.act(who, "sign_in")
    play.act("inspector3", "conclude_joint", **CHECKED, showed_id=True)
    play.act("inspector3", "order_stop", officers=OFFICERS, demands="立即停止施工", due_at=play.calendar.typed(days=1))
    play.calendar.move(days=2)
    play.act("inspector3", "recheck_failed", officers=OFFICERS, findings="仍在施工")
    play.act("inspector3", "escalate", reason="拒不停止施工，本协作组不能制止")
    play.act("dispatcher1", "city_stopped", opinion="市查违办组织联合执法，已停止施工")


def to_decided(play):
    """Nothing is decided before the hearing that the party has asked for."""
    play.act(
        "inspector3", "set_outcome", violation="construction_permit", outcome="penalty", fine=FINE, reason="按裁量基准"
    )
    play.act("inspector3", "notify", officers=OFFICERS, findings="已向当事人宣读并告知权利")
    play.calendar.move(days=1)
    play.act("inspector3", "request_hearing", text="当事人书面申请听证")
    assert "听证" in play.form("inspector3", "submit_review").inner_text(".message.error")
    play.act(
        "legal1", "schedule_hearing", hearing_at=play.calendar.typed(days=14), place="局三楼会议室", chair="法制员一"
    )
    play.calendar.move(days=15)
    play.act("legal1", "hold_hearing", text="听证笔录：当事人请求从轻")
    play.act("inspector3", "hear_defence", text="当事人陈述已停工整改")
    play.act("inspector3", "submit_review", opinion="报请法制审核")
    play.act("legal1", "pass_review", opinion="事实清楚，程序合法")
    play.act("leader1", "discuss", participants="局领导班子成员", minutes="一致同意处罚")
    play.act("leader1", "decide", opinion="同意处罚")


def to_archived(play):
    play.calendar.move(days=1)
    play.act("inspector3", "serve", officers=OFFICERS, method="direct", received_by="法定代表人", proof="送达全程录像")
    play.act("publicity1", "publish_decision", where="局门户网站")
    today = play.calendar.typed().split("T")[0]
    play.act("inspector3", "pay", amount=FINE, paid_on=today, receipt_no="0001")
    play.act("inspector3", "close", approved_by="局领导一", summary="罚款已缴，已停工并补办手续")
    play.act("supervisor1", "begin_follow_up")
    play.calendar.move(days=40)
    play.act("supervisor1", "follow_up_visit", officers=OFFICERS, findings="未复工", showed_id=True)
    play.calendar.move(days=60)
    play.act("supervisor1", "archive", archive_no="2026-001")


def test_six_people_and_three_units_take_a_complaint_to_the_archive(play, photo):
    play.report("dispatcher1", photo)
    for part in (to_filed, to_complied, to_decided, to_archived):
        part(play)
    case = Case.objects.get(case_no=play.case_no)
    told = [line.split() for line in EXPECTED.strip().splitlines()]
    events = case.events.exclude(verb="evidence").exclude(verb="photo").select_related("unit").order_by("id")
    assert [[one.verb, one.unit.name, one.from_status or "reported", one.status] for one in events] == told
    joint = case.inspections.get(kind="joint")
    assert {row.unit.code for row in joint.units.filter(signed_in_at__isnull=False)} == {STATION, BRIGADE, QUALITY}
    check_page(play, case, told)
    check_documents(play, case)
    check_transfer(play)
    for visitor in play._windows.values():
        assert visitor.complaints == []


def check_page(play, case, told):
    """The page tells the same story in the same order, with names and units."""
    page = play.window("dispatcher1", case.get_absolute_url()).page
    lines = page.locator("#trail .trail > li, .trail-section .trail > li").all_inner_texts()
    story = list(case.events.select_related("by").order_by("id"))
    assert len(lines) == len(story)
    for line, event in zip(lines, story, strict=True):
        assert event.get_verb_display().lower() in line.lower()
        assert str(event.by) in line
    assert "归档" in page.inner_text("main")


def check_documents(play, case):
    """Nine of the ten, each opened by a reader that did not write it."""
    issued = {document.kind: document for document in case.documents.all()}
    assert set(issued) == set(DOCUMENTS)
    reader = play.window("inspector3")
    for kind, title in DOCUMENTS.items():
        answer = reader.context.request.get(f"{reader.address}/documents/{issued[kind].pk}.docx")
        assert answer.status == 200
        text = words_of(answer.body())
        assert title in text
        assert issued[kind].doc_no in text
        assert "None" not in text
        assert "{{" not in text
    decision = words_of(bytes(issued["penalty_decision"].content))
    for said in ("演示建设有限公司", "91350100M000100Y43", "60,000.00", "陆万元整", ACT, "听证"):
        assert said in decision, said


def check_transfer(play):
    """The tenth: a case on collective land is transferred with its letter (S24, S39)."""
    play.report("dispatcher1", play.photo)
    play.act("platform1", "triage", analysis="疑似集体土地")
    play.act("dispatcher1", "confirm_land", land_ownership="collective", evidence="村集体土地证")
    refused = play.form("dispatcher1", "register").inner_text(".message.error")
    assert "集体" in refused
    play.act("dispatcher1", "transfer_out", to_authority="索河街道办事处", reason="属集体土地")
    letter = Document.objects.get(case__case_no=play.case_no, kind="transfer_letter")
    assert "索河街道办事处" in words_of(bytes(letter.content))


def words_of(content: bytes) -> str:
    """All text of a .docx without spaces, which set titles apart."""
    return re.sub(r"\s", "", docx.text(content))


def test_every_demonstration_unit_that_files_has_two_officers(city):
    """Without them nobody could try the procedure."""
    for code in (STATION, BRIGADE, QUALITY):
        assert Unit.objects.get(code=code).people.exclude(officer_cert_no="").count() >= 2
