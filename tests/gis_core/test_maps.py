"""Exported maps: opened in a browser with the network off, as whoever receives one opens it."""

import re
from dataclasses import replace

import pytest

from gis_core import maps
from gis_core.basemap import Basemap
from gis_core.layers import LegendEntry

HOSTILE = (
    "</script><script>window.hit=1</script><img src=x onerror=window.hit=1>`${window.hit=1}`\u2028{{ 7*7 }}{% x %}{#"
)
SQUARES = [
    LegendEntry("west", "West", "fill", "--land-1"),
    LegendEntry("east", "East", "hatch", "--hatch"),
]
STAGES = [
    LegendEntry("overdue", "Overdue", "triangle", "--s-overdue"),
    LegendEntry("working", "Working", "diamond", "--s-working"),
]


def square(west, side, name):
    ring = [[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"side": side, "name": name},
    }


def case(lon, lat, stage, text):
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"stage": stage, "no": f"No {lon}", "text": text},
    }


def ground(title="Ground", names=("W", "E")):
    """Two squares that share the edge x = 1."""
    squares = [square(0, "west", names[0]), square(1, "east", names[1])]
    return maps.SheetLayer(
        title=title,
        kind="polygon",
        collection={"type": "FeatureCollection", "features": squares},
        legend=SQUARES,
        legend_by="side",
        heading="name",
        fields={"side": "Side"},
        labelled=True,
    )


def cases(*features):
    return maps.SheetLayer(
        title="Cases",
        kind="point",
        collection={"type": "FeatureCollection", "features": list(features)},
        legend=STAGES,
        legend_by="stage",
        heading="no",
        fields={"text": "Text"},
    )


def sheet(title="A map", **words):
    return maps.Sheet(title=title, bounds=(0, 0, 2, 1), **words)


@pytest.fixture
def opened(chromium, tmp_path):
    """A function that opens a map with no network; its page has `said` (console) and `asked` (requests)."""
    context = chromium.new_context(viewport={"width": 1200, "height": 800})
    context.set_offline(True)

    def opener(text):
        file = tmp_path / "map.html"
        file.write_text(text, encoding="utf-8")
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(file.as_uri())
        page.file_url = file.as_uri()
        return page

    yield opener
    context.close()


def test_with_no_network_every_feature_is_drawn_and_nothing_but_the_file_is_asked_for(opened):
    page = opened(maps.render(sheet(), [ground(), cases(case(0.5, 0.5, "overdue", ""), case(1.5, 0.5, "working", ""))]))
    assert page.locator("path.ground").count() == 2
    assert page.locator(".leaflet-marker-icon").count() == 2
    assert page.said == []
    assert page.asked == [page.file_url]


def test_a_case_stands_where_its_coordinates_say(opened):
    """The middle of the symbol is on the shared edge of the two squares."""
    page = opened(maps.render(sheet(), [ground(), cases(case(1, 0.5, "working", ""))]))
    edge = page.locator("path.ground").nth(0).bounding_box()
    drawn = page.locator(".leaflet-marker-icon use").bounding_box()
    assert drawn["x"] + drawn["width"] / 2 == pytest.approx(edge["x"] + edge["width"], abs=2)
    assert drawn["y"] + drawn["height"] / 2 == pytest.approx(edge["y"] + edge["height"] / 2, abs=2)


def test_stages_differ_by_shape_and_not_by_colour_alone(opened):
    page = opened(maps.render(sheet(), [cases(case(0.5, 0.5, "overdue", ""), case(1.5, 0.5, "working", ""))]))
    shapes = page.locator(".leaflet-marker-icon use").evaluate_all("all => all.map(use => use.getAttribute('href'))")
    outlines = page.evaluate("hrefs => hrefs.map(h => document.querySelector(h).getAttribute('d'))", shapes)
    assert len(set(outlines)) == 2


def test_a_citizens_text_is_shown_and_never_obeyed(opened):
    page = opened(maps.render(sheet(), [cases(case(0.5, 0.5, "overdue", HOSTILE))]))
    page.locator(".leaflet-marker-icon").click()
    assert page.locator(".leaflet-popup-content dd").evaluate("node => node.textContent") == HOSTILE
    assert page.evaluate("window.hit") is None
    assert page.locator("img").count() == 0
    assert page.said == []


@pytest.mark.parametrize("where", ["title", "note", "layer", "label"])
def test_hostile_text_is_inert_wherever_it_stands(opened, where):
    made = maps.render(
        sheet(HOSTILE if where == "title" else "A map", notes=[HOSTILE if where == "note" else "-"]),
        [ground(HOSTILE if where == "layer" else "Ground", (HOSTILE if where == "label" else "W", "E"))],
    )
    page = opened(made)
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    assert "{{ 7*7 }}" in page.locator("html").evaluate("node => node.textContent")
    assert page.said == []


