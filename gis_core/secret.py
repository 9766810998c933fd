"""The key that signs sessions, where the environment names none: random, made once, readable by its owner alone."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def kept_key(folder: Path) -> str:
    """The key in `folder`/secret_key; made on first use, whole or not at all even when two processes ask at once."""
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"secret_key.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
