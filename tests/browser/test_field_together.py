"""Several phones at one site, a film of resistance, and the office's own ground carried along: without a line, and whole
on the server afterwards."""

import hashlib
import math
from io import BytesIO

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from boundaries.models import Edition, Unit
from cases.models import Evidence, FieldRecord
from gis_core import basemap
from tests.browser.field_phone import until
from tests.cases.evidence_files import box, movie
from tests.cases.standing import joint
from tests.factories import SUOHE

GROUND = (240, 0, 200)  # no colour of ours
ZOOMS = range(10, 17)


def prepared(phone):
    phone.open()
    phone.wait_for_cases()
    phone.wait_for_worker()
    return phone


def waiting(phone):
    return [one["verb"] for one in phone.changes() if one["state"] == "waiting"]


def sign_in_and_contribute(phone, case, tick, findings):
    """Two acts of a joint inspection; answers what the screen says of the violations."""
    page = phone.page
    phone.go(f"#act/{case.case_no}/sign_in")
    page.wait_for_selector("[data-question=note]")
    page.locator(".act-buttons .primary").tap()
    until(lambda: waiting(phone) == ["sign_in"], phone.told)
    phone.go(f"#act/{case.case_no}/contribute")
    page.wait_for_selector("[data-question=violations]")
    said = page.inner_text("[data-question=violations]")
    page.get_by_label(tick).tap()
    phone.tap("下一步")
    page.wait_for_selector("[data-question=photos]")
    phone.tap("下一步")
    page.get_by_label("检查情况").fill(findings)
    phone.tap("下一步")
    page.wait_for_selector(".review")
    phone.tap("完成并发送")
    until(lambda: waiting(phone) == ["sign_in", "contribute"], phone.told)
    return said


def test_phones_of_two_units_fill_one_joint_inspection_without_a_line(phone_of, site):
    """安监站 leads, 质监站 is invited. Each is offered its own violation and what is nobody's, and is told of the other's."""
    safety, quality = (Unit.objects.get(code=code) for code in ("safety_station", "quality_station"))
    site.units_involved = [safety.pk, quality.pk]
    site.save(update_fields=["units_involved"])
    called = joint(site, safety, quality)
    phones = [prepared(phone_of(name, *SUOHE)) for name in ("inspector3", "inspector1")]
    for phone in phones:
        phone.go_offline()
    ours = sign_in_and_contribute(phones[0], site, "未办理安全监督手续", "无防护网")
    theirs = sign_in_and_contribute(phones[1], site, "未办理质量监督手续", "无监督牌")
    assert "由在场其他单位记录：未办理质量监督手续（质监站）" in ours
    assert "由在场其他单位记录：未办理安全监督手续（安监站）" in theirs
    assert FieldRecord.objects.count() == 0
    for phone in reversed(phones):
        phone.go_online()
    until(lambda: called.entries.count() == 2, phones[0].told)
    for phone in phones:
        phone.go("#outbox")
        until(lambda: phone.page.locator(".outbox li[data-state=delivered]").count() == 2, phone.told)  # noqa: B023 -- at once
    assert {(one.unit, one.findings, *one.violations) for one in called.entries.all()} == {
        (safety, "无防护网", "safety_supervision"), (quality, "无监督牌", "quality_supervision"),
    }  # fmt: skip
    assert {row.unit: row.signed_in_by.username for row in called.units.all()} == {
        safety: "inspector3", quality: "inspector1",
    }  # fmt: skip
    assert site.inspections.count() == 1
    assert [phone.complaints for phone in phones] == [[], []]


