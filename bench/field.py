"""The field application on a phone: a processor four times slower, a line of 1.6 Mbit/s with 150 ms (issue 6, item 4).

The first visit has nothing in any cache and a position that is known at once; it ends when the nearest cases can be
read. The map is opened when the first view has settled, its library on no disk. The second visit has no line at all.
Bytes are those on the wire, heads of answers and all.
"""

import statistics
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from bench import web
from bench.timing import Finding
from setup import debian, web_server
from tests.chromium import FLAGS

SLOWER = 4
LATENCY_MS, BYTES_A_SECOND = 150, 1_600_000 // 8
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
PLACE = {"longitude": 113.378, "latitude": 34.787, "accuracy": 8}
FIRST_MS, FIRST_KB = 1000, 60
MAP_MS, MAP_KB = 3000, 450
AGAIN_MS, AGAIN_BYTES = 500, 0
# When rows of the list are on the screen, when a picture of the map is, and when the map has drawn all that it has.
WATCH = """
(() => {
  const look = () => {
    if (!window.listAt && document.querySelector(".near-list a")) window.listAt = performance.now();
    if (!window.pictureAt && document.querySelector(".land-sketch")) window.pictureAt = performance.now();
    if (!window.mapAt && window.enforcementMap?.loaded()) window.mapAt = performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""
SETTLED = "document.querySelector('.stand')?.textContent.includes('清单')"
KEPT = """(async () => {
  const names = await caches.keys();
  const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  const whole = keys.flat().some(({ url }) => url.includes("maplibre-gl-worker"));
  return Boolean(navigator.serviceWorker.controller) && whole;
})()"""


def findings(rounds: int = 5):
    with web.serving(workers=2) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=debian.browser(), args=FLAGS)
        phone = _Phones(browser, f"http://{web_server.HOST}:{port}", web.Asker(port, "inspector3").cookies)
        phone.first_visit()  # warms the server, which was started just now
        first = [phone.first_visit() for _round in range(rounds)]
        yield from _found("first view of the nearest cases", first, FIRST_MS, FIRST_KB)
        unkept = [phone.map() for _round in range(rounds)]
        yield from _found("a picture of the map", [picture for picture, _map in unkept], MAP_MS, MAP_KB)
        yield from _found("map, its library on no disk", [drawn for _picture, drawn in unkept], MAP_MS, MAP_KB)
        kept = [phone.map_kept() for _round in range(rounds)]
        yield from _found("map, the application kept", kept, MAP_MS, MAP_KB)
        yield from _again([phone.second_visit() for _round in range(rounds)])
        browser.close()


def _found(what: str, seen: list[tuple[float, int]], most_ms: int, most_kb: int):
    times, sizes = [ms for ms, _size in seen], [size / 1000 for _ms, size in seen]
    middle, size = statistics.median(times), statistics.median(sizes)
    yield Finding(
        f"Field: {what}", f"{middle:.0f} ms (worst {max(times):.0f} ms)", f"≤ {most_ms} ms", middle <= most_ms
    )
    yield Finding("Field: … transferred until then", f"{size:.1f} kB", f"≤ {most_kb} kB", size <= most_kb)


def _times(all_of_them: list[float]) -> str:
    return f"{statistics.median(all_of_them):.0f} ms (worst {max(all_of_them):.0f} ms)"


def _again(seen):
    times, size = [ms for ms, _size in seen], max(size for _ms, size in seen)
    yield Finding(
        "Field: second visit, offline", _times(times), f"≤ {AGAIN_MS} ms", statistics.median(times) <= AGAIN_MS
    )
    yield Finding("Field: … transferred", f"{size} bytes", f"{AGAIN_BYTES} bytes", size == AGAIN_BYTES)


class _Phones:
    """A new phone for each visit; slow, and on a slow line."""

    def __init__(self, browser, address: str, cookies: dict):
        self.browser, self.address = browser, address
        self.cookies = [{"name": name, "value": value, "url": address} for name, value in cookies.items()]

    @contextmanager
    def _phone(self, **options):
        context = self.browser.new_context(
            **PHONE, locale="zh-CN", permissions=["geolocation"], geolocation=PLACE, **options
        )
        context.set_default_timeout(60_000)
        context.add_cookies(self.cookies)
        context.add_init_script(WATCH)
        yield context
        context.close()

    def first_visit(self) -> tuple[float, int]:
        with self._phone() as context:
            page = _Page(context)
            page.open(f"{self.address}/field/")
            return page.when("listAt")

    def map(self) -> tuple[tuple[float, int], tuple[float, int]]:
        """From the press on 地图 to its picture and to itself; no worker, which would bring the library beforehand."""
        with self._phone(service_workers="block") as context:
            page = _Page(context)
            page.open(f"{self.address}/field/")
            page.wait(SETTLED)
            page.page.wait_for_timeout(1000)
            page.forget()
            began = page.page.evaluate("location.hash = '#map', performance.now()")
            seen = [page.when(mark) for mark in ("pictureAt", "mapAt")]
            return tuple((at - began, size) for at, size in seen)

    def map_kept(self) -> tuple[float, int]:
        """The same when the list was looked at for as long as it takes to keep the application."""
        with self._phone() as context:
            page = _Page(context)
            page.open(f"{self.address}/field/")
            page.wait(SETTLED)
            page.wait(KEPT)
            page.forget()
            began = page.page.evaluate("location.hash = '#map', performance.now()")
            at, size = page.when("mapAt")
            return at - began, size

    def second_visit(self) -> tuple[float, int]:
        with self._phone() as context:
            before = _Page(context, slow=False)
            before.open(f"{self.address}/field/")
            before.wait(SETTLED)
            before.wait(KEPT)
            before.page.close()
            context.set_offline(True)
            page = _Page(context, offline=True)
            page.open(f"{self.address}/field/")
            return page.when("listAt")


class _Page:
    """A page that counts what came over the wire."""

    def __init__(self, context, slow=True, offline=False):
        self.page = context.new_page()
        self.came, self.local = {}, set()
        session = context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on("Network.requestServedFromCache", lambda told: self.local.add(told["requestId"]))
        session.on("Network.responseReceived", self._answered)
        session.on("Network.dataReceived", self._more)
        session.on(
            "Network.loadingFinished", lambda told: self.came.update({told["requestId"]: told["encodedDataLength"]})
        )
        if slow:
            both = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            session.send("Network.emulateNetworkConditions", {"offline": offline, "latency": LATENCY_MS, **both})

    def _answered(self, told):
        answer = told["response"]
        if answer.get("fromServiceWorker") or answer.get("fromDiskCache"):
            self.local.add(told["requestId"])
        else:
            self.came[told["requestId"]] = self.came.get(told["requestId"], 0) + answer["encodedDataLength"]

    def _more(self, told):
        self.came[told["requestId"]] = self.came.get(told["requestId"], 0) + told["encodedDataLength"]

    def _finished(self, told):
        self.came[told["requestId"]] = told["encodedDataLength"]

    def open(self, address: str):
        self.page.goto(address, wait_until="commit")

    def forget(self):
        self.came.clear()

    def wait(self, condition: str):
        for _attempt in range(1200):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        raise RuntimeError(f"Waited a minute for {condition}.")

    def when(self, mark: str) -> tuple[float, int]:
        """Milliseconds at the mark, and what came until it was noticed."""
        self.wait(f"window.{mark} > 0")
        size = sum(size for number, size in self.came.items() if number not in self.local)
        return self.page.evaluate(f"window.{mark}"), size
