"""By what numbers are told apart: the key of a row, as its case stood at the end of the period, and its words.

Group and area are those of then (CaseSpell), the handling unit is read from the trail, the cell is the one in force on
the last day. Sources and violations are as they are known today.
"""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case as Choice
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, Subquery, TextChoices, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, NullIf, TruncMonth
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy

from boundaries.ground import working_tier
from boundaries.models import Area, CooperationGroup, Edition, GridCell, Unit
from cases.models import CaseEvent, CaseSpell, CaseViolation
from cases.models.case import Channel, Violation
from oversight.statistics.asked import Asked

NONE = "-"  # the key of what has no group, unit, area or cell


class Dimension(TextChoices):
    ALL = "all", gettext_lazy("as a whole")
    GROUP = "group", gettext_lazy("by cooperation group")
    UNIT = "unit", gettext_lazy("by handling unit")
    AREA = "area", gettext_lazy("by area")
    GRID = "grid", gettext_lazy("by grid cell")
    CHANNEL = "channel", gettext_lazy("by source")
    VIOLATION = "violation", gettext_lazy("by violation")
    MONTH = "month", gettext_lazy("by month")


def key(asked: Asked, by: Dimension, case: str, on: str):
    """An expression for rows whose case is found by `case` and that count at `on`."""
    if by == Dimension.MONTH:
        return Func(TruncMonth(on), Value("YYYY-MM"), function="to_char", output_field=CharField())
    if by == Dimension.VIOLATION:
        return _violations(case)
    return Coalesce(NullIf(KEYS[by](asked, case), Value("")), Value(NONE))


def _of_spell(column: str):
    def then(asked: Asked, case: str):
        spells = CaseSpell.objects.standing(asked.then).filter(case=OuterRef(f"{case}pk"))
        return Subquery(spells.values(column)[:1], output_field=CharField())

    return then


def _unit(asked: Asked, case: str):
    """What the last change before said; else what the first one since says was there before it; else what is there."""
    changed = CaseEvent.objects.filter(case=OuterRef(f"{case}pk"), data__changes__has_key="handling_unit")
    before = changed.filter(at__lt=asked.then).order_by("-at", "-id").values(code=_code(1))[:1]
    since = changed.filter(at__gte=asked.then).order_by("at", "id").values(code=_code(0))[:1]
    return Coalesce(
        Subquery(before), Subquery(since), F(f"{case}handling_unit__code"), Value(""), output_field=CharField()
    )


def _code(side: int):
    """Of a change's [before, after]; nothing where there was no unit."""
    pair = KeyTransform("handling_unit", KeyTransform("changes", "data"))
    return Coalesce(KeyTextTransform("code", KeyTransform(str(side), pair)), Value(""), output_field=CharField())


def _cell(asked: Asked, case: str):
    cells = GridCell.objects.valid_on(asked.day).of_level(working_tier(asked.region.pk, asked.day))
    here = cells.filter(region=asked.region, kind=GridCell.Kind.ORDINARY, geom__covers=OuterRef(f"{case}geom"))
    return Subquery(here.order_by("code").values("code")[:1], output_field=CharField())


def _violations(case: str):
    """Each violation that was found, else each that the report named: a case of two counts at both."""
    found = CaseViolation.objects.filter(case=OuterRef(f"{case}pk"))
    named = Choice(When(Exists(found), then=ArraySubquery(found.values("kind"))), default=F(f"{case}violations"))
    nothing, none = (Value(one, ArrayField(CharField())) for one in ([], [NONE]))
    return Func(Coalesce(NullIf(named, nothing), none), function="unnest", output_field=CharField())


def has(asked: Asked, by: Dimension, case: str, on: str, wanted: str):
    """Condition: the row counts at this key."""
    if by != Dimension.VIOLATION:
        return Exact(key(asked, by, case, on), Value(wanted))
    found = CaseViolation.objects.filter(case=OuterRef(f"{case}pk"))
    reported = {f"{case}violations": []} if wanted == NONE else {f"{case}violations__contains": [wanted]}
    return Q(Exists(found.filter(kind=wanted))) | (~Exists(found) & Q(**reported))


KEYS = {
    Dimension.GROUP: _of_spell("group_code"),
    Dimension.AREA: _of_spell("area_code"),
    Dimension.UNIT: _unit,
    Dimension.GRID: _cell,
    Dimension.CHANNEL: lambda _asked, case: F(f"{case}channel"),
}


def labels(asked: Asked, by: Dimension, keys: Iterable[str]) -> dict[str, str]:
    """Key → words, in the order that a page shows: the bureau's own where it has one."""
    known = WORDS[by](asked) if by in WORDS else {}
    wanted = set(keys) - {""}
    ordered = [*(one for one in known if one in wanted), *sorted(wanted - set(known) - {NONE})]
    return {one: known.get(one, one) for one in ordered} | ({NONE: str(NOWHERE[by])} if NONE in wanted else {})


def _of_edition(model, order: str):
    def words(asked: Asked) -> dict[str, str]:
        edition = Edition.objects.current(asked.region.pk, asked.day) or Edition.objects.current(asked.region.pk)
        return dict(model.objects.filter(edition=edition).order_by(order).values_list("code", "name"))

    return words


WORDS = {
    Dimension.GROUP: _of_edition(CooperationGroup, "order"),
    Dimension.AREA: _of_edition(Area, "code"),
    Dimension.UNIT: lambda asked: dict(Unit.objects.filter(region=asked.region).values_list("code", "name")),
    Dimension.GRID: lambda asked: dict(
        GridCell.objects.filter(region=asked.region).valid_on(asked.day).order_by("code").values_list("code", "name")
    ),
    Dimension.CHANNEL: lambda _asked: {one.value: str(one.label) for one in Channel},
    Dimension.VIOLATION: lambda _asked: {one.value: str(one.label) for one in Violation},
}
NOWHERE = {
    Dimension.GROUP: gettext_lazy("No group: outside or gap"),
    Dimension.AREA: gettext_lazy("In no area"),
    Dimension.UNIT: gettext_lazy("Not handed over yet"),
    Dimension.GRID: gettext_lazy("In no grid cell"),
    Dimension.CHANNEL: gettext_lazy("No source"),
    Dimension.VIOLATION: gettext_lazy("No violation named"),
}
