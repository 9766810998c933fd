"""`python3 -m setup TARGET`: the set-up a target of the Makefile needs, and then the target itself."""

import fcntl
import os
import subprocess
import sys
from contextlib import contextmanager

from gis_core import local_postgis
from setup import PROJECT, PYTHON, SetupError, checks, debian, packages, say, web_server


def run() -> int:
    """Serve the application, having made or brought up to date whatever it stands on."""
    with _one_at_a_time():
        if serving_at := web_server.running():
            _start_database()
            say(f"Already running at {web_server.address(serving_at)} (make stop ends it).")
            return 0
        web_server.stop()
        port = web_server.wanted_port()
        web_server.check_port(port)
        _install("run")
        _start_database()
        _prepare()
    say(f"Serving {web_server.address(port)} (Ctrl-C ends the web server, make stop the database as well)")
    web_server.serve(port)
    return 0


def test(*arguments: str) -> int:
    """Every test but those that drive a browser, against databases of its own that are thrown away afterwards; with
    arguments as pytest takes them."""
    return _after_set_up("test", "-m", "pytest", *(arguments or (*ALL_CORES, f"--ignore={BROWSER}")))


def test_browser(*arguments: str) -> int:
    """Those that drive a real browser."""
    return _after_set_up("test", "-m", "pytest", *(arguments or (*ALL_CORES, BROWSER)))


def bench(*arguments: str) -> int:
    return _after_set_up("bench", "-m", "bench", *arguments)


def lint() -> int:
    with _one_at_a_time():
        _install("lint")
        _start_database()
    return checks.run()


def stop() -> int:
    """End the web server and the private cluster of this checkout."""
    web_stopped = web_server.stop()
    database_stopped = not os.environ.get("DATABASE_URL") and local_postgis.stop()
    if web_stopped:
        say("Web server stopped.")
    if database_stopped:
        say("Database stopped.")
    if not web_stopped and not database_stopped:
        say("Nothing was running.")
    return 0


def _after_set_up(target: str, *command: str) -> int:
    with _one_at_a_time():
        _install(target)
        _start_database()
        _prepare("--only-files")
    os.execv(PYTHON, [str(PYTHON), *command])


def _install(target: str) -> None:
    debian.install(target)
    packages.install(target)


def _start_database() -> None:
    if os.environ.get("DATABASE_URL"):
        return
    here = local_postgis.cluster()
    elsewhere = not here.data.is_relative_to(PROJECT) and not os.environ.get("DATA_DIR")
    why = f", for its user {here.owner} cannot reach this folder" if elsewhere else ""
    say(f"Database: private cluster in {here.data}{why}")
    local_postgis.start()


def _prepare(*options: str) -> None:
    if subprocess.run([PYTHON, "manage.py", "prepare", *options], cwd=PROJECT, check=False).returncode:
        raise SetupError("The database could not be made ready: the lines above say why.")


@contextmanager
def _one_at_a_time():
    """Let a second set-up of this checkout wait for the first; the lock needs no file of its own."""
    with (PROJECT / "pyproject.toml").open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up of this checkout …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# Neighbours share what their file sets up: they stay together until another process has nothing left to do.
ALL_CORES = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
BROWSER = "tests/browser"
TARGETS = {"run": run, "test": test, "test-browser": test_browser, "bench": bench, "lint": lint, "stop": stop}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in TARGETS:
        say(f"usage: python3 -m setup {'|'.join(TARGETS)}")
        return 2
    os.chdir(PROJECT)
    try:
        return TARGETS[arguments[0]](*arguments[1:])
    except (SetupError, local_postgis.ClusterError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
