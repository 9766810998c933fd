"""Places in the list: which rows stand at a position, at which position a case stands, what is before and behind a row.

A position is walked to along an index, from the nearer end of a stretch whose size is known: a year, by the kept
counts. Where these do not know the filters and more than `EXACT` cases meet them, a place is reckoned: as far down as
it would be among all cases under the filters that the counts do know.
"""

import math
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cases import summary
from cases.filters import TALLIED, CaseListFilter, describes, is_tallied
from cases.models import Case
from cases.narrowing import midnight, narrow
from cases.permissions import visible_cases

EXACT = 20_000  # cases among which a place is looked for without the help of kept counts
NO_DATE = "none"


@dataclass(frozen=True)
class Place:
    """Where a row stands: its moment (None in the list by deadline, where it has none) and its number."""

    moment: datetime | None
    number: int

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None for a text that no row gave."""
        moment, _bar, number = text.partition("_")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        if moment == NO_DATE:
            return cls(None, int(number))
        try:
            at = parse_datetime(moment)
        except ValueError:
            return None
        return cls(at, int(number)) if at and at.tzinfo else None

    def __str__(self):
        return f"{self.moment.isoformat() if self.moment else NO_DATE}_{self.number}"


@dataclass(frozen=True)
class Order:
    """By `column` and then by number, both falling or both rising. Where the column `is_empty` it decides nothing, but
    is what the index is found by."""

    column: str
    falling: bool
    is_empty: bool = False

    def __call__(self, cases: QuerySet, side=1) -> QuerySet:
        sign = "-" if self.falling == (side > 0) else ""
        return cases.order_by(sign + self.column, sign + "id")

    def beyond(self, place: Place, side: int, inclusive=False) -> Q:
        """What comes behind (`side` 1) or before (-1) a row. The bound on the column alone is what an index reads by:
        without it every row from the beginning on would be read."""
        beyond = "lt" if self.falling == (side > 0) else "gt"
        number = Q(**{f"id__{beyond}{'e' if inclusive else ''}": place.number})
        if self.is_empty:
            return number
        bound = Q(**{f"{self.column}__{beyond}e": place.moment})
        return bound & (Q(**{f"{self.column}__{beyond}": place.moment}) | number)


NEWEST, DATED, UNDATED = Order("reported_at", True), Order("due_at", False), Order("due_at", False, is_empty=True)


@dataclass(frozen=True)
class Stretch:
    """Cases that stand together in the list. `name`: their year; in the list by deadline, whether they have one."""

    cases: QuerySet
    order: Order
    name: object = None
    size: int = 0

    def beside(self, place: Place | None, side: int, inclusive=False) -> QuerySet:
        found = self.cases.filter(self.order.beyond(place, side, inclusive)) if place else self.cases
        return self.order(found, side)

    def at(self, position: int) -> Place | None:
        backward = 2 * position > self.size
        steps = self.size - 1 - position if backward else position
        walked = self.order(self.cases, -1 if backward else 1).values_list(self.order.column, "id")
        found = list(walked[steps : steps + 1])
        return Place(*found[0]) if found else None


def place(found: CaseListFilter, case: Case) -> Place:
    return Place(case.due_at if found.is_by_due else case.reported_at, case.id)


def beside(found: CaseListFilter, start: Place | None, side: int, most: int, inclusive=False) -> list[Case]:
    """At most so many cases behind (`side` 1) or before (-1) a place, in the list's order; without one the first."""
    stretches = _plain(found.qs, found.is_by_due)
    if not found.is_by_due:
        parts = [each.beside(start if start and start.moment else None, side, inclusive) for each in stretches]
    else:
        own = 1 if start and not start.moment else 0
        rest = stretches[own + 1 :] if side > 0 else stretches[:own]
        parts = [stretches[own].beside(start, side, inclusive), *(each.beside(None, side) for each in rest)]
    cases = list(islice(chain.from_iterable(part.for_list()[:most] for part in parts), most))
    return cases if side > 0 else cases[::-1]


