"""Set-up of a checkout from nothing: what the Makefile's targets call.

Standard library only, for it runs before any package is installed. Every part looks first and does nothing
where nothing is missing, so that the second start is quick and an interrupted one is mended by the next.
"""

import subprocess
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PYTHON = PROJECT / ".venv" / "bin" / "python"
LAST_WORDS = 2000  # characters of a failed program's output that are shown


class SetupError(RuntimeError):
    """Set-up cannot go on; the sentence says what to do."""


def say(text: str) -> None:
    """One line for the person who waits; flushed, for the output may be a pipe."""
    print(text, flush=True)


def run_quietly(command: list, *, failure: str, **options) -> None:
    """Run a talkative program in silence; its last words are shown only if it fails.

    The output goes to a file: a daemon the program leaves behind then keeps no pipe of ours open.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **options)
        if done.returncode:
            output.seek(0)
            raise SetupError(f"{output.read()[-LAST_WORDS:].strip()}\n{failure}")
