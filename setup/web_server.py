"""The web server of this checkout: is it running, starting it, stopping it."""

import errno
import fcntl
import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

from gis_core import local_postgis
from setup import PYTHON, SetupError

HOST = "127.0.0.1"
DEFAULT_PORT = "8000"
# Each blocking thread keeps a database connection: 2 x 4 of them for two cores.
WORKERS = 2
THREADS_OF_A_WORKER = 4
SECONDS_TO_STOP = 10


def wanted_port() -> int:
    """PORT of the environment."""
    given = os.environ.get("PORT") or DEFAULT_PORT
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise SetupError(f"PORT is a number from 1 to 65535, and not “{given}”.")
    return int(given)


def address(port: int) -> str:
    return f"http://{HOST}:{port}"


def pid_file() -> Path:
    """Holds "pid port", and a lock for as long as a process of the server lives: true only while locked."""
    return local_postgis.data_dir() / "web.pid"


def running() -> int | None:
    """Port of this checkout's server, None where it does not run."""
    if not pid_file().exists():
        return None
    with pid_file().open() as handle:
        if _lock(handle):
            return None
        pid, port = map(int, handle.read().split())
    return port if pid in _processes() else None


def check_port(port: int) -> None:
    """Refuse a port on which another program listens; the server itself would silently share it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SetupError(_port_refused(port, error)) from error


def _port_refused(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: choose another, as in PORT={port + 1} make run."
    return f"Port {port} cannot be used ({error.strerror}): choose another, as in PORT=8001 make run."


def serve(port: int) -> None:
    """Become the web server; the lock on the pid file passes on to it and ends with it."""
    pid_file().parent.mkdir(parents=True, exist_ok=True)
    with pid_file().open("a") as handle:
        if not _lock(handle):
            raise SetupError("The web server of this checkout was started elsewhere meanwhile.")
        check_port(port)
        handle.truncate(0)
        handle.write(f"{os.getpid()} {port}\n")
        handle.flush()
        os.set_inheritable(handle.fileno(), True)
        os.execv(PYTHON, [str(PYTHON), *server_arguments(port)])


def server_arguments(port: int) -> list[str]:
    """Idle threads stay as long as granian lets them, for their database connections end with them."""
    return [
        "-m", "granian", "gis_core.wsgi:application", "--interface", "wsgi",
        "--host", HOST, "--port", str(port),
        "--workers", str(WORKERS), "--blocking-threads", str(THREADS_OF_A_WORKER),
        "--blocking-threads-idle-timeout", "600",
        "--workers-kill-timeout", str(SECONDS_TO_STOP // 2), "--respawn-failed-workers",
        "--no-ws", "--log-level", "warning",
    ]  # fmt: skip


def stop() -> bool:
    """Ask the server to end, make it end if it does not; False where none ran.

    Workers whose master was killed go on serving with nobody to watch them: they end here too.
    """
    if not (ended := _processes()):
        return False
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for pid in _processes():
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
        until = time.monotonic() + SECONDS_TO_STOP
        while _processes() and time.monotonic() < until:
            time.sleep(0.05)
    return bool(ended)


def _processes() -> list[int]:
    """The server's processes: those that hold its pid file open, which master hands on to worker."""
    wanted = str(pid_file().resolve())
    found = set()
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if os.readlink(handle) == wanted:
                found.add(int(handle.parts[2]))
    return sorted(found - {os.getpid()})


def _lock(handle) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
