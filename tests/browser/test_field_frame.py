"""The frame of the field application: it opens without a line, a new release loses nothing, and no answer about
anybody is kept by the worker."""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from boundaries.models import Patrol, User
from cases.models import Case
from cases.views import field_app

HERE = {"longitude": 113.378, "latitude": 34.787, "accuracy": 8}
PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}
PIECES = "/static/gis_core/field"
KEPT = """async () => {
  const all = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      all.push([name, new URL(request.url).pathname, answer.redirected, (await answer.text()).includes("type=\\"password\\"")]);
    }
  }
  return all;
}"""
WAITING = {
    "key": "6f9619ff-8b86-4011-b42d-00cf4fc964ff", "seq": 1, "kind": "act", "verb": "remark", "case_no": "XY-2026-00001",
    "captured_at": "2026-11-20T01:00:00Z", "words": {"text": "围挡内仍有人施工"}, "photos": [], "state": "waiting", "attempts": 0,
    "tried": False, "why": [], "receipt": None, "createdAt": "2026-11-20T01:00:00Z", "username": "inspector3",
    "group": "XY-2026-00001", "label": "添加备注", "form": {},
}  # fmt: skip
FILL = """async ([module, change]) => {
  const store = await import(module);
  await store.keepChange({ ...change, heldUntil: Date.now() + 55_000 });
  const blob = new Blob([new Uint8Array(300000).fill(7)], { type: "image/jpeg" });
  await store.keepPhoto({ id: "p1", record: change.key, slot: "overall", blob, name: "a.jpg", bytes: 300000, state: "waiting" });
  await store.keepDraft({ key: "d1", kind: "report", words: {}, answers: { note: "半句话" }, updatedAt: "2026-11-20T01:00:00Z" });
}"""
STANDS = """async (module) => {
  const store = await import(module);
  const [photo] = await store.photosOf("6f9619ff-8b86-4011-b42d-00cf4fc964ff");
  const bytes = photo && new Uint8Array(await photo.blob.arrayBuffer());
  return [await store.changes(), photo && [bytes.length, bytes.every((one) => one === 7)], await store.drafts()];
}"""


@pytest.fixture
def phone(visit):
    def _phone(username="inspector3", **options):
        visitor = visit(username, **{**PHONE, "permissions": ["geolocation"], "geolocation": HERE, **options})
        visitor.open("/field/")
        visitor.page.wait_for_selector(".stand >> text=清单")
        return visitor

    return _phone


def until(check, what):
    late = time.monotonic() + 30
    while time.monotonic() < late:
        if found := check():
            return found
        time.sleep(0.1)
    raise AssertionError(f"Waited for {what} in vain.")


