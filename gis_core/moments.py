"""Moments as devices and files write them: ISO 8601, or a number of seconds or milliseconds since 1970."""

import math
from datetime import UTC, datetime

_MILLISECONDS_FROM = 1e11  # seconds of the year 5138: no device of ours means those


def seconds(value) -> float:
    """Seconds since 1970, UTC; a text without an offset is UTC, as GPX says. ValueError for what is no moment."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    if isinstance(value, str):
        moment = datetime.fromisoformat(value.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    number = float(value)
    if not math.isfinite(number) or not 0 <= number < 1e14:
        raise ValueError(value)
    return number / 1000 if number >= _MILLISECONDS_FROM else number


def moment(value: float) -> datetime:
    """The moment of a number of seconds since 1970."""
    return datetime.fromtimestamp(value, UTC)
