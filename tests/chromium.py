"""One headless Chromium for the whole run: Debian's, driven by Playwright."""

import os
import time

import pytest
from django.db import connection, connections
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


def wait_for_the_last_answers():
    """Pages ask on until they are closed; emptying the tables under a running request would deadlock."""
    busy = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    with connection.cursor() as cursor:
        for _attempt in range(100):
            cursor.execute(busy)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)
