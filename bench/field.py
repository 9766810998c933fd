"""The phone's application on a slow phone and a thin line: the list, the map, and opened again without any line.

Chromium's own brakes: the page's processor four times slower, 1.6 Mbit/s down, 150 ms each way and back. What a first
visit costs is measured without the service worker, whose requests those brakes do not hold: it begins when the list is
read already, and would hand the map's files on for nothing. Bytes are those that came over the line, with
their headers.
"""

import statistics
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import sync_playwright

from bench import web
from bench.timing import Finding
from boundaries.models import User
from cases.permissions import visible_cases
from setup import debian, web_server
from tests.chromium import FLAGS

PHONE = {"width": 360, "height": 740}
INSPECTOR = "inspector1"
SLOWER, LATENCY_MS, BYTES_A_SECOND = 4, 150, 1_600_000 // 8
ROUNDS = 5
LIST_MS, LIST_KB = 1000, 60
MAP_MS, MAP_KB = 3000, 450
AGAIN_MS = 500
STEP = 0.0005  # of a degree: some fifty metres from a case that the inspector sees
# When a row of the list, and when the whole map was painted; by the page's own clock since it was asked for.
WATCH = """
window.seen = {};
const painted = (name) => requestAnimationFrame(() => setTimeout(() => (seen[name] ??= performance.now())));
new MutationObserver(() => {
  if (!seen.list && document.querySelector(".near-list a")) painted("list");
  if (!seen.mapAsked && location.hash === "#map") seen.mapAsked = performance.now();
  if (seen.mapAsked && !seen.picture && document.querySelector(".land-sketch")) painted("picture");
}).observe(document, { childList: true, subtree: true });
"""
LISTED = "() => window.seen?.list"
PICTURED = "() => window.seen?.picture && seen.picture - seen.mapAsked"
MAPPED = """() => {
  const map = window.enforcementMap;
  if (!map?.loaded() || !map.areTilesLoaded()) return null;
  return (window.seen.map ??= performance.now()) - window.seen.mapAsked;
}"""
KEPT = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  return active?.state === "activated" && Boolean(localStorage.getItem("field-carried"));
}"""


def findings():
    place = _near_a_case()  # Playwright's loop in this thread leaves Django no database
    with web.serving() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=debian.browser(), args=FLAGS)
        phone = Phone(browser, f"http://{web_server.HOST}:{port}", web.Asker(port, INSPECTOR).cookies, place)
        with phone.opened():  # the server's own first time is not the phone's
            pass
        rounds = [_first_visit(phone) for _time in range(ROUNDS)]
        yield _finding("first view of the nearest list", [row[0] for row in rounds], LIST_MS, LIST_KB)
        yield _finding(
            "… then the map, from the tap until its picture is there", [row[1] for row in rounds], MAP_MS, MAP_KB
        )
        yield _finding("… and the map that moves", [row[2] for row in rounds], MAP_MS, MAP_KB)
        yield _finding("second visit without a line, the list", _without_a_line(phone), AGAIN_MS, 0)
        browser.close()


def _near_a_case() -> dict:
    case = visible_cases(User.objects.get(username=INSPECTOR)).open().order_by("pk").first()
    return {"longitude": case.geom.x + STEP, "latitude": case.geom.y + STEP, "accuracy": 8}


@dataclass
class Phone:
    """A signed-in inspector's phone; every opening is a browser without anything kept."""

    browser: object
    address: str
    cookies: dict
    place: dict

    @contextmanager
    def opened(self, worker="block"):
        context = self.browser.new_context(
            viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2, locale="zh-CN",
            geolocation=self.place, permissions=["geolocation"], service_workers=worker,
        )  # fmt: skip
        context.set_default_timeout(120_000)
        context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in self.cookies.items()]
        )
        context.add_init_script(WATCH)
        yield context
        context.close()


@dataclass
class Line:
    """What came over the line to a page."""

    session: object
    bytes: int = 0
    _open: dict = field(default_factory=dict)
    _not_the_line: set = field(default_factory=set)

    @classmethod
    def of(cls, page, *, throttled: bool):
        line = cls(page.context.new_cdp_session(page))
        line.session.send("Network.enable")
        line.session.on("Network.responseReceived", line._answered)
        line.session.on("Network.dataReceived", line._came)
        line.session.on("Network.loadingFinished", line._ended)
        line.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        if throttled:
            line.session.send("Network.emulateNetworkConditions", {
                "offline": False, "latency": LATENCY_MS,
                "downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND,
            })  # fmt: skip
        return line

    def _answered(self, told):
        if told["response"].get("fromServiceWorker") or told["response"].get("fromDiskCache"):
            self._not_the_line.add(told["requestId"])

    def _came(self, told):
        """Pieces of an answer that is not whole yet."""
        if told["requestId"] in self._not_the_line:
            return
        self._open[told["requestId"]] = self._open.get(told["requestId"], 0) + told["encodedDataLength"]

    def _ended(self, told):
        """A whole answer, with its headers."""
        self._open.pop(told["requestId"], None)
        if told["requestId"] not in self._not_the_line:
            self.bytes += told["encodedDataLength"]

    @property
    def kilobytes(self) -> float:
        return (self.bytes + sum(self._open.values())) / 1000


def _first_visit(phone) -> tuple:
    """(ms, kB) of the list, then of the picture of the map and of the map after it."""
    with phone.opened() as context:
        page = context.new_page()
        line = Line.of(page, throttled=True)
        page.goto(f"{phone.address}/field/", wait_until="commit")
        listed = _waited(page, LISTED), line.kilobytes
        _quiet(page, line)
        before = line.kilobytes
        page.click(".field-bar a[href='#map']")
        pictured = _waited(page, PICTURED), line.kilobytes - before
        return listed, pictured, (_waited(page, MAPPED), line.kilobytes - before)


def _waited(page, asked: str) -> float:
    """The page's own figure, asked for until there is one."""
    for _attempt in range(2400):
        if found := page.evaluate(asked):
            return found
        page.wait_for_timeout(25)
    raise RuntimeError(f"Not within a minute: {asked}")


def _quiet(page, line):
    """Until nothing has come for a second: what is carried is there."""
    before = -1
    while before != line.kilobytes:
        before = line.kilobytes
        page.wait_for_timeout(1000)


def _without_a_line(phone) -> list[tuple]:
    with phone.opened(worker="allow") as context:
        page = context.new_page()
        page.goto(f"{phone.address}/field/")
        _waited(page, LISTED)
        _waited(page, KEPT)
        page.wait_for_load_state("networkidle")
        context.set_offline(True)
        return [_again(context, phone) for _time in range(ROUNDS)]


def _again(context, phone) -> tuple:
    page = context.new_page()
    line = Line.of(page, throttled=False)
    page.goto(f"{phone.address}/field/", wait_until="commit")
    found = _waited(page, LISTED), line.kilobytes
    page.close()
    return found


def _finding(what: str, rounds: list[tuple], most_ms: int, most_kb: int) -> Finding:
    took, size = statistics.median(ms for ms, _kb in rounds), max(kb for _ms, kb in rounds)
    worst = max(ms for ms, _kb in rounds)
    return Finding(
        f"phone: {what}; 4 × slower, 1.6 Mbit/s, 150 ms",
        f"{took:.0f} ms (worst round {worst:.0f} ms), {size:.1f} kB",
        f"≤ {most_ms} ms, ≤ {most_kb} kB",
        took <= most_ms and size <= most_kb,
    )
