"""The change feed: what became visible since a cursor, however long other transactions run.

Ids and times are taken before commit, so a reader who follows them misses the slower writer; waiting for the
oldest transaction would hold everybody back while an import runs. So a cursor is a database snapshot: an
event is new when it is visible now and was not visible in that snapshot (PostgreSQL: pg_visible_in_snapshot).
A page that is full ends inside a snapshot; its cursor says where.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from django.db import connection
from django.utils.translation import gettext as _

from cases.models import CaseEvent

PAGE = 500
SNAPSHOT = r"[0-9]{1,19}:[0-9]{1,19}:(?:[0-9]{1,19}(?:,[0-9]{1,19})*)?"
FULL_PAGE = re.compile(rf"({SNAPSHOT})~({SNAPSHOT})~([0-9]{{1,19}})~([0-9]{{1,19}})", re.ASCII)
LONGEST = 8000


class BadCursor(ValueError):
    """The text is no cursor of this feed."""

    field = "after"


@dataclass(frozen=True)
class Cursor:
    """Everything visible in `seen` was given out, and of what `now` adds, all up to (`xact`, `event_id`)."""

    seen: str
    now: str = ""
    xact: int = 0
    event_id: int = 0

    @property
    def is_inside_page(self) -> bool:
        """More of the same moment follows: whoever asks on is not to wait."""
        return bool(self.now)

    def __str__(self):
        return f"{self.seen}~{self.now}~{self.xact}~{self.event_id}" if self.now else self.seen


def current() -> Cursor:
    """The cursor behind all that is visible at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return Cursor(cursor.fetchone()[0])


def parse(text: str) -> Cursor:
    """A cursor as an earlier answer gave it; BadCursor otherwise."""
    if len(text) <= LONGEST:
        if re.fullmatch(SNAPSHOT, text, re.ASCII) and _is_snapshot(text):
            return Cursor(text)
        found = FULL_PAGE.fullmatch(text)
        if found and _is_snapshot(found[1]) and _is_snapshot(found[2]) and max(int(found[3]), int(found[4])) < 2**63:
            return Cursor(found[1], found[2], int(found[3]), int(found[4]))
    raise BadCursor(_("A cursor of this feed, as an earlier answer gave it."))


def page(cursor: Cursor, region: str, visible) -> tuple[Cursor, list[CaseEvent]]:
    """The next events of the region's cases in the queryset `visible`, in commit-safe order, and the cursor
    behind them."""
    now = cursor.now or current().seen
    new = CaseEvent.objects.became_visible(region, cursor.seen, now).behind(cursor.xact, cursor.event_id)
    events = list(new.seen_by(visible)[:PAGE])
    if len(events) < PAGE:
        return Cursor(now), events
    return Cursor(cursor.seen, now, events[-1].xact, events[-1].id), events


def _is_snapshot(text: str) -> bool:
    """PostgreSQL's own rule for xmin:xmax:running, so that a cast never fails."""
    first, last, running = text.split(":")
    numbers = [int(number) for number in running.split(",") if number]
    in_order = all(a < b for a, b in pairwise(numbers))
    inside = all(int(first) <= number < int(last) for number in numbers)
    return 0 < int(first) <= int(last) < 2**63 and in_order and inside