def between(found: CaseListFilter, start: Case, end: Case, most: int) -> list[Case]:
    """The cases of the list from the one to the other, both of them; of more than `most` those from `start` on."""
    own, last = place(found, start), place(found, end)
    side = 1 if _rank(found, own) <= _rank(found, last) else -1
    cases = beside(found, own, side, most, inclusive=True)[::side]
    stop = next((step for step, case in enumerate(cases) if case.pk == end.pk), len(cases))
    return cases[: stop + 1]


def _rank(found: CaseListFilter, place: Place) -> tuple:
    """Less for what stands further up in the list."""
    moment = place.moment.timestamp() if place.moment else math.inf
    return (moment, place.number) if found.is_by_due else (-moment, -place.number)


def newer(found: CaseListFilter, text: str) -> QuerySet:
    """Cases reported after the row that gave this text; all of them where none did."""
    start = Place.read(text)
    return found.qs.filter(NEWEST.beyond(start, -1)) if start and start.moment else found.qs


def at(user, found: CaseListFilter, position: int, most: int, size: int | None = None) -> tuple[int, list[Case]]:
    """(position of the first, cases from there on); behind the end the last ones. `size`: how many the list has, where
    that was counted before."""
    size = summary.total(user, found.form.cleaned_data) if size is None else size
    if not size:
        return 0, []
    position = max(0, min(position, size - 1))
    stretches, known = _known(user, found, size)
    step = position * known // size
    for stretch in stretches:
        if step < stretch.size:
            start = stretch.at(step)
            break
        step -= stretch.size
    else:
        start = None
    cases = beside(found, start, 1, most, inclusive=True) if start else []
    return position, cases or beside(found, start, -1, most)


def around(user, found: CaseListFilter, case_no: str, most: int, size: int | None = None) -> tuple[int, list[Case]]:
    """The same with a case in the midst of them; none where it is not in the list."""
    case = found.qs.filter(case_no=case_no).order_by().first()
    if case is None:
        return 0, []
    own = place(found, case)
    ahead = beside(found, own, -1, most // 2)
    behind = beside(found, own, 1, most - len(ahead), inclusive=True)
    return max(0, position_of(user, found, case, size) - len(ahead)), [*ahead, *behind]


def position_of(user, found: CaseListFilter, case: Case, size: int | None = None) -> int:
    """Where a case of the list stands, from 0."""
    size = summary.total(user, found.form.cleaned_data) if size is None else size
    stretches, known = _known(user, found, size)
    name = case.due_at is not None if found.is_by_due else timezone.localtime(case.reported_at).year
    before = 0
    for stretch in stretches:
        if stretch.name in (None, name):
            before += stretch.beside(place(found, case), -1).order_by().count()
            break
        before += stretch.size
    return before * size // max(known, 1)


def _plain(cases: QuerySet, by_due: bool) -> list[Stretch]:
    if not by_due:
        return [Stretch(cases, NEWEST)]
    dated, undated = cases.filter(due_at__isnull=False), cases.filter(due_at__isnull=True)
    return [Stretch(dated, DATED, True), Stretch(undated, UNDATED, False)]


def _known(user, found: CaseListFilter, size: int) -> tuple[list[Stretch], int]:
    """The stretches that positions are looked for in, and how many cases they hold: as many as the list, or else the
    place is reckoned."""
    data = found.form.cleaned_data
    cases = found.qs
    if size > EXACT and not is_tallied(data) and not data["at"]:  # where the other filters leave none out, exactly
        data = {name: value if name in TALLIED else None for name, value in data.items()}
        cases, size = _cases(user, data), summary.total(user, data)
    if found.is_by_due:
        dated, undated = _plain(cases, by_due=True)
        n = dated.cases.order_by().count()
        return [Stretch(dated.cases, DATED, True, n), Stretch(undated.cases, UNDATED, False, size - n)], size
    if not is_tallied(data):
        return [Stretch(cases, NEWEST, None, size)], size
    years = sorted(summary.by_year(user, data).items(), reverse=True)
    return [Stretch(_of_year(cases, year), NEWEST, year, n) for year, n in years], size


def _cases(user, data: dict) -> QuerySet:
    return narrow(visible_cases(user).filter(describes(data)), data)


def _of_year(cases: QuerySet, year: int) -> QuerySet:
    first, end = (midnight(date(each, 1, 1)) for each in (year, year + 1))
    return cases.filter(reported_at__gte=first, reported_at__lt=end)
