"""Time that a test moves on: the pages' thread and the test read the same clock."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.get_default_timezone())  # a Monday, no holiday near


class MovingTime:
    """`now()` runs with the real clock, from a moment that `move` shifts."""

    def __init__(self, beginning: datetime, real_now):
        self._real_now = real_now
        self._shift = beginning - real_now()

    def now(self) -> datetime:
        return self._real_now() + self._shift

    def move(self, **span):
        self._shift += timedelta(**span)

    def typed(self, **span) -> str:
        """A moment after now, as a date-time field takes it."""
        return timezone.localtime(self.now() + timedelta(**span)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def calendar(monkeypatch):
    time = MovingTime(BEGINNING, timezone.now)
    monkeypatch.setattr(timezone, "now", time.now)
    return time
