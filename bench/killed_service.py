"""The service that `bench.killing` kills: its own cluster, its own web server, and four ways to kill them."""

import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import django
import requests

from gis_core import local_postgis
from gis_core.cluster_home import cluster
from setup import PROJECT, PYTHON, web_server

PORT = int(os.environ.get("PORT", "8391"))
PACK = PROJECT / "fixtures" / "xingyang"
SECONDS_TO_ANSWER = 60
KINDS = {"web worker": 5, "web server": 1, "database process": 3, "database": 1}  # and how often each


class Service:
    address = f"http://{web_server.HOST}:{PORT}"

    def begin(self):
        local_postgis.start()
        django.setup()
        from django.core.management import call_command

        call_command("prepare", only_files=True)
        call_command("migrate", verbosity=0)
        call_command("load_pack", PACK, verbosity=0)
        call_command("make_accounts", verbosity=0)
        self._start_web()
        self.wait_until_it_answers()

    def end(self):
        with suppress(ProcessLookupError, AttributeError):
            os.killpg(self._web.pid, signal.SIGKILL)
        local_postgis.stop()

    def kill(self, rng: random.Random) -> tuple[str, float]:
        """Kill something; what, and the seconds until the service answered again."""
        kind = rng.choices(list(KINDS), KINDS.values())[0]
        started = time.monotonic()
        {"web worker": self._kill_worker, "web server": self._kill_web, "database process": self._kill_backend,
         "database": self._kill_database}[kind](rng)  # fmt: skip
        self.wait_until_it_answers()
        return kind, time.monotonic() - started

    def wait_until_it_answers(self):
        until = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < until:
            self._watch_over()
            with suppress(requests.RequestException):
                if requests.get(f"{self.address}/readyz", timeout=2).status_code == 200:
                    return
            time.sleep(0.02)
        raise RuntimeError("The service did not come back.")

    def _watch_over(self):
        """As systemd would: the server's own respawning gives up after crashes in a row."""
        if self._web.poll() is not None:
            self._start_web()

    def _start_web(self):
        environment = {**os.environ, "ALLOWED_HOSTS": web_server.HOST}
        self._web = subprocess.Popen(
            [str(PYTHON), *web_server.server_arguments(PORT)], cwd=PROJECT, env=environment, start_new_session=True
        )

    def _kill_worker(self, rng):
        while not (workers := _children(self._web.pid)):  # between a worker's end and the next one's beginning
            time.sleep(0.05)
            self._watch_over()
        with suppress(ProcessLookupError):
            os.kill(rng.choice(workers), signal.SIGKILL)

    def _kill_web(self, _rng):
        with suppress(ProcessLookupError):
            os.killpg(self._web.pid, signal.SIGKILL)
        self._web.wait()
        self._start_web()

    def _kill_backend(self, rng):
        backends = [pid for pid in _children(_postmaster()) if b"enforcement" in _words(pid)]
        if backends:
            with suppress(ProcessLookupError):
                os.kill(rng.choice(backends), signal.SIGKILL)

    def _kill_database(self, _rng):
        postmaster = _postmaster()
        children = _children(postmaster)
        for pid in (postmaster, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while local_postgis.is_running(cluster()):
            time.sleep(0.01)
        local_postgis.start()


def _postmaster() -> int:
    return int((cluster().data / "postmaster.pid").read_text().split()[0])


def _children(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = status.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                found.append(int(status.parent.name))
    return found


def _words(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
