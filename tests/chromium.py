"""One headless Chromium for the whole run: Debian's, driven by Playwright."""

import os

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from setup import debian

FLAGS = (
    "--no-sandbox", "--enable-unsafe-swiftshader", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",  # a camera that shows a moving picture
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium(django_db_setup):
    """Playwright keeps a loop in this thread: Django takes every later query for one in async code, and opens a
    connection of its own for them, which has to end before the database can be dropped."""
    path = debian.browser()
    assert path, "Chromium is missing: make test installs it."
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
