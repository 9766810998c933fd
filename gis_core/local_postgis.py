"""The private PostGIS cluster used when DATABASE_URL is unset.

Standard library only: set-up runs it before any package is installed.

    python3 -m gis_core.local_postgis start | stop | status | where

The cluster listens on a Unix socket alone, in a folder only its owner may enter; that is its whole
access control. It never runs as root: root hands it to the `postgres` user that Debian's package brings.
Everything lives in DATA_DIR (by default `.local/` of the checkout, so two checkouts never meet). Where an
unprivileged user cannot reach that folder, as in root's home, it moves to /var/lib, and `start` says so.
"""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gis_core.cluster_home import PORT, Cluster, cluster, data_dir
from gis_core.postgres_programs import ClusterError, bin_dir

DATABASE = "enforcement"
ROLE = "enforcement"
SECONDS_TO_START = 60
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


def database_settings() -> dict:
    """Django's DATABASES entry for the private cluster."""
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": DATABASE,
        "USER": ROLE,
        "HOST": str(cluster().socket),
        "PORT": str(PORT),
    }


def start() -> None:
    """Make the cluster if it is missing, start it if it is down; calling twice is harmless."""
    here = cluster()
    if not is_running(here):
        _launch(here)
    _wait_for_answer(here)
    _make_database(here)


def _launch(here: Cluster) -> None:
    _make_folders(here)
    if not (here.data / "PG_VERSION").exists():
        _make_data(here)
    _write_settings(here)
    _forget_stranger(here)
    until = time.monotonic() + SECONDS_TO_START
    while not _comes_up(here):
        if time.monotonic() > until:
            raise _did_not_start(here)
        time.sleep(0.2)


def _forget_stranger(here: Cluster) -> None:
    """Drop a server's notes that are empty or name another program by now: PostgreSQL would refuse to start.

    A killed server whose parent never asked how it ended counts as one of them. Any other postmaster.pid is
    left to PostgreSQL, which learns from it whether processes of a killed server still live.
    """
    if Path("/proc", _pid(here)).exists():
        (here.data / "postmaster.pid").unlink(missing_ok=True)
    (here.socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _make_data(here: Cluster) -> None:
    """Made under another name first: a cluster that was broken off in the making is never taken for one."""
    making = here.data.with_name("data.making")
    shutil.rmtree(making, ignore_errors=True)
    _as_owner(here, "initdb", "-D", making, "-U", here.owner, "-E", "UTF8", "--locale=C.UTF-8",
              "--auth=trust", "--no-instructions")  # fmt: skip
    making.rename(here.data)


def _comes_up(here: Cluster) -> bool:
    """False where processes that outlived a killed server still hold its memory, which passes in a moment."""
    done = _as_owner(here, "pg_ctl", "-D", here.data, "-l", here.log, "-w", "-t", SECONDS_TO_START, "start",
                     check=False)  # fmt: skip
    if done.returncode and "pre-existing shared memory" not in _last_words(here):
        raise _did_not_start(here)
    return done.returncode == 0


def _wait_for_answer(here: Cluster) -> None:
    """A server that someone else is starting, or that mends itself after a crash, takes its time."""
    until = time.monotonic() + SECONDS_TO_START
    while _as_owner(here, "pg_isready", "-q", "-h", here.socket, "-p", PORT, check=False).returncode:
        if time.monotonic() > until:
            raise _did_not_start(here)
        time.sleep(0.1)


def _did_not_start(here: Cluster) -> ClusterError:
    return ClusterError(f"The database did not start; the end of {here.log}:\n{_last_words(here)}")


def _last_words(here: Cluster) -> str:
    return here.log.read_text(errors="replace")[-500:] if here.log.exists() else ""


def stop() -> bool:
    """Stop the cluster, waiting for its open transactions to be rolled back; False where it did not run."""
    here = cluster()
    if not is_running(here):
        return False
    _as_owner(here, "pg_ctl", "-D", here.data, "-w", "-m", "fast", "stop")
    return True


def is_running(here: Cluster) -> bool:
    """Whether a living process stands behind postmaster.pid.

    The number alone proves nothing: after a crash of the machine another program may have it. A server works
    inside its data folder, and that is looked at.
    """
    try:
        return bool(_pid(here)) and Path("/proc", _pid(here), "cwd").samefile(here.data)
    except OSError:
        return False


def _pid(here: Cluster) -> str:
    """Process in postmaster.pid, empty where there is none."""
    noted = here.data / "postmaster.pid"
    return noted.read_text().partition("\n")[0].strip() if noted.exists() else ""


def _make_folders(here: Cluster) -> None:
    """The cluster's owner passes through the outer folder; the inner ones are closed to everyone else."""
    if not data_dir().exists():
        data_dir().mkdir(parents=True)
        data_dir().chmod(0o755)
    for folder in (here.data.parent, here.socket):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _give_to_owner(here, folder)


def _give_to_owner(here: Cluster, folder: Path) -> None:
    """A folder that someone else has put in our place is refused: whoever owns the socket answers for us."""
    owner = pwd.getpwnam(here.owner).pw_uid
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()):
        raise ClusterError(f"{folder} belongs to someone else: the private database cannot use it.")
    if os.geteuid() == 0:
        os.chown(folder, owner, pwd.getpwnam(here.owner).pw_gid)
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
    command = [str(bin_dir(_made_with(here)) / program), *map(str, arguments)]
    if os.geteuid() == 0:
        user = pwd.getpwnam(here.owner)
        command = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            check=False,
            env=_quiet(),
        )
        output.seek(0)
        text = output.read()
    if check and done.returncode:
        raise ClusterError(f"{program} failed:\n{text}")
    return subprocess.CompletedProcess(command, done.returncode, stdout=text)


def _quiet() -> dict:
    """The environment without anything that would send PostgreSQL's programs elsewhere."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**own, "PGOPTIONS": "-c client_min_messages=warning"}


def _made_with(here: Cluster) -> str:
    """A cluster runs on the PostgreSQL that made it, also after the system has brought a newer one."""
    made_with = here.data / "PG_VERSION"
    return made_with.read_text().strip() if made_with.exists() else ""


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
