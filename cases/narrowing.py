"""What the list's rarer filters mean: conditions of which the kept counts know nothing.

List, tiles, counts, export and the map of a day gone by all read them here.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from boundaries.models import GridCell
from cases import hexagon_cells


def narrow(cases: QuerySet, data: dict) -> QuerySet:
    """Those of the cases that meet every condition in `data`, as `CaseFilter` cleaned it; others are not read."""
    for name, meant in MEANT.items():
        if data.get(name):
            cases = meant(cases, data[name])
    return cases


def _in_cell(cases: QuerySet, code: str) -> QuerySet:
    """On the ground of a grid cell in force, its edge included; codes are a region's own."""
    inside = Q()
    for cell in GridCell.objects.filter(code=code).valid_on(timezone.localdate()):
        inside |= Q(region=cell.region_id, geom__coveredby=cell.geom)
    return cases.filter(inside) if inside else cases.none()


def midnight(day: date) -> datetime:
    """When a day of the office begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


MEANT = {
    "bbox": lambda cases, box: cases.in_box(box),
    "q": lambda cases, text: cases.matching(text),
    "stage": lambda cases, stages: cases.of_stages(stages),
    "violation": lambda cases, value: cases.filter(violations__contains=[value]),
    "land_ownership": lambda cases, value: cases.filter(land_ownership=value),
    "confidence": lambda cases, value: cases.filter(confidence=value),
    "hold": lambda cases, value: cases.filter(hold=value),
    "major": lambda cases, word: cases.filter(is_major=word == "yes"),
    "joint": lambda cases, word: cases.filter(is_joint=word == "yes"),
    "overdue": lambda cases, word: cases.overdue() if word == "yes" else cases.due_soon(),
    "unit": lambda cases, code: cases.filter(handling_unit__code=code),
    "grid": _in_cell,
    "hexagon": hexagon_cells.lying_in,
    "numbers": lambda cases, numbers: cases.filter(case_no__in=numbers),
    "reported_from": lambda cases, day: cases.filter(reported_at__gte=midnight(day)),
    "reported_to": lambda cases, day: cases.filter(reported_at__lt=midnight(day + timedelta(days=1))),
}
