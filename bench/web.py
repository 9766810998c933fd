"""The product's own web server on a bench's database, and people who ask it over one kept connection."""

import http.client
import os
import socket
import subprocess
import time
from contextlib import contextmanager, suppress

import requests

from bench import database
from cases.accounts import DEMONSTRATION_PASSWORD
from setup import PROJECT, PYTHON, web_server

SECONDS_TO_START = 60


class Asker:
    """Somebody with a connection that is kept open; signed in where there is a name."""

    def __init__(self, port: int, username: str = ""):
        self._connection = http.client.HTTPConnection(web_server.HOST, port)
        self._headers = {"Accept-Encoding": "gzip"}
        self.cookies = _signed_in(port, username) if username else {}
        self._headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, path: str, **headers) -> tuple[int, bytes, http.client.HTTPMessage]:
        """Status, body as it was sent, headers."""
        self._connection.request("GET", path, headers={**self._headers, **headers})
        answer = self._connection.getresponse()
        assert answer.status in (200, 204, 304), f"{path}: {answer.status} {answer.read()[:200]!r}"
        return answer.status, answer.read(), answer.headers


def _signed_in(port: int, username: str) -> dict:
    """The cookies after signing in by the form, as a browser would."""
    with requests.Session() as browser:
        address = f"http://{web_server.HOST}:{port}/sign-in/"
        browser.get(address, timeout=30)
        form = {
            "username": username,
            "password": DEMONSTRATION_PASSWORD,
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        browser.post(address, form, timeout=30, allow_redirects=False)
        assert "sessionid" in browser.cookies, f"{username} could not sign in"
        return dict(browser.cookies)


@contextmanager
def serving(name: str = database.NAME, workers: int = 1):
    """A web server on that database; gives its port. One worker, so that one cache and one process are measured."""
    port = free_port()
    arguments = web_server.server_arguments(port)
    arguments[arguments.index("--workers") + 1] = str(workers)
    environment = {**os.environ, "DATABASE_URL": database.url(name), "ALLOWED_HOSTS": web_server.HOST}
    process = subprocess.Popen([str(PYTHON), *arguments], cwd=PROJECT, env=environment)
    try:
        wait_until_it_answers(f"http://{web_server.HOST}:{port}/readyz")
        yield port
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((web_server.HOST, 0))
        return probe.getsockname()[1]


def wait_until_it_answers(address: str):
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        with suppress(requests.RequestException):
            if requests.get(address, timeout=2).status_code == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{address} did not answer.")