def test_ten_thousand_cases_gather_in_clusters_and_none_is_lost(opened):
    many = [case(round(n % 100 / 50, 4), round(n // 100 / 100, 4), "working", f"text {n}") for n in range(10_000)]
    page = opened(maps.render(sheet(), [cases(*many)]))
    counts = page.locator(".cluster").all_text_contents()
    singles = page.locator(".pin").count()
    assert sum(map(int, counts)) + singles == 10_000
    assert page.locator(".leaflet-marker-icon").count() < 400


def test_cases_on_one_spot_can_be_told_apart_at_the_deepest_zoom(opened):
    page = opened(maps.render(sheet(), [cases(*[case(0.5, 0.5, "working", f"t{n}") for n in range(3)])]))
    page.locator(".cluster").click()
    page.wait_for_function("document.querySelectorAll('.pin').length === 3")


def test_shared_texts_are_written_once():
    words, rows = maps._shared([["a", "x"], ["b", "x"], ["c", ""], ["d", ""]])
    assert sorted(words) == ["", "x"]
    assert [[words[c] if isinstance(c, int) else c for c in row] for row in rows] == [
        ["a", "x"], ["b", "x"], ["c", ""], ["d", ""],
    ]  # fmt: skip


def test_a_value_without_a_legend_entry_is_an_error():
    with pytest.raises(KeyError, match="unheard-of"):
        maps.render(sheet(), [cases(case(0.5, 0.5, "unheard-of", ""))])


def test_the_file_names_no_address_that_a_browser_would_fetch():
    made = maps.render(sheet(), [ground(), cases(case(0.5, 0.5, "overdue", ""))])
    assert not re.findall(r"<link|<iframe|<img|<script[^>]* src|@import", made)
    assert not re.findall(r"url\((?!data:|#|\"|'|\$)", made)
    assert "sourceMappingURL" not in made
    assert "default-src 'none'" in made


def test_the_page_names_its_language_its_title_and_who_may_zoom(opened):
    page = opened(maps.render(sheet("标题"), [ground()]))
    assert page.title() == "标题"
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.locator("meta[name=viewport]").get_attribute("content") == "width=device-width, initial-scale=1"


def test_the_legend_counts_and_draws_every_entry(opened):
    page = opened(maps.render(sheet(), [ground(), cases(case(0.5, 0.5, "overdue", ""))]))
    lines = page.locator("#legend li").evaluate_all("all => all.map(li => li.innerText.split('\\n').filter(Boolean))")
    assert lines == [["West", "1"], ["East", "1"], ["Overdue", "1"], ["Working", "0"]]
    assert page.locator("#legend li svg").count() == 4


def test_scale_layers_notes_and_approval_number_are_on_the_sheet(opened, settings):
    settings.BASEMAP = Basemap(audit_no="GS(2026)0001")
    page = opened(maps.render(sheet(about=["as of noon"], notes=["schematic"]), [ground()]))
    assert page.locator(".leaflet-control-scale").is_visible()
    assert page.locator(".leaflet-control-layers").inner_text().strip() == "Ground"
    assert page.locator("header li").all_inner_texts() == ["as of noon"]
    assert "schematic" in page.locator("footer").inner_text()
    assert "GS(2026)0001" in page.locator("footer").inner_text()


def test_an_empty_layer_is_an_empty_layer(opened):
    page = opened(maps.render(sheet(), [cases()]))
    assert page.said == []
    assert page.locator("#legend h2 b").inner_text() == "0"


def test_two_maps_side_by_side_move_together_and_the_legend_tells_of_the_second(opened):
    one, other = ground(), ground(names=("W", "E"))
    other.features.pop()
    page = opened(maps.render_beside(sheet(), maps.Side("Before {{ 7*7 }}", [one]), maps.Side("After", [other])))
    assert page.locator("figcaption").all_text_contents() == ["Before {{ 7*7 }}", "After"]
    assert page.locator("path.ground").count() == 3
    assert page.locator("#legend h2 b").all_text_contents() == ["1"]
    widths = "all => all.map((path) => Math.round(path.getBoundingClientRect().width))"
    before = page.locator("path.ground").evaluate_all(widths)
    page.locator(".leaflet-control-zoom-out").first.click()
    page.wait_for_timeout(800)
    assert page.locator("path.ground").evaluate_all(widths) == pytest.approx([width / 2 for width in before], rel=0.05)
    assert page.said == []
    assert page.asked == [page.file_url]


def test_a_class_is_told_by_its_letter_in_its_polygon_and_the_legend_of_a_pair_covers_no_map(opened):
    entries = [LegendEntry("west", "West", "lines", "--c-thin", "T"), LegendEntry("east", "East", "fill", "--c-ok")]
    layer = replace(ground(), legend=entries, labelled=False)
    page = opened(maps.render_beside(sheet(), maps.Side("Before", [layer]), maps.Side("After", [layer])))
    page.locator(".leaflet-marker-icon.letter").nth(1).wait_for()
    found = page.evaluate("""() => {
        const boxes = (all) => [...document.querySelectorAll(all)].map((one) => one.getBoundingClientRect());
        const inside = (one, other) => one.left > other.left && one.right < other.right && one.top > other.top
            && one.bottom < other.bottom;
        const letters = boxes(".leaflet-marker-icon.letter"), [west, _east, second] = boxes("path.ground");
        const [legend] = boxes("#legend");
        return {letters: letters.length, inside: inside(letters[0], west) && inside(letters[1], second),
                under: boxes(".folium-map").filter((map) => map.top < legend.bottom).length};
    }""")
    assert found == {"letters": 2, "inside": True, "under": 0}
    assert page.locator("#legend svg text").all_text_contents() == ["T"]
    assert page.said == []