def wait_for_worker(page):
    until(lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"), "the worker")
    until(lambda: any("maplibre-gl-worker" in path for _name, path, *_ in page.evaluate(KEPT)), "the libraries")


def fill(page):
    page.evaluate(FILL, [f"{PIECES}/store.mjs", WAITING])


def stands(page):
    return page.evaluate(STANDS, f"{PIECES}/store.mjs")


def test_every_screen_opens_without_a_line(phone):
    """Nothing is asked of the server, and the list and the map are what was carried."""
    visitor = phone()
    page = visitor.page
    wait_for_worker(page)
    page.goto("about:blank")
    visitor.context.set_offline(True)
    visitor.hosts.clear()
    case = Case.objects.open().filter(group_code="G3").first()
    for address, sign in (
        ("#today", ".stand >> text=离线"), (f"#case/{case.case_no}", ".case-head"), ("#map", ".field-map .maplibregl-canvas"), ("#new", "#screen h2, #screen .act-says"),
        ("#outbox", "#screen > * > *"), ("#me", ".me-head"), ("#prepare", ".checks li"), ("#patrol", "#screen > * > *"),
        (f"#act/{case.case_no}/arrive", ".question"),
    ):  # fmt: skip
        page.goto("about:blank")
        visitor.open(f"/field/{address}")
        page.wait_for_selector(sign, state="attached")
        assert page.is_hidden("text=此页面打不开"), address
    page.goto("about:blank")
    visitor.open("/field/")
    page.wait_for_selector("#field-chip >> text=离线")
    assert [text for text in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in text] == []


def test_the_worker_keeps_neither_answers_nor_other_pages(phone):
    """After the list, a case's page, an answer of the API, a document and the sign-in: only the application's own."""
    visitor = phone()
    page = visitor.page
    wait_for_worker(page)
    page.evaluate("async () => { await fetch('/api/v1/cases/?limit=1'); await fetch('/cases/new/'); }")
    visitor.open("/field/devices/")
    visitor.context.clear_cookies()
    visitor.open("/field/conflicts/")
    page.wait_for_selector("[name=password]")
    kept = page.evaluate(KEPT)
    assert kept
    pages = {path for _name, path, *_rest in kept if not path.startswith("/static/")}
    assert pages == {"/field/", "/field/first.css", "/jsi18n/"}
    assert [path for _name, path, redirected, secret in kept if redirected or secret] == []


def test_without_a_session_the_application_opens_and_says_so_and_the_queue_stays(phone):
    visitor = phone()
    page = visitor.page
    wait_for_worker(page)
    fill(page)
    visitor.context.clear_cookies()
    page.reload()
    page.wait_for_selector("#field-chip >> text=待传 1")
    page.evaluate(f"async () => (await import('{PIECES}/outbox.mjs')).send({{ pressed: true }})")
    page.wait_for_selector("[data-news=signed-out] >> text=登录已过期")
    changes, photo, drafts = stands(page)
    assert [one["state"] for one in changes] == ["waiting"]
    assert photo == [300_000, True]
    assert len(drafts) == 1
    assert page.get_attribute("[data-news=signed-out] a", "href") == "/sign-in/?next=/field/"


def test_a_new_release_keeps_the_queue_and_only_then_drops_the_old_one(phone, monkeypatch):
    """Two releases of the application, one after the other; what was taken down with the first stands in the second."""
    monkeypatch.setattr(field_app, "_release", lambda *_any: "a" * 12)
    visitor = phone()
    page = visitor.page
    wait_for_worker(page)
    assert {name for name, *_rest in page.evaluate(KEPT)} == {f"field-{'a' * 12}"}
    fill(page)
    before = stands(page)
    monkeypatch.setattr(field_app, "_release", lambda *_any: "b" * 12)
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration('/field/')).update()")
    page.wait_for_selector("[data-news=release] >> text=应用有新版本")
    assert page.evaluate("document.documentElement.dataset.release") == "a" * 12
    page.tap("text=立即更新")
    until(lambda: _release_of(page) == "b" * 12, "the new release")
    until(lambda: {name for name, *_rest in page.evaluate(KEPT)} == {f"field-{'b' * 12}"}, "the end of the old one")
    assert stands(page) == before
    page.wait_for_selector("#field-chip >> text=待传 1")


def _release_of(page):
    try:
        return page.evaluate("document.documentElement.dataset.release")
    except Error:  # the page is being left: asked again
        return None


def test_a_release_that_is_not_whole_is_never_used(phone, monkeypatch):
    """One file of it is missing: the old one goes on and opens without a line."""
    visitor = phone()
    page = visitor.page
    wait_for_worker(page)
    old = {name for name, *_rest in page.evaluate(KEPT)}
    monkeypatch.setattr(field_app, "_release", lambda *_any: "c" * 12)
    monkeypatch.setattr(field_app, "ICONS", {192: "gis_core/field/no-such.png", 512: field_app.ICONS[512]})
    monkeypatch.setattr(field_app.release, "with_imports", lambda names: list(names))
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration('/field/')).update()")
    page.wait_for_timeout(2000)
    assert page.is_hidden("[data-news=release]")
    visitor.context.set_offline(True)
    page.reload()
    page.wait_for_selector(".near-list a, .empty")
    assert old <= {name for name, *_rest in page.evaluate(KEPT)}


def test_signing_out_is_refused_while_something_waits_and_can_be_exported(phone):
    visitor = phone()
    page = visitor.page
    fill(page)
    page.evaluate("location.hash = '#me'")
    page.tap("text=退出登录")
    page.wait_for_selector(".leave-says >> text=还有 2 条记录没有送达服务器")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出").tap()
    assert download.value.suggested_filename.endswith(".zip")
    assert page.url.endswith("#me")
    page.evaluate(f"""async () => {{
      const store = await import('{PIECES}/store.mjs');
      await store.removeChange('{WAITING["key"]}');
      await store.removeDraft('d1');
    }}""")
    page.tap("text=退出登录")
    page.wait_for_selector("[name=password]")
    assert page.evaluate(f"async () => (await (await import('{PIECES}/store.mjs')).cases()).length") == 0


