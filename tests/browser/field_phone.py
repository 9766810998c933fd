"""An inspector's phone: a browser of its own that can be killed, on a line that can be cut."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from boundaries.models import Region, User
from cases import accounts
from setup import debian
from tests.browser.phone_line import line_to
from tests.chromium import FLAGS
from tests.factories import SUOHE, make_case

FIELD = "/static/gis_core/field"
WIDE, HIGH = 360, 740
DIGESTS = """(await Promise.all([...(await store.changes()), ...(await store.drafts())].map(({ key }) => store.photosOf(key))))
  .flat().map(({ sha256 }) => sha256)"""
PATIENCE_S = 60


def until(check, what="it"):
    """What `check` answers as soon as it is true."""
    late = time.monotonic() + PATIENCE_S
    while time.monotonic() < late:
        with suppress(AssertionError):
            if found := check():
                return found
        time.sleep(0.1)
    raise AssertionError(f"Waited for {what() if callable(what) else what} in vain.")


class Phone:
    """`page` is the application. What is on its disk outlives the browser."""

    def __init__(self, chromium, profile, line, *, username, place, **options):
        self.chromium, self.profile, self.line, self.username = chromium, profile, line, username
        self.place, self.options = place, options
        self.complaints = []
        self.switch_on()

    def switch_on(self):
        self.context = self.chromium.browser_type.launch_persistent_context(
            self.profile, executable_path=debian.browser(), args=FLAGS, viewport={"width": WIDE, "height": HIGH},
            has_touch=True, is_mobile=True, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True,
            permissions=["geolocation", "camera"], geolocation=self.place, **self.options,
        )  # fmt: skip
        self.context.set_default_timeout(30_000)
        self.page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.enter()

    def enter(self):
        client = Client()
        client.force_login(User.objects.get(username=self.username))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.line.address}])

    def open(self, screen=""):
        self.page.goto(f"{self.line.address}/field/{screen}")
        self.page.wait_for_selector("#screen > *")

    def go(self, screen):
        """Another screen of the open application."""
        self.page.evaluate("(hash) => { location.hash = hash; }", screen)

    def stand_at(self, lon, lat, accuracy=8):
        self.place = {"longitude": lon, "latitude": lat, "accuracy": accuracy}
        self.context.set_geolocation(self.place)

    def go_offline(self):
        self.line.cut = True
        self.context.set_offline(True)

    def go_online(self):
        self.line.cut = False
        self.context.set_offline(False)

    def kill(self):
        """As a flat battery does it: nothing is asked to close."""
        mark = f"--user-data-dir={self.profile}".encode()
        for process in Path("/proc").iterdir():
            with suppress(OSError, ValueError):
                if mark in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
        with suppress(Exception):
            self.context.close()

    def close(self):
        with suppress(Exception):
            self.context.close()

    def store(self, call):
        """What an expression of the store's module answers: `store.changes()`."""
        return self.page.evaluate(f"async () => {{ const store = await import('{FIELD}/store.mjs'); return {call}; }}")

    def changes(self):
        return sorted(self.store("store.changes()"), key=lambda one: one["seq"])

    def told(self):
        """What the screen says, and what was asked over the line."""
        return f"{self.page.inner_text('body')}\n{self.line.heard[-30:]}\n{self.complaints}"

    def wait_for_cases(self):
        until(lambda: self.store("(await store.cases()).length"), "the cases that are carried")

    def wait_for_worker(self):
        """Until the application and its libraries are kept."""
        script = """async () => {
          if (!(await navigator.serviceWorker.getRegistration())?.active) return false;
          const names = await caches.keys();
          const kept = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)));
          return kept.flat().some((url) => url.includes("tus"));
        }"""
        until(lambda: self.page.evaluate(script), self.told)

    def tap(self, name, exact=False):
        self.page.get_by_role("button", name=name, exact=exact).first.tap()

    def shoot(self, slot):
        """One photo, from the button of a slot to “use it”."""
        self.page.get_by_role("button", name=f"{slot}: 拍照").tap()
        self.take_picture()

    def take_picture(self):
        """Taken anew while it is the same as another one: the browser's own film begins anew each time."""
        page = self.page
        page.wait_for_selector(".camera .shutter")
        until(lambda: page.evaluate("document.querySelector('.camera video')?.videoWidth > 0"), "the camera")
        while True:
            page.tap(".camera .shutter")
            page.wait_for_selector(".camera canvas.shot:visible")
            digests = self.store(DIGESTS)
            if len(digests) == len(set(digests)):
                break
            self.tap("重拍")
            page.wait_for_timeout(130)
        self.tap("用这张")
        page.wait_for_selector(".camera", state="detached")


@pytest.fixture
def office(_loaded_land, transactional_db):
    """荥阳 with an account per role and no case."""
    region = Region.objects.get()
    accounts.make_demonstration_people(region)
    return region


@pytest.fixture
def site(office):
    """A case where the phones stand, being investigated by the station of inspector3."""
    station = User.objects.get(username="inspector3").unit
    return make_case(by=User.objects.get(username="dispatcher1"), address="索河路北侧工地", status="investigating",
                     handling_unit=station, units_involved=[station.pk])  # fmt: skip


@pytest.fixture
def phone_of(chromium, live_server, office, tmp_path):
    """A function that puts a phone into somebody's hands: phone_of("inspector3", lon, lat)."""
    host, port = live_server.url.removeprefix("http://").split(":")
    made = []
    with line_to(host, int(port)) as line:

        def _phone(username, lon, lat, **options):
            place = {"longitude": lon, "latitude": lat, "accuracy": 8}
            profile = tmp_path / f"profile-{len(made)}"
            made.append(Phone(chromium, profile, line, username=username, place=place, **options))
            return made[-1]

        yield _phone
        for phone in made:
            phone.close()


@pytest.fixture
def phone(phone_of, site):
    """That of inspector3, at the site of their case; nothing may go wrong on it."""
    phone = phone_of("inspector3", *SUOHE)
    phone.open()
    phone.wait_for_cases()
    yield phone
    assert phone.complaints == []
