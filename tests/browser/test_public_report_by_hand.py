"""A passer-by reports a site from the phone: by the position, with a photo, and asks with the receipt."""

from axe_playwright_python.sync_playwright import Axe

from cases.models import Case
from tests.actors import a_photo

WHERE = {"longitude": 113.378, "latitude": 34.787, "accuracy": 20}


def grave(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [issue["id"] for issue in found if issue["impact"] in ("serious", "critical")]


def test_a_passer_by_reports_with_the_phone_s_position_and_asks_how_far_it_is(visit, settings, tmp_path):
    settings.PUBLIC_REPORTS, settings.MEDIA_ROOT = ["410182"], tmp_path
    visitor = visit(width=360, height=740, geolocation=WHERE, permissions=["geolocation"], color_scheme="dark")
    page = visitor.page
    visitor.open("/exposure/")
    page.click("a[href='/public-report/410182/']")
    page.wait_for_url("**/public-report/410182/")
    assert page.evaluate("document.querySelector('.for-machines').getBoundingClientRect().width") <= 1
    page.click("#take-position")
    page.wait_for_selector("#forget-position:not([hidden])")
    page.click("#forget-position")
    assert page.input_value("[name=lon]") == ""
    page.click("#take-position")
    page.wait_for_selector("#forget-position:not([hidden])")
    page.fill("[name=description]", "夜里在打地基")
    page.fill("[name=reporter_phone]", "13512340987")
    page.set_input_files("[name=photos]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": a_photo().read()})
    assert grave(page) == []
    page.click("#send")
    page.wait_for_url("**/receipt/?number=*")
    assert page.inner_text("[aria-current=step]") == "已收到"
    assert "13512340987" not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert grave(page) == []
    case = Case.objects.get(channel="complaint", source_client="public")
    assert (case.geom.coords, case.accuracy_m, case.photos.count()) == ((113.378, 34.787), 20, 1)
    assert visitor.complaints == []
