"""How something frozen is sealed: one hash over all that is told of it, the hash of the one before among that."""

import hashlib
import json
from datetime import UTC, datetime


def sealed(*told) -> str:
    return hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(told) -> str:
    """JSON in the one way it is digested."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