def test_a_patrol_under_way_refuses_signing_out_and_what_somebody_else_left_does_not(phone):
    """What another person took down here cannot be sent under this name, so nobody is kept by it."""
    visitor = phone()
    page = visitor.page
    page.evaluate(f"""async () => {{
      const store = await import('{PIECES}/store.mjs');
      const patrols = await import('{PIECES}/../patrol_store.mjs');
      await store.keepDraft({{ key: "d2", kind: "report", username: "convener3", words: {{}}, answers: {{}}, updatedAt: "2026-11-20T01:00:00Z" }});
      const {{ id }} = await store.meta("person");
      await patrols.keepPatrol({{ key: "p2", who: String(id), startedAt: Date.now() - 60000, endedAt: null, result: "", note: "", receipt: null }});
    }}""")
    page.evaluate("location.hash = '#me'")
    page.tap("text=退出登录")
    page.wait_for_selector(".leave-says >> text=巡查还在进行中")
    page.evaluate(f"async () => (await import('{PIECES}/../patrol_store.mjs')).forget('p2')")
    page.tap("text=退出登录")
    page.wait_for_selector("[name=password]")
    assert page.evaluate(f"async () => (await (await import('{PIECES}/store.mjs')).drafts()).length") == 1


def test_a_patrol_that_waits_is_counted_and_sent_from_whatever_screen(phone):
    """It ended without a line, and the application is opened again at the list."""
    visitor = phone()
    page = visitor.page
    wait_for_worker(page)
    visitor.context.set_offline(True)
    page.evaluate(f"""async () => {{
      const store = await import('{PIECES}/store.mjs');
      const patrols = await import('{PIECES}/../patrol_store.mjs');
      const {{ id }} = await store.meta("person");
      const key = crypto.randomUUID();
      const [startedAt, endedAt] = [Date.now() - 600000, Date.now() - 60000];
      await patrols.keepPatrol({{ key, who: String(id), startedAt, endedAt, result: "nothing_found", note: "", receipt: null }});
      await patrols.keepStop(key, {{ lon: 113.378, lat: 34.787, accuracy: 8, at: startedAt + 1000 }});
    }}""")
    page.reload()
    page.wait_for_selector("#field-chip >> text=离线 · 待传 1")
    visitor.context.set_offline(False)
    page.wait_for_selector("#field-chip >> text=已同步")
    until(lambda: Patrol.objects.count() == 1, "the patrol")


def test_one_button_prepares_what_can_be_prepared(phone):
    """What is left is what a browser under test cannot give: the home screen, and storage for good."""
    unit = User.objects.get(username="inspector3").unit
    case = Case.objects.open().filter(group_code="G3").first()
    Case.objects.filter(pk=case.pk).update(handling_unit=unit)
    visitor = phone()
    page = visitor.page
    wait_for_worker(page)
    page.evaluate("location.hash = '#prepare'")
    page.check(".areas input >> nth=1", force=True)
    page.tap("text=全部准备")
    page.wait_for_selector(".prepare-says >> text=能准备的都已准备好")
    for name in ("shell", "location", "pack", "papers", "map", "clock", "space"):
        assert "fine" in page.get_attribute(f"[data-check={name}]", "class"), page.inner_text(f"[data-check={name}]")
    carried, papers = page.evaluate(f"""async () => {{
      const store = await import('{PIECES}/store.mjs');
      const mine = (await store.cases()).filter((one) => one.mine);
      return [(await store.meta('pack')).carriedAreas, mine.map((one) => Boolean(one.papers))];
    }}""")
    assert len(carried) == 1
    assert papers
    assert all(papers)


def test_the_map_is_a_list_where_nothing_can_be_drawn(phone):
    visitor = phone("dispatcher1")
    page = visitor.page
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    page.goto("about:blank")
    visitor.open("/field/#map")
    page.wait_for_selector(".field-map.impossible >> text=列表内容完整")
    assert page.locator(".near-list a").count() == Case.objects.open().count() > 3


@pytest.mark.parametrize(
    "look", [{}, {"theme": "dark"}, {"theme": "sunlight", "field-hand": "left"}, {"field-type": "large"}],
    ids=["light", "dark", "sunlight, left hand", "large type"],
)  # fmt: skip
def test_axe_finds_nothing_serious_and_no_other_host_is_asked(phone, look):
    visitor = phone()
    page = visitor.page
    page.evaluate(
        "(all) => { for (const [name, value] of Object.entries(all)) localStorage.setItem(name, value); }", look
    )
    case = Case.objects.open().filter(group_code="G3").first()
    found = {}
    for screen in ("today", f"case/{case.case_no}", "map", "prepare", "me", "outbox", "new"):
        page.goto("about:blank")
        visitor.open(f"/field/#{screen}")
        page.wait_for_selector("#screen > * > *")
        page.wait_for_timeout(500)
        issues = Axe().run(page).response["violations"]
        if serious := [
            (issue["id"], issue["nodes"][0]["html"][:120])
            for issue in issues
            if issue["impact"] in ("serious", "critical")
        ]:
            found[screen] = serious
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, screen
    assert found == {}
    assert visitor.complaints == []
    assert {host for host in visitor.hosts if host} == {visitor.address.split("//")[1]}
