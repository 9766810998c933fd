"""A case put where a test wants it by writing its rows, not by playing it there."""

from django.utils import timezone

from cases.models import Clock, DeadlineRule, Dossier, Inspection
from tests.factories import make_case

KIND = "construction_permit"


def stand(crew, status, *, dossier=None, **fields):
    """A case in that state, in the hands of the crew's station."""
    station = crew.first.unit
    case = make_case(
        by=crew.dispatcher, **{"status": status, "handling_unit": station, "units_involved": [station.pk], **fields}
    )
    Dossier.objects.create(region_id=case.region_id, case=case, **(dossier or {}))
    return case


def file_says(case, **fields):
    Dossier.objects.filter(case=case).update(**fields)


def change(thing, **fields):
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.save(update_fields=list(fields))


def violation(case, *, outcome="", fine=None, unit=None, kind=KIND):
    return case.found_violations.create(
        region_id=case.region_id, kind=kind, act="未取得施工许可证擅自施工", basis="《建筑法》第七条",
        handling_unit=unit or case.handling_unit, outcome=outcome, fine=fine,
    )  # fmt: skip


def fined(case, fine):
    """The case's one violation, with that fine in yuan."""
    case.found_violations.all().delete()
    return violation(case, outcome="penalty", fine=fine)


def party(case, **fields):
    return case.parties.create(region_id=case.region_id, **{"kind": "developer", "name": "荥阳某公司", **fields})


def evidence(case, **fields):
    number = f"{case.evidence.count():064}"
    return case.evidence.create(
        region_id=case.region_id, **{"medium": "photo", "original": "x", "sha256": number, "size": 1, **fields}
    )


def order(case, state="in_force"):
    now = timezone.now()
    return case.orders.create(
        region_id=case.region_id, kind="stop", state=state, demands="停工", issued_at=now, due_at=now
    )


def joint(case, *units, present=(), held=False):
    """A joint inspection of those units."""
    now = timezone.now()
    called = Inspection.objects.create(
        region_id=case.region_id, case=case, kind="joint", planned_from=now, planned_until=now,
        held_at=now if held else None,
    )  # fmt: skip
    for unit in units:
        called.units.create(region_id=case.region_id, unit=unit, signed_in_at=now if unit in present else None)
    return called


def clock(case, code, *, started, due):
    """A clock of that rule as it would stand after it had begun then; `due` is kept by stopping it at its end."""
    rule = DeadlineRule.objects.get(region_id=case.region_id, code=code)
    return Clock.objects.create(
        region_id=case.region_id, case=case, rule=rule, code=code, started_at=started, due_at=due, stopped_at=due
    )
