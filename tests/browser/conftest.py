"""A real browser against a real server: Debian's Chromium, driven by Playwright, on a throw-away database."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from boundaries.models import Region, User
from cases import accounts, assignment, bulk, demonstration
from tests.browser.door import Door
from tests.browser.field_phone import office, phone, phone_of, site  # noqa: F401 -- fixtures are found by their names
from tests.static_files import static_files_as_they_lie  # noqa: F401 -- likewise

LOADED = "Boolean(window.enforcementMap?.loaded() && window.enforcementMap.areTilesLoaded())"


@pytest.fixture(autouse=True)
def _passwords_cost_nothing(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def live_server(live_server, transactional_db):
    """pytest-django's, for one test: shut before the tables are emptied."""
    server = live_server.thread.httpd
    if not isinstance(server.get_app(), Door):
        server.set_app(Door(server.get_app()))
    door = server.get_app()
    door.open = True
    yield live_server
    door.shut()


@pytest.fixture
def city(_loaded_land, transactional_db):
    """荥阳 with an account per role and 300 made-up cases."""
    region = Region.objects.get()
    accounts.make_demonstration_people(region)
    edition = assignment.edition_in_force(region)
    for rows in demonstration.rows(region, edition, 300, seed=7):
        bulk.insert(region, edition, rows)
    return edition


class Visitor:
    """One person's browser window; remembers what went wrong and which hosts were asked."""

    def __init__(self, context, address):
        self.context, self.address = context, address
        self.complaints, self.hosts = [], set()
        self.page = context.new_page()
        context.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message):
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def open(self, path):
        return self.page.goto(self.address + path)

    def enter(self, username):
        """Be signed in, without the page for it."""
        client = Client()
        client.force_login(User.objects.get(username=username))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}])
        return self

    def sign_in(self, username):
        """The same by the page, as people do it."""
        self.open("/sign-in/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", accounts.DEMONSTRATION_PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(f"{self.address}/**")
        self.page.wait_for_selector("nav")
        return self

    def wait_for_map(self):
        """Until every tile is drawn; asked from outside, because the pages' policy allows no eval."""
        for _attempt in range(600):
            if self.page.evaluate(LOADED):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("The map did not finish drawing within a minute.")


@pytest.fixture
def visit(chromium, live_server, city):
    """A function that opens a window: visit("dispatcher1", width=…, color_scheme=…, locale=…)."""
    opened = []

    def _visit(username=None, width=1280, height=800, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale=options.pop("locale", "zh-CN"), **options
        )
        context.set_default_timeout(30_000)
        opened.append(context)
        visitor = Visitor(context, live_server.url)
        return visitor.enter(username) if username else visitor

    yield _visit
    for context in opened:
        context.close()