def test_resistance_is_taken_down_at_once_and_its_film_arrives_whole(phone_of, site):
    """The film is larger than a piece of an upload; the moment is that of the press, not of the line."""
    film = movie() + box(b"mdat", bytes(range(250)) * 6000)
    phone = prepared(phone_of("inspector3", *SUOHE))
    phone.go_offline()
    phone.go(f"#act/{site.case_no}/record_violence")
    page = phone.page
    page.wait_for_selector("text=记下时间和地点")
    page.get_by_label("录像").set_input_files({"name": "VID_1.mp4", "mimeType": "video/mp4", "buffer": film})
    page.wait_for_selector("text=1 段录像")
    phone.tap("围堵")
    phone.tap("立即记录")
    until(lambda: waiting(phone) == ["record_violence"], phone.told)
    phone.go("#outbox")
    phone.go_online()
    until(lambda: Evidence.objects.exists(), phone.told)
    kept = Evidence.objects.get()
    assert (kept.case, kept.medium, kept.sha256) == (site, "video", hashlib.sha256(film).hexdigest())
    with kept.original.open() as original:
        assert original.read() == film
    record = FieldRecord.objects.get()
    assert (record.verb, record.state, record.words["text"]) == ("record_violence", "done", "围堵")
    assert phone.complaints == []


def tiles_over(west, south, east, north):
    """By the usual formula of slippy maps, corner by corner."""

    def at(lon, lat, zoom):
        y = (1 - math.log(math.tan(math.radians(lat)) + 1 / math.cos(math.radians(lat))) / math.pi) / 2
        return int((lon + 180) / 360 * 2**zoom), int(y * 2**zoom)

    for zoom in ZOOMS:
        (left, top), (right, bottom) = at(west, north, zoom), at(east, south, zoom)
        yield from ((zoom, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))


@pytest.fixture
def own_ground(site, settings, tmp_path):
    """A raster pack over the site's area, as an office puts it beside its static files."""
    area = Edition.objects.current(site.region_id).areas.get(code=site.area_code)
    picture = BytesIO()
    Image.new("RGB", (256, 256), GROUND).save(picture, "PNG")
    tiles = set(tiles_over(*area.geom.extent))
    for zoom, x, y in tiles:
        file = tmp_path / "ground" / str(zoom) / str(x) / f"{y}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture.getvalue())
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, ("ground", tmp_path / "ground")]
    settings.BASEMAP = basemap.configured(
        tiles="/static/ground/{z}/{x}/{y}.png", credit="本局测绘", audit_no="豫S〔2015〕1号"
    )
    finders.get_finder.cache_clear()
    yield area, tiles
    finders.get_finder.cache_clear()


def test_the_offices_own_ground_is_carried_for_the_chosen_area_and_drawn_without_a_line(phone_of, own_ground):
    area, tiles = own_ground
    phone = prepared(phone_of("inspector3", *SUOHE))
    page = phone.page
    phone.go("#prepare")
    page.get_by_label(area.name, exact=True).check()
    phone.tap("全部准备")
    page.wait_for_selector("[data-check=map].fine >> text=底图")
    carried = page.evaluate(
        "async () => (await (await caches.open('basemap')).keys()).map(({ url }) => new URL(url).pathname)"
    )
    assert set(carried) == {f"/static/ground/{zoom}/{x}/{y}.png" for zoom, x, y in tiles}
    phone.context.new_cdp_session(page).send("Network.clearBrowserCache")
    phone.go_offline()
    phone.kill()
    phone.switch_on()
    phone.context.set_offline(True)
    phone.open("#map")
    page = phone.page
    page.wait_for_selector(".field-map.drawn")
    page.wait_for_selector(".land-sketch", state="detached")
    page.wait_for_selector(".map-credit >> text=本局测绘")
    box = page.locator(".field-map").bounding_box()
    shot = Image.open(BytesIO(page.screenshot(clip=box))).convert("RGB")
    seen = [shot.getpixel((x, y)) for x in range(20, shot.width - 20, 12) for y in range(20, shot.height - 20, 12)]
    tinted = [one for one in seen if one[1] < 120 and one[0] > 150 and one[2] > 120]  # a third of our land over it
    assert len(tinted) > len(seen) / 2, seen[:20]
    assert phone.complaints == []
