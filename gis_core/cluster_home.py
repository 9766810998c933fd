"""Where this checkout's private cluster lives, and which user runs it. Standard library only."""

import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from gis_core.postgres_programs import ClusterError

PROJECT = Path(__file__).resolve().parent.parent
PORT = 5432  # only names the socket file; nothing listens on TCP
SOCKET_PATH_LIMIT = 107  # bytes in sockaddr_un.sun_path
SEPARATORS = ",'\"\\"  # libpq and postgresql.conf read these in a socket's folder as something else


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
    return Cluster(data=home / "data", socket=_socket_folder(home), owner=_owner())


def _socket_folder(home: Path) -> Path:
    """Beside the data, or under /tmp where that path is too long or cannot be written in a setting."""
    beside = home / "socket"
    too_long = len(os.fsencode(beside / f".s.PGSQL.{PORT}")) > SOCKET_PATH_LIMIT
    if too_long or set(SEPARATORS) & set(str(beside)):
        return Path("/tmp") / f"postgis-{_digest(home)}"  # noqa: S108 — its name is ours and its owner is checked
    return beside


def _owner() -> str:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise ClusterError("PostgreSQL never runs as root, and there is no user “postgres” to run it.")


def _reachable_by_others(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]
