"""`make lint`: what can be said about the code without running it."""

import os
import secrets
import subprocess

from setup import PROJECT, PYTHON, say


def run() -> int:
    """Run every check, also after one that fails; 1 if any did."""
    failed = [name for name, command, changes in _checks() if not _passes(name, command, changes)]
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def _checks():
    """Name, command, and what the environment has to say for it."""
    deployment = {"HTTPS": "1", "SECRET_KEY": secrets.token_urlsafe(64)}
    manage = [PYTHON, "manage.py"]
    yield "ruff check", [PYTHON, "-m", "ruff", "check", "--output-format=concise", "."], {}
    yield "ruff format", [PYTHON, "-m", "ruff", "format", "--check", "--output-format=concise", "."], {}
    yield "migrations", [*manage, "makemigrations", "--check", "--dry-run"], {}
    yield "django check", [*manage, "check", "--fail-level", "WARNING"], {}
    yield "deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], deployment
    for catalogue in sorted(PROJECT.glob("locale/*/LC_MESSAGES/*.po")):
        yield f"{catalogue.name}", ["msgfmt", "--check-format", "--check-domain", "-o", os.devnull, catalogue], {}


def _passes(name: str, command: list, changes: dict) -> bool:
    say(f"{name}:")
    return subprocess.run(command, cwd=PROJECT, env={**os.environ, **changes}, check=False).returncode == 0
