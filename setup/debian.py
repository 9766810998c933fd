"""Programs that come from the system: which are missing, and installing them with apt."""

import importlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from gis_core import local_postgis
from setup import SetupError, run_quietly, say

NEWEST_POSTGIS = "postgresql-NN-postgis-3"  # stands for the package of the newest PostgreSQL that apt offers
POSTGIS_PACKAGE = re.compile(r"^postgresql-(\d+)-postgis-3\b", re.MULTILINE)
APT_OPTIONS = ("-q", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=5")
NO_CLUSTER = "/etc/postgresql-common/createcluster.d/joint-enforcement-map.conf"


@dataclass(frozen=True)
class Need:
    """Something the system must have: its name in plain words, Debian's package, and how to see it."""

    name: str
    package: str
    is_present: Callable[[], bool]


def _has_postgis() -> bool:
    try:
        local_postgis.bin_dir()
    except local_postgis.ClusterError:
        return False
    return True


def _has_geo_libraries() -> bool:
    return bool(find_library("gdal") and find_library("geos_c"))


def _has_venv() -> bool:
    importlib.invalidate_caches()
    return find_spec("ensurepip") is not None


BROWSERS = ("chromium-headless-shell", "chromium")  # the first is a third quicker, where Debian has it


def browser() -> str | None:
    """The program that tests drive; None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _has_chinese_font() -> bool:
    return any(any(Path(root).rglob("*CJK*")) for root in ("/usr/share/fonts", "/usr/local/share/fonts"))


POSTGIS = Need("PostgreSQL with PostGIS 3", NEWEST_POSTGIS, _has_postgis)
GDAL = Need("GDAL and GEOS", "gdal-bin", _has_geo_libraries)
VENV = Need("venv of Python", "python3-venv", _has_venv)
GETTEXT = Need("gettext", "gettext", lambda: shutil.which("msgfmt") is not None)
CHROMIUM = Need("Chromium", "chromium-headless-shell", lambda: browser() is not None)
ATOMIC = Need("libatomic (Playwright's driver needs it)", "libatomic1", lambda: bool(find_library("atomic")))
CHINESE_FONT = Need("a Chinese font", "fonts-noto-cjk", _has_chinese_font)


def needs_of(target: str) -> list[Need]:
    """What a target of the Makefile needs from the system; with DATABASE_URL no PostgreSQL of its own."""
    needs = [] if os.environ.get("DATABASE_URL") else [POSTGIS]
    needs += [GDAL, VENV, GETTEXT]
    return [*needs, CHROMIUM, ATOMIC, CHINESE_FONT] if target in {"test", "bench"} else needs


def install(target: str) -> None:
    """Install from Debian what the target needs and the machine lacks."""
    missing = [need for need in needs_of(target) if not need.is_present()]
    if not missing:
        return
    become_root = _how_to_become_root(missing)
    say("Refreshing the list of Debian's packages …")
    subprocess.run([*become_root, "apt-get", "update", *APT_OPTIONS], capture_output=True, check=False)
    packages = [_newest_postgis() if need is POSTGIS else need.package for need in missing]
    say(f"Installing from Debian: {' '.join(packages)} …")
    with _no_cluster_of_the_machine(become_root):
        run_quietly(
            [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", *APT_OPTIONS,
             "--no-install-recommends", *packages],
            failure=f"apt could not install {' '.join(packages)}: the lines above say why.",
        )  # fmt: skip
    if still := [need for need in missing if not need.is_present()]:
        raise SetupError(f"Installed, and yet not found: {_names(still)}.")


def _how_to_become_root(missing: Iterable[Need]) -> list[str]:
    """What stands before a command that only root may run; an error where there is no way to install."""
    or_own = " (for the first, DATABASE_URL may name a PostGIS of your own)" if POSTGIS in missing else ""
    if not shutil.which("apt-get"):
        raise SetupError(f"Missing: {_names(missing)}. There is no apt here: install them{or_own}, then run it again.")
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        packages = " ".join(need.package for need in missing)
        raise SetupError(
            f"Missing: {_names(missing)}. There is no sudo here: have root install {packages}"
            f"{or_own}, then run it again."
        )
    return ["sudo"]


def _names(needs: Iterable[Need]) -> str:
    return ", ".join(need.name for need in needs)


def _newest_postgis() -> str:
    listed = subprocess.run(
        ["apt-cache", "search", "--names-only", r"^postgresql-[0-9]+-postgis-3$"],
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return newest_postgis_package(listed)


def newest_postgis_package(listed: str) -> str:
    """The package of the newest PostgreSQL among the lines that `apt-cache search` prints."""
    versions = [int(found) for found in POSTGIS_PACKAGE.findall(listed)]
    if not versions:
        raise SetupError("apt offers no PostGIS 3: set DATABASE_URL to a PostGIS of your own.")
    return NEWEST_POSTGIS.replace("NN", str(max(versions)))


@contextmanager
def _no_cluster_of_the_machine(become_root: list[str]):
    """Keep Debian's packages, while they are installed, from starting a cluster of the machine's own."""
    folder = str(Path(NO_CLUSTER).parent)
    script = f"mkdir -p {folder} && echo create_main_cluster = false >{NO_CLUSTER}"
    run_quietly([*become_root, "sh", "-c", script], failure=f"{NO_CLUSTER} cannot be written.")
    try:
        yield
    finally:
        subprocess.run([*become_root, "rm", "-f", NO_CLUSTER], check=False)
