"""The ledger as somebody asks for it: a month, open or frozen, or all of it, filtered; a page, its sums, every line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain, islice

from django.core.paginator import Page, Paginator
from django.db.models import Case as When
from django.db.models import Count, DecimalField, Exists, OuterRef, Q, Sum, Value
from django.db.models import When as Then
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from cases.filters import NO_GROUP, describes
from cases.models import CaseViolation
from cases.workflow import ENDED, OPEN
from oversight.ledger import additions
from oversight.ledger.columns import CENT, M2_PER_MU, SUMMED
from oversight.ledger.freezing import reported_in
from oversight.ledger.lines import Kind, Line, frozen, live
from oversight.ledger.records import CHUNK, full, read, records
from oversight.models import LedgerLine, LedgerMonth

A_PAGE = 50
MOST_ADDITIONS = 200  # of an open month, on its page; the files hold all
STATES = {"open": OPEN, "ended": sorted(ENDED)}
DECIDED = Q(dossier__decided_at__isnull=False)
LIVE_SUMS = {
    "fine": Sum("dossier__fine", filter=DECIDED),
    "paid": Sum("dossier__paid", filter=DECIDED),
    "floor_m2": Sum("dossier__floor_area_m2"),
    "land_m2": Sum("dossier__land_area_m2"),
}
AMOUNT = DecimalField(max_digits=24, decimal_places=2)


@dataclass(frozen=True)
class Sums:
    """Of the lines asked for, without the additions: these tell of cases that are counted in their own month."""

    count: int
    fine: Decimal
    paid: Decimal
    floor_m2: Decimal
    land_m2: Decimal

    @classmethod
    def of(cls, found: dict):
        amounts = {key: Decimal(str(found[key] or 0)).quantize(CENT) for key in SUMMED}
        return cls(found["count"], **amounts)

    @property
    def floor_mu(self) -> Decimal:
        return (self.floor_m2 / M2_PER_MU).quantize(CENT)

    @property
    def land_mu(self) -> Decimal:
        return (self.land_m2 / M2_PER_MU).quantize(CENT)


class LiveBook:
    """Cases as they stand today. With `takes_additions` it is the month that the next freeze closes."""

    def __init__(self, region_id, cases, data, *, month: date | None, takes_additions=False):
        self.region_id, self.takes_additions = region_id, takes_additions
        self._wanted = _wanted(cases, data)
        self._cases = reported_in(self._wanted, month) if month else self._wanted.order_by("reported_at", "id")

    @cached_property
    def sums(self) -> Sums:
        return Sums.of(self._cases.order_by().aggregate(count=Count("pk"), **LIVE_SUMS))

    def page(self, number) -> Page:
        paginator = Paginator(full(self._cases), A_PAGE)
        paginator.count = self.sums.count
        page = paginator.get_page(number)
        page.object_list = [live(record) for record in records(page.object_list)]
        return page

    def additions(self) -> list[Line]:
        return list(islice(self._additions(), MOST_ADDITIONS))

    def _additions(self) -> Iterator[Line]:
        return additions.of(self.region_id, self._wanted) if self.takes_additions else iter(())

    def lines(self) -> Iterator[Line]:
        return chain((live(record) for record in read(self._cases)), self._additions())


class FrozenBook:
    """A month as it was frozen."""

    def __init__(self, month: LedgerMonth, cases, data, *, everything: bool):
        rows = LedgerLine.objects.filter(_faceted(data), region=month.region_id, month=month.month).order_by("number")
        self.rows = rows if everything else rows.filter(case__in=cases.order_by().values("pk"))

    @cached_property
    def sums(self) -> Sums:
        counted = {key: Sum(_amount(key)) for key in SUMMED}
        return Sums.of(self._own.order_by().aggregate(count=Count("number"), **counted))

    @property
    def _own(self):
        return self.rows.exclude(kind=Kind.ADDITION)

    def page(self, number) -> Page:
        paginator = Paginator(self._own, A_PAGE)
        paginator.count = self.sums.count
        page = paginator.get_page(number)
        page.object_list = [frozen(row) for row in page.object_list]
        return page

    def additions(self) -> list[Line]:
        return [frozen(row) for row in self.rows.filter(kind=Kind.ADDITION)[:MOST_ADDITIONS]]

    def lines(self) -> Iterator[Line]:
        return (frozen(row) for row in self.rows.iterator(chunk_size=CHUNK))


def _wanted(cases, data):
    found = cases.filter(describes({key: data.get(key) for key in ("group", "area", "status", "channel")}))
    if data.get("unit"):
        found = found.filter(handling_unit__code=data["unit"])
    if kind := data.get("violation"):
        named = CaseViolation.objects.filter(case=OuterRef("pk"), kind=kind)
        found = found.filter(Q(violations__contains=[kind]) | Exists(named))
    return found


def _faceted(data) -> Q:
    """The same filters, asked of a frozen line."""
    wanted = Q()
    for key in ("area", "unit", "channel"):
        if data.get(key):
            wanted &= Q(**{f"facets__{key}": data[key]})
    if data.get("group"):
        wanted &= Q(facets__group="" if data["group"] == NO_GROUP else data["group"])
    if data.get("status"):
        wanted &= Q(facets__status__in=STATES.get(data["status"], (data["status"],)))
    if data.get("violation"):
        wanted &= Q(facets__violations__contains=[data["violation"]])
    return wanted


def _amount(key: str):
    """The number of a line's column; none where it is empty."""
    text = KeyTextTransform(key, "values")
    return When(Then(~Q(**{f"values__{key}": ""}), then=Cast(text, AMOUNT)), default=Value(None), output_field=AMOUNT)
