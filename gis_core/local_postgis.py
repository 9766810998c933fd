"""The private PostGIS cluster used when DATABASE_URL is unset.

Standard library only: set-up runs it before any package is installed.

    python3 -m gis_core.local_postgis start | stop | status | where

The cluster listens on a Unix socket alone, in a folder only its owner may enter; that is its whole
access control. It never runs as root: root hands it to the `postgres` user that Debian's package brings.
Everything lives in DATA_DIR (by default `.local/` of the checkout, so two checkouts never meet). Where an
unprivileged user cannot reach that folder, as in root's home, it moves to /var/lib, and `start` says so.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DATABASE = "enforcement"
ROLE = "enforcement"
PORT = 5432  # only names the socket file; nothing listens on TCP
SOCKET_PATH_LIMIT = 107  # bytes in sockaddr_un.sun_path
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",  # solid-state disks
    "jit": "off",  # compiling costs more than these short queries take
    "timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
}


class ClusterError(RuntimeError):
    """The private cluster cannot be had; the sentence says what to do."""


@dataclass(frozen=True)
class Cluster:
    """Where the private cluster lives and who owns it."""

    data: Path
    socket: Path
    owner: str

    @property
    def log(self) -> Path:
        return self.data.with_name("postgres.log")


def data_dir() -> Path:
    """Folder of everything a running copy keeps: cluster, photos, logs (DATA_DIR)."""
    if chosen := os.environ.get("DATA_DIR"):
        return Path(chosen).resolve()
    here = PROJECT / ".local"
    if os.geteuid() == 0 and not _reachable_by_others(PROJECT):
        return Path("/var/lib") / f"{PROJECT.name}-{_digest(PROJECT)}"
    return here


def cluster() -> Cluster:
    """The cluster of this checkout, whether or not it exists yet."""
    home = data_dir() / "postgis"
    socket = home / "socket"
    if len(str(socket / f".s.PGSQL.{PORT}.lock")) > SOCKET_PATH_LIMIT:
        socket = Path(tempfile.gettempdir()) / f"postgis-{_digest(home)}"
    return Cluster(data=home / "data", socket=socket, owner=_owner())


def database_settings() -> dict:
    """Django's DATABASES entry for the private cluster."""
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": DATABASE,
        "USER": ROLE,
        "HOST": str(cluster().socket),
        "PORT": str(PORT),
    }


def bin_dir() -> Path:
    """Programs of the newest PostgreSQL on this machine that has PostGIS 3."""
    found = []
    for pg_config in Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"):
        version = pg_config.parent.parent.name
        if version.isdigit() and Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists():
            found.append((int(version), pg_config.parent))
    if found:
        return max(found)[1]
    if on_path := shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    raise ClusterError(
        "No PostgreSQL with PostGIS 3 on this machine: install PostgreSQL, PostGIS 3 and GDAL, "
        "or point DATABASE_URL at a PostGIS of your own."
    )


def start() -> None:
    """Make the cluster if it is missing, start it if it is down; calling twice is harmless."""
    here = cluster()
    if not is_running(here):
        _launch(here)
    _make_database(here)


def _launch(here: Cluster) -> None:
    _make_folders(here)
    if not (here.data / "PG_VERSION").exists():
        print(f"  database cluster in {here.data}", flush=True)
        _as_owner(here, "initdb", "-D", here.data, "-U", here.owner, "-E", "UTF8", "--locale=C.UTF-8",
                  "--auth=trust", "--no-instructions")  # fmt: skip
    _write_settings(here)
    _as_owner(here, "pg_ctl", "-D", here.data, "-l", here.log, "-w", "-t", "60", "start")


def stop() -> None:
    """Stop the cluster, waiting for its open transactions to be rolled back."""
    here = cluster()
    if is_running(here):
        _as_owner(here, "pg_ctl", "-D", here.data, "-w", "-m", "fast", "stop")


def is_running(here: Cluster) -> bool:
    if not (here.data / "PG_VERSION").exists():
        return False
    return _as_owner(here, "pg_ctl", "-D", here.data, "status", check=False).returncode == 0


def _owner() -> str:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise ClusterError("PostgreSQL never runs as root, and there is no user “postgres” or “nobody” to run it.")


def _reachable_by_others(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]


def _make_folders(here: Cluster) -> None:
    data_dir().mkdir(parents=True, exist_ok=True)
    for folder in (here.data.parent, here.socket):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(folder, here.owner)
        folder.chmod(0o700)


def _write_settings(here: Cluster) -> None:
    """Our settings stand in one file that initdb's own includes; rewriting it is how they change."""
    lines = {**SETTINGS, "unix_socket_directories": str(here.socket), "port": str(PORT)}
    ours = here.data / "enforcement.conf"
    ours.write_text("".join(f"{name} = '{value}'\n" for name, value in lines.items()))
    main = here.data / "postgresql.conf"
    if "enforcement.conf" not in main.read_text():
        with main.open("a") as handle:
            handle.write("include 'enforcement.conf'\n")
    if os.geteuid() == 0:
        shutil.chown(ours, here.owner)


def _make_database(here: Cluster) -> None:
    """Role, PostGIS in the template (so that test databases have it), database. Each only when missing."""
    if _sql(here, "template1", f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'") != "1":
        _sql(here, "template1", f"CREATE ROLE {ROLE} LOGIN CREATEDB")
    _sql(here, "template1", "CREATE EXTENSION IF NOT EXISTS postgis")
    if _sql(here, "template1", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'") != "1":
        _sql(here, "template1", f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def _sql(here: Cluster, database: str, statement: str) -> str:
    done = _as_owner(here, "psql", "-X", "-q", "-A", "-t", "-h", here.socket, "-p", PORT, "-U", here.owner,
                     "-d", database, "-c", statement)  # fmt: skip
    return done.stdout.strip()


def _as_owner(here: Cluster, program: str, *arguments, check: bool = True) -> subprocess.CompletedProcess:
    """Run one of PostgreSQL's programs as the cluster's owner.

    Output goes to a file and not to a pipe: the postmaster keeps what it inherits, and a reader of that
    pipe would wait for it for ever.
    """
    command = [str(bin_dir() / program), *map(str, arguments)]
    if os.geteuid() == 0:
        user = pwd.getpwnam(here.owner)
        command = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                              cwd="/", env={**os.environ, "PGOPTIONS": "-c client_min_messages=warning"})  # fmt: skip
        output.seek(0)
        text = output.read()
    if check and done.returncode:
        tail = here.log.read_text()[-500:] if program == "pg_ctl" and here.log.exists() else ""
        raise ClusterError(f"{program} failed:\n{text}{tail}")
    return subprocess.CompletedProcess(command, done.returncode, stdout=text)


def main(arguments: list[str]) -> int:
    verbs = {"start": start, "stop": stop}
    word = arguments[0] if len(arguments) == 1 else ""
    try:
        if word in verbs:
            verbs[word]()
        elif word == "status":
            print("running" if is_running(cluster()) else "stopped")
        elif word == "where":
            print(data_dir())
        else:
            print("usage: python3 -m gis_core.local_postgis start|stop|status|where")
            return 2
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
