"""From a click on the map to the case under an inspector's feet, and out of the house as one file."""

import re

SUOHE = (113.378, 34.787)


def click_map_at(page, lon, lat, name="map"):
    """Click where the map on the page shows a place."""
    x, y = page.evaluate(
        "([lon, lat]) => { const p = window.enforcementMap.project([lon, lat]); return [p.x, p.y]; }",
        [lon, lat],
    )
    box = page.locator(f"#{name}").bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)


def report_a_site(visitor):
    """Choose a place by clicking the map, read who answers, save; the case number."""
    page = visitor.page
    visitor.open("/cases/new/")
    visitor.wait_for_map()
    page.evaluate("([lon, lat]) => window.enforcementMap.jumpTo({center: [lon, lat], zoom: 14})", list(SUOHE))
    visitor.wait_for_map()
    click_map_at(page, *SUOHE)
    page.wait_for_selector("#answer >> text=第三协作组")
    assert "安监站" in page.inner_text("#answer")
    page.fill("[name=address]", "索河路北侧工地")
    page.check("[name=channel][value=patrol]")
    page.check("[name=violations][value=construction_permit]")
    page.click("#save")
    page.wait_for_url(re.compile(r"/cases/XY-\d{4}-\d{5}/$"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def test_a_reported_site_is_on_the_map_in_the_list_nearby_and_in_the_exported_file(visit, tmp_path):
    dispatcher = visit("dispatcher1")
    number = report_a_site(dispatcher)
    assert "第三协作组" in dispatcher.page.inner_text("main")
    assert "安监站" in dispatcher.page.inner_text("main")

    dispatcher.open(f"/#map=15/{SUOHE[1]}/{SUOHE[0]}")
    dispatcher.wait_for_map()
    assert dispatcher.page.locator(f"#case-list [data-case-no={number}]").count() == 1
    drawn = dispatcher.page.evaluate(
        "() => window.enforcementMap.queryRenderedFeatures().map((feature) => feature.properties.case_no)"
    )
    assert number in drawn

    inspector = visit("inspector3", width=390, height=844)
    inspector.open(f"/nearby/?lon={SUOHE[0]}&lat={SUOHE[1]}&crs=wgs84&radius=500")
    nearest = inspector.page.locator(".near-list a").first
    assert nearest.get_attribute("href") == f"/cases/{number}/"
    assert int(re.search(r"(\d+) 米", nearest.inner_text())[1]) <= 20  # a click is as exact as a pixel

    foreign = visit("inspector2")
    assert foreign.open(f"/cases/{number}/").status == 404

    offline = tmp_path / "map.html"
    with dispatcher.page.expect_download() as download:
        dispatcher.page.evaluate("location.href = '/export/map.html?status=open'")
    download.value.save_as(offline)
    reader = visit(width=1200)
    reader.context.set_offline(True)
    reader.page.goto(offline.as_uri())
    reader.page.wait_for_selector(".leaflet-marker-icon, path.leaflet-interactive")
    assert number in offline.read_text("utf-8")
    assert reader.hosts == {""}
    assert reader.complaints == dispatcher.complaints == inspector.complaints == []


def test_a_case_reported_by_somebody_else_appears_within_seconds_without_moving_the_list(visit):
    watcher = visit("dispatcher1")
    watcher.open("/")
    watcher.wait_for_map()
    first = watcher.page.locator("#case-list [data-case-no]").first.get_attribute("data-case-no")
    number = report_a_site(visit("platform1"))
    watcher.page.wait_for_selector("text=1 条新案件")
    assert watcher.page.locator("#case-list [data-case-no]").first.get_attribute("data-case-no") == first
    watcher.page.click("text=1 条新案件")
    watcher.page.wait_for_selector(f"#case-list [data-case-no={number}]")


def test_a_click_on_the_ground_says_who_answers_for_it(visit):
    dispatcher = visit("dispatcher1")
    dispatcher.open("/#map=14/34.6845/113.2812")
    dispatcher.wait_for_map()
    dispatcher.page.evaluate(
        "() => window.enforcementMap.getStyle().layers.filter((l) => /case|history/.test(l.id))"
        ".forEach((l) => window.enforcementMap.setLayoutProperty(l.id, 'visibility', 'none'))"
    )
    click_map_at(dispatcher.page, 113.2812, 34.6845)
    dispatcher.page.wait_for_selector("#who >> text=刘河镇")
    told = dispatcher.page.inner_text("#who")
    assert [unit for unit in ("城建大队", "村镇科", "质安科") if unit in told] == [
        "城建大队",
        "村镇科",
        "质安科",
    ]
    assert "禹朝阳" in told
