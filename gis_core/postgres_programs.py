"""PostgreSQL's programs on this machine: the newest that has PostGIS 3. Standard library only."""

import shutil
import subprocess
from pathlib import Path


class ClusterError(RuntimeError):
    """The private cluster cannot be had; the sentence says what to do."""


def bin_dir(version: str = "") -> Path:
    """Programs of the newest PostgreSQL on this machine that has PostGIS 3, or of the version named."""
    found = [programs for programs in _installed() if version in ("", _version(programs))]
    if found:
        return max(found, key=lambda programs: int(_version(programs)))
    raise ClusterError(
        f"No PostgreSQL {version} with PostGIS 3 on this machine: install it, ".replace("  ", " ")
        + "or point DATABASE_URL at a PostGIS of your own."
    )


def _installed() -> list[Path]:
    """Folders of programs as Debian lays them out, then whatever is on the PATH; those with PostGIS alone."""
    debian = [
        programs
        for programs in Path("/usr/lib/postgresql").glob("*/bin")
        if (programs / "pg_ctl").exists()
        and Path("/usr/share/postgresql", programs.parent.name, "extension/postgis.control").exists()
    ]
    on_path = shutil.which("pg_ctl")
    if debian or not on_path:
        return debian
    programs = Path(on_path).resolve().parent
    share = _output([programs / "pg_config", "--sharedir"])
    return [programs] if Path(share, "extension/postgis.control").exists() else []


def _version(programs: Path) -> str:
    """Major version of PostgreSQL: the 15 of “pg_ctl (PostgreSQL) 15.14”."""
    if programs.parent.name.isdigit():
        return programs.parent.name
    return _output([programs / "pg_ctl", "--version"]).split()[-1].split(".")[0]


def _output(command: list) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
