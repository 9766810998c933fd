"""The two rates that the notice is measured by: 查处率 (M1) and 按期结案率 (M3), domain page 3.4.

M1: of the cases found to be true those with a handling result, by the day of their registration. A case that came by
file and was never registered here counts by its report. Void and merged cases are none and count nowhere.

M3: of the cases whose limit ended in the period, but for those deferred at that moment, the ones closed within it. The
limit is that of 行政处罚法 60 (D03), as extended and without its pauses, and it is kept by a decision or by another end
of the case: behind the decision no limit of ours runs. This reading of 结案 waits for the legal section.
"""

from collections import defaultdict
from dataclasses import astuple, dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from boundaries.models import Region
from cases.models import Case, CaseEvent, CaseSpell, Clock, Order
from cases.proposals import FOUND_TRUE
from cases.verbs import Verb
from cases.workflow import Status

LIMIT = "D03"
DECIDED = (Status.DECIDED, Status.SERVED, Status.ENFORCING, Status.CLOSED, Status.FOLLOW_UP, Status.ARCHIVED)
BEHIND_THE_CHECK = (Status.FILED, Status.INVESTIGATING)  # a transfer from there is of a case found to be true
HOLDS = (Verb.DEFER, Verb.SUSPEND, Verb.RESUME)
ALL_GROUPS = ""


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both in it; None leaves a side open."""

    since: date | None = None
    until: date | None = None

    def of(self, name: str, *, before: datetime | None = None) -> Q:
        """The moment `name` lies in it, and before that moment where one is given."""
        ends = [before] if before else []
        if self.until:
            ends.append(_midnight(self.until + timedelta(days=1)))
        begun = Q(**{f"{name}__gte": _midnight(self.since)}) if self.since else Q()
        return begun & Q(**{f"{name}__lt": min(ends)}) if ends else begun


ALWAYS = Period()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True)
class Figures:
    """Numbers of cases, and what they come to in percent, rounded down: all but one is never 100."""

    found_true: int = 0
    with_result: int = 0
    due: int = 0
    deferred: int = 0
    on_time: int = 0

    @property
    def in_progress(self) -> int:
        return self.found_true - self.with_result

    @property
    def handling_rate(self) -> float | None:
        """M1; None where no case was found to be true."""
        return _percent(self.with_result, self.found_true)

    @property
    def on_time_rate(self) -> float | None:
        """M3; None where none was due."""
        return _percent(self.on_time, self.due - self.deferred)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def _percent(part: int, whole: int) -> float | None:
    return part * 10_000 // whole / 100 if whole else None


def figures(region: Region, period: Period = ALWAYS, *, now: datetime | None = None) -> dict[str, Figures]:
    """By the code of the group that answers; ALL_GROUPS are all, those of no group among them. Three queries."""
    found = defaultdict(Figures)
    for cases in (registered(region, period), never_registered(region, period)):
        for group, *numbers in _handled(found_true(cases)):
            found[group] += Figures(*numbers)
    for group, *numbers in _kept(region, period, now or timezone.now()):
        found[group] += Figures(0, 0, *numbers)
    return {ALL_GROUPS: sum(found.values(), Figures()), **{group: found[group] for group in sorted(found) if group}}


def registered(region: Region, period: Period, then: datetime | None = None) -> QuerySet[Case]:
    """Cases that were registered in the period, and before `then`, for the first time."""
    registrations = CaseEvent.objects.filter(region=region, verb=Verb.REGISTER)
    first = registrations.filter(period.of("at", before=then))
    if period.since:
        earlier = registrations.filter(case=OuterRef("case"), at__lt=_midnight(period.since))
        first = first.filter(~Exists(earlier))
    return Case.objects.filter(region=region, pk__in=first.values("case"))


def never_registered(region: Region, period: Period, then: datetime | None = None) -> QuerySet[Case]:
    """Cases of the period's reports that have no registration in their history."""
    registrations = CaseEvent.objects.filter(region=region, verb=Verb.REGISTER, case=OuterRef("pk"))
    return Case.objects.filter(period.of("reported_at", before=then), ~Exists(registrations), region=region)


def found_true(cases: QuerySet[Case], then: datetime | None = None) -> QuerySet[Case]:
    """Those whose preliminary check said so; one that was transferred out since then is among them. As they stood at
    the moment `then`, else as they stand."""
    transfers = CaseEvent.objects.filter(
        _before("at", then), case=OuterRef("pk"), verb=Verb.TRANSFER_OUT, from_status__in=BEHIND_THE_CHECK,
        status=Status.TRANSFERRED_OUT,
    )  # fmt: skip
    return cases.filter(stood(FOUND_TRUE, then) | (Q(Exists(transfers)) & stood([Status.TRANSFERRED_OUT], then)))


def has_result(then: datetime | None = None) -> Q:
    """A decision (a fine, or none), an order obeyed with none left open, or a transfer."""
    orders = Order.objects.filter(_before("issued_at", then), case=OuterRef("pk"))
    kept = Q(_before("rechecked_at", then), state=Order.State.COMPLIED)
    obeyed = Exists(orders) & ~Exists(orders.exclude(kept))
    return stood((*DECIDED, Status.COMPLIED, Status.TRANSFERRED_OUT), then) | Q(obeyed)


def stood(statuses, then: datetime | None = None, case: str = "") -> Q:
    """The case was in one of these states at the moment `then`, else is; `case` is the way to it, as `case__`."""
    if then is None:
        return Q(**{f"{case}status__in": statuses})
    return Q(Exists(CaseSpell.objects.standing(then).filter(case=OuterRef(f"{case}pk"), status__in=statuses)))


def _before(name: str, then: datetime | None) -> Q:
    return Q(**{f"{name}__lt": then}) if then else Q()


def _handled(cases: QuerySet[Case]):
    """(group, found to be true, with a result)"""
    counted = cases.order_by().values("group_code").annotate(n=Count("pk"), done=Count("pk", filter=has_result()))
    return counted.values_list("group_code", "n", "done")


def limits(region: Region, period: Period, now: datetime) -> QuerySet[Clock]:
    """Limits of decisions that have ended by now, in the period."""
    return Clock.objects.filter(period.of("due_at", before=now), region=region, code=LIMIT)


def missed(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    return clocks.filter(Q(stopped_at=None) | Q(stopped_at__gt=F("due_at")))


def deferred(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    """Missed ones whose case was deferred when the limit ended."""
    holds = CaseEvent.objects.filter(case=OuterRef("case"), verb__in=HOLDS, at__lte=OuterRef("due_at"))
    last = holds.order_by("-at", "-id").values("verb")[:1]
    return missed(clocks).annotate(last_hold=Subquery(last)).filter(last_hold=Verb.DEFER)


def _kept(region: Region, period: Period, now: datetime):
    """(group, due, deferred, on time): a case whose limit began anew keeps each of them, or has missed it."""
    ended = limits(region, period, now)
    of_case = {"case": OuterRef("pk")}
    late, put_off = Exists(missed(ended).filter(**of_case)), Exists(deferred(ended).filter(**of_case))
    due = Case.objects.filter(region=region, pk__in=ended.values("case")).exclude(status=Status.VOID)
    counted = (
        due.order_by()
        .values("group_code")
        .annotate(due=Count("pk"), deferred=Count("pk", filter=Q(put_off)), on_time=Count("pk", filter=~Q(late)))
    )
    return counted.values_list("group_code", "due", "deferred", "on_time")
