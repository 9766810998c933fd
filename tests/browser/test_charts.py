"""Pictures of tables: what is drawn is what the table says, under our content policy, by pointer and by keyboard."""

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db  # no row is read, but the browser's fixture comes with a database

TABLE = """<table><thead><tr><th>单位</th><th>登记</th><th>结案率</th><th data-chart="no">说明</th></tr></thead><tbody>
<tr><th><a href="/u1">质监站</a></th><td><a href="/n1">1,204</a></td><td data-value="85.19">85.2 %</td><td>7</td></tr>
<tr><th><a href="/u2">安监站</a></th><td><a href="/n2">0</a></td><td>–</td><td>8</td></tr>
<tr data-chart="no"><th>合计</th><td>1,204</td><td>85.2 %</td><td></td></tr>
</tbody></table>"""
PAGE = f"""<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>图</title>
<link rel="stylesheet" href="/static/gis_core/tokens.css"><link rel="stylesheet" href="/static/gis_core/base.css">
<link rel="stylesheet" href="/static/gis_core/charts.css"><script src="/words.js"></script>
<script src="/static/gis_core/charts.mjs" type="module"></script>
<figure class="chart" data-chart="bar"><figcaption>各单位</figcaption>{TABLE}</figure></html>"""
WORDS = "const gettext = (text) => text; const interpolate = (text, named) => text.replace('%(title)s', named.title);"
READ = """async () => {
  const { read } = await import("/static/gis_core/chart_table.mjs");
  return read(document.querySelector("table"));
}"""
SHOWN = """() => {
  const { data, options } = Chart.getChart(document.querySelector("canvas"));
  return [options.indexAxis, data.labels, data.datasets.map((one) => [one.label, one.data, String(one.backgroundColor)])];
}"""
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:"  # as settings.py has it


def _answer(route):
    path = route.request.url.partition("127.0.0.1")[2]
    if path.startswith("/static/"):
        kind = "text/css" if path.endswith(".css") else "text/javascript"
        return route.fulfill(path=finders.find(path.removeprefix("/static/")), content_type=kind)
    if path == "/words.js":
        return route.fulfill(body=WORDS, content_type="text/javascript")
    return route.fulfill(body=PAGE, content_type="text/html", headers={"Content-Security-Policy": POLICY})


@pytest.fixture
def page(chromium):
    """A page of this host with a table and the module alone; what the browser complains of is kept."""
    context = chromium.new_context()
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.route("**/*", _answer)
    page.goto("http://127.0.0.1/")
    page.wait_for_selector("canvas")
    yield page
    context.close()


def test_the_picture_shows_what_the_table_says(page):
    told = page.evaluate(READ)
    assert told["labels"] == ["质监站", "安监站"]
    assert [(one["label"], one["values"]) for one in told["series"]] == [("登记", [1204, 0]), ("结案率", [85.19, None])]
    assert [one["links"] for one in told["series"]] == [["/n1", "/n2"], ["/u1", "/u2"]]
    axis, labels, series = page.evaluate(SHOWN)
    assert (axis, labels) == ("y", told["labels"])
    assert [(label, values) for label, values, _fill in series] == [("登记", [1204, 0]), ("结案率", [85.19, None])]
    assert [fill for _label, _values, fill in series][1] == "[object CanvasPattern]"  # not by colour alone
    assert page.complaints == []


def test_table_and_picture_take_turns(page):
    assert (page.is_visible("table"), page.is_visible("canvas")) == (False, True)
    page.click(".chart-turn")
    assert (page.is_visible("table"), page.is_visible("canvas")) == (True, False)
    page.keyboard.press("Enter")  # the focus stays on the button
    assert (page.is_visible("table"), page.is_visible("canvas")) == (False, True)


def test_a_value_is_told_and_opened_by_keyboard_and_by_pointer(page):
    page.focus("canvas")
    page.keyboard.press("ArrowDown")
    assert page.text_content("[role=status]") == "质监站 · 登记 · 1,204"
    page.keyboard.press("ArrowDown")
    assert page.text_content("[role=status]") == "安监站 · 登记 · 0"
    page.keyboard.press("ArrowDown")  # there is nothing further
    page.keyboard.press("Enter")
    page.wait_for_url("**/n2")
    page.goto("http://127.0.0.1/")
    page.wait_for_selector("canvas")
    box = page.locator("canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 24)
    page.wait_for_url("**/n1")


def test_a_series_that_stays_alone_is_named_and_a_point_on_the_edge_is_drawn_whole(page):
    shown = """async () => {
      const { draw, forget } = await import("/static/gis_core/charts.mjs");
      const figure = document.querySelector("figure");
      document.querySelectorAll("td:nth-child(3), td:nth-child(4)").forEach((cell) => {
        cell.textContent = "–";
        delete cell.dataset.value;
      });
      forget(figure);
      figure.querySelector(".chart-plot").remove();
      figure.dataset.chart = "line";
      await draw();
      const chart = Chart.getChart(document.querySelector("canvas"));
      return [chart.legend.legendItems.map((one) => one.text), chart.options.plugins.legend.display, chart.data.datasets[0].clip > 3];
    }"""
    assert page.evaluate(shown) == [["登记"], True, True]
