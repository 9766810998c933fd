"""What is done once a night: every running clock anew by the same reckoning that pages show, and old keys away.

Doing it twice changes nothing more. Cases are taken in portions; a portion is read without a lock, and only cases
whose dates are wrong are locked, read again and mended.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from boundaries.models import Region
from cases.clock_face import ClockStanding, Reckoned, faces, nearest, reckon
from cases.models import Case, Clock, DeadlineRule, IdempotencyKey
from cases.models.clock import Colour
from cases.working_days import WorkingDays

AT_ONCE = 2_000
KEYS_KEPT = timedelta(days=30)  # the stored answers hold the reporter's data

# Of one portion: (the case's id, a clock by which we must act that is yellow or worse).
Pressing = list[tuple[int, ClockStanding]]


@dataclass
class Night:
    """What a night found in a region, and what it changed."""

    clocks: int = 0
    overdue: int = 0
    soon: int = 0
    clocks_moved: int = 0
    cases_moved: int = 0


def recompute(region: Region, now: datetime, tell: Callable[[Pressing], None] = lambda pressing: None) -> Night:
    """Bring the stored ends of a region's clocks and cases up to date with its rules and corrections.

    `tell` is called once a portion with what presses: notices to people are written there.
    """
    night, calendar = Night(), WorkingDays.of(region)
    for case_ids in _portions(region):
        by_case = _reckoned(region, case_ids, calendar)
        if wrong := _wrong(case_ids, by_case):
            by_case |= _mend(region, wrong, calendar, night)
        tell(_count(by_case, calendar, now, night))
    return night


def expire_keys(now: datetime) -> int:
    """Forget the answers to requests of more than thirty days ago; how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEYS_KEPT).delete()[0]


def _portions(region: Region) -> Iterator[list[int]]:
    """Ids of the cases that have a running clock, in order."""
    running = Clock.objects.running().filter(region=region).order_by("case_id").values_list("case_id", flat=True)
    last = 0
    while found := list(running.filter(case_id__gt=last).distinct()[:AT_ONCE]):
        yield found
        last = found[-1]


def _reckoned(region: Region, case_ids, calendar: WorkingDays) -> dict[int, list[Reckoned]]:
    clocks = Clock.objects.running().filter(region=region, case_id__in=case_ids).order_by("case_id", "id")
    together = groupby(clocks.with_history(), key=lambda clock: clock.case_id)
    return {case_id: reckon(of_case, calendar) for case_id, of_case in together}


def _wrong(case_ids, by_case: dict[int, list[Reckoned]]) -> list[int]:
    """Cases whose own date or one of whose clocks' is not what was reckoned."""
    stored = dict(Case.objects.filter(pk__in=case_ids).values_list("pk", "due_at"))
    return [
        case_id
        for case_id, reckoned in by_case.items()
        if stored[case_id] != nearest(reckoned) or not all(each.is_stored for each in reckoned)
    ]


@transaction.atomic
def _mend(region: Region, case_ids, calendar: WorkingDays, night: Night) -> dict[int, list[Reckoned]]:
    """Store what is reckoned, under the locks that whoever acts on these cases takes too."""
    cases = list(Case.objects.select_for_update().filter(pk__in=case_ids).only("pk", "due_at").order_by("pk"))
    by_case = _reckoned(region, case_ids, calendar)
    moved = [each.write_over() for reckoned in by_case.values() for each in reckoned if not each.is_stored]
    Clock.objects.bulk_update(moved, ["started_at", "due_at"])
    late = [case for case in cases if case.pk in by_case and case.due_at != nearest(by_case[case.pk])]
    for case in late:
        case.due_at = nearest(by_case[case.pk])
    Case.objects.bulk_update(late, ["due_at"])
    night.clocks_moved += len(moved)
    night.cases_moved += len(late)
    return by_case


def _count(by_case: dict[int, list[Reckoned]], calendar: WorkingDays, now: datetime, night: Night) -> Pressing:
    shown = [(case_id, face) for case_id, reckoned in by_case.items() for face in faces(reckoned, calendar, now)]
    limits = [(case_id, face) for case_id, face in shown if face.kind == DeadlineRule.Kind.LIMIT]
    pressing = [(case_id, face) for case_id, face in limits if face.colour not in (Colour.GREEN, Colour.PAUSED)]
    overdue = sum(face.is_over for _case_id, face in pressing)
    night.clocks += len(shown)
    night.overdue += overdue
    night.soon += len(pressing) - overdue
    return pressing
