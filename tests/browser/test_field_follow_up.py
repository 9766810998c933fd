"""后续监管 on the phone: the visit is taken down on the spot, and the office's list waits for the next one."""

from datetime import timedelta

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from boundaries.models import User
from cases import follow_up
from cases.models import Dossier
from cases.permissions import visible_cases
from tests.browser.field_phone import until
from tests.factories import SUOHE, make_case


def test_a_follow_up_visit_is_taken_down_on_the_phone_and_the_list_of_the_office_waits_for_the_next(phone_of, office):
    """A plan that began with the closing 40 days ago, every 30 days: overdue by ten days until somebody was there."""
    today, supervisor = timezone.localdate(), User.objects.get(username="supervisor1")
    station = User.objects.get(username="inspector3").unit
    case = make_case(
        by=User.objects.get(username="dispatcher1"), address="索河路南侧厂房", status="closed", handling_unit=station
    )
    Dossier.objects.create(region=case.region, case=case, follow_up_until=today + timedelta(days=50))
    case.events.create(region=case.region, verb="close", status="closed", at=timezone.now() - timedelta(days=40))
    [plan] = follow_up.plans(visible_cases(supervisor), today)
    assert plan.days_late == 10
    phone = phone_of("supervisor1", *SUOHE)
    phone.open()
    phone.wait_for_cases()
    phone.go(f"#case/{case.case_no}")
    page = phone.page
    page.get_by_role("link", name="开始后续监管").tap()  # closed, and nobody has begun
    phone.tap("开始后续监管")
    until(lambda: [one["state"] for one in phone.changes()] == ["delivered"], phone.told)
    phone.go(f"#case/{case.case_no}")
    page.get_by_role("link", name="登记后续监管回访").tap()
    page.get_by_label("第二名执法人员").select_option("inspector3")
    page.get_by_label("在自己手机上确认").tap()
    page.wait_for_selector(".message.success")
    phone.tap("下一步")
    page.get_by_label("两人均已向当事人出示执法证件").tap()
    phone.tap("下一步")
    page.get_by_label("未见违法行为").tap()
    phone.tap("下一步")
    phone.shoot("全景")
    page.get_by_label("被拒绝进入").tap()
    phone.tap("下一步")
    page.locator("[data-question=findings] textarea").fill("未复工")
    phone.tap("下一步")
    page.wait_for_selector(".review >> text=未复工")
    assert Axe().run(page).response["violations"] == []
    phone.tap("完成并发送")
    until(lambda: [one["state"] for one in phone.changes()] == ["delivered"] * 2, phone.told)
    visit = case.inspections.get(kind="follow_up")
    assert visit.findings.startswith("未复工")
    [plan] = follow_up.plans(visible_cases(supervisor), today)
    assert (plan.last_visit, plan.next_visit, plan.days_late) == (
        timezone.localdate(),
        timezone.localdate() + timedelta(days=30),
        0,
    )
    assert phone.complaints == []
