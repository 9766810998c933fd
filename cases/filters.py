"""One set of filters for the list, the map's tiles, the API, the summary and the export."""

import math
import re

import django_filters
from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import CharField, Form, IntegerField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import GridCell, Unit
from cases import spells
from cases.hexagon_cells import SAID, Cell
from cases.models import Case
from cases.models.case import Channel, Confidence, Hold, LandOwnership, Violation
from cases.narrowing import narrow
from cases.workflow import ENDED, OPEN, Stage, Status
from gis_core import crs, srid
from gis_core.days import DayField, DayFilter

NO_GROUP = "none"  # the dispatcher's queue: outside the region, or in a responsibility gap
BY_DUE = "due"
ORDERINGS = [("newest", gettext_lazy("newest first")), (BY_DUE, gettext_lazy("nearest deadline first"))]
LONGEST_NAMED = 40  # characters of what was given, in a sentence about it
MOST_NUMBERS = 200  # case numbers in one address: a server takes no line of any length
NUMBER = re.compile(r"[0-9A-Za-z-]{1,24}", re.ASCII)
STAGE = "|".join(Stage.values)
YES_OR_NO = [("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]
LATE = [("yes", gettext_lazy("yes")), ("soon", gettext_lazy("within three days"))]
STATUS_CHOICES = [("open", gettext_lazy("open")), ("ended", gettext_lazy("ended")), *Status.choices]


class BoxField(CharField):
    """`west,south,east,north` in WGS 84 degrees → a polygon; None when empty."""

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError as error:
            raise ValidationError(_("Four numbers: west,south,east,north.")) from error
        if not all(map(math.isfinite, (west, south, east, north))):
            raise ValidationError(_("Four finite numbers: west,south,east,north."))
        if crs.looks_swapped(west, south) and crs.looks_swapped(east, north):
            raise ValidationError(_("Longitude and latitude look swapped: west,south,east,north."))
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValidationError(_("West must be less than east and south less than north, in degrees."))
        box = Polygon.from_bbox((west, south, east, north))
        box.srid = srid.STORAGE
        return box


class BoxFilter(django_filters.Filter):
    schema = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?(,-?[0-9]+(\.[0-9]+)?){3}$"}
    field_class = BoxField


class PastDayField(DayField):
    """A day that the map can show; see `cases.spells.check_day`."""

    def validate(self, value):
        super().validate(value)
        if value:
            spells.check_day(value)


class PastDayFilter(DayFilter):
    field_class = PastDayField


class YearFilter(django_filters.NumberFilter):
    field_class = IntegerField


class StagesField(CharField):
    """Classes of the map with commas between → a tuple of them, each once; empty for all."""

    def to_python(self, value):
        stages = tuple(dict.fromkeys(filter(None, super().to_python(value).split(","))))
        if unknown := [stage for stage in stages if stage not in Stage.values]:
            known = ", ".join(Stage.values)
            raise ValidationError(
                _("There is no stage {stage}. There are: {known}.").format(stage=unknown[0], known=known)
            )
        return stages


class StagesFilter(django_filters.Filter):
    schema = {"type": "string", "pattern": f"^({STAGE})(,({STAGE}))*$"}
    field_class = StagesField


def _is_text(value: str) -> bool:
    """What the database can be asked for; the field refuses the rest itself, and later."""
    return bool(value) and "\0" not in value


class UnitField(CharField):
    """The code of a unit that there is."""

    def validate(self, value):
        super().validate(value)
        if _is_text(value) and not Unit.objects.filter(code=value).exists():
            raise ValidationError(_("There is no unit {code}.").format(code=value))


class UnitFilter(django_filters.CharFilter):
    field_class = UnitField


class CellField(CharField):
    """The code of a grid cell of today."""

    def validate(self, value):
        super().validate(value)
        if _is_text(value) and not GridCell.objects.filter(code=value).valid_on(timezone.localdate()).exists():
            raise ValidationError(_("There is no grid cell {code} today.").format(code=value))


class CellFilter(django_filters.CharFilter):
    field_class = CellField


class HexagonCellField(CharField):
    """`metres:q:r`, as the counts by hexagon name a cell → `Cell`; None when empty."""

    def to_python(self, value):
        text = super().to_python(value)
        cell = Cell.read(text) if text else None
        if text and not cell:
            raise ValidationError(_("There is no hexagon {code}.").format(code=text[:LONGEST_NAMED]))
        return cell


class HexagonCellFilter(django_filters.CharFilter):
    schema = {"type": "string", "pattern": f"^{SAID.pattern}$"}
    field_class = HexagonCellField


class NumbersField(CharField):
    """Case numbers with commas between → a tuple of them, each once; empty for all. One of no case finds nothing."""

    def to_python(self, value):
        numbers = tuple(dict.fromkeys(filter(None, super().to_python(value).split(","))))
        if odd := [number for number in numbers if not NUMBER.fullmatch(number)]:
            raise ValidationError(_("{number} is no case number.").format(number=odd[0][:LONGEST_NAMED]))
        if len(numbers) > MOST_NUMBERS:
            raise ValidationError(_("At most {number} case numbers.").format(number=MOST_NUMBERS))
        return numbers


class NumbersFilter(django_filters.Filter):
    schema = {"type": "string", "pattern": f"^{NUMBER.pattern}(,{NUMBER.pattern})*$"}
    field_class = NumbersField


class FilterForm(Form):
    def clean(self):
        data = super().clean()
        if data.get("stage") and data.get("at"):
            raise ValidationError({"stage": [_("The stages are those of now: they cannot be asked of a day gone by.")]})
        since, until = data.get("reported_from"), data.get("reported_to")
        if since and until and since > until:
            raise ValidationError({"reported_from": _("The first day is after the last.")})
        return data


def _choice(choices, label, help_text=None):
    return django_filters.ChoiceFilter(choices=choices, label=label, help_text=help_text)


class CaseFilter(django_filters.FilterSet):
    """`status` takes `open`, `ended` or one state; `group` a code or `none` (nobody's); `q` finds case numbers and
    addresses by any part. What the fields mean is said by `describes` and by `narrowing`."""

    bbox = BoxFilter(label=gettext_lazy("map extent"), help_text="west,south,east,north in degrees, WGS 84")
    group = django_filters.CharFilter(
        max_length=12, label=gettext_lazy("group"), help_text="A code; `none`: nobody's."
    )  # fmt: skip
    area = django_filters.CharFilter(max_length=12, label=gettext_lazy("area"))
    status = _choice(STATUS_CHOICES, gettext_lazy("status"))
    stage = StagesFilter(label=gettext_lazy("stage"), help_text="Classes of the map, with commas between.")
    channel = _choice(Channel.choices, gettext_lazy("channel"))
    year = YearFilter(
        min_value=1949, max_value=9999, label=gettext_lazy("year"),
        error_messages={"invalid": gettext_lazy("A year in four digits.")},
    )  # fmt: skip
    q = django_filters.CharFilter(
        max_length=60, label=gettext_lazy("search"), help_text="A part of a number or address."
    )
    at = PastDayFilter(label=gettext_lazy("as of"), help_text="The cases as they stood at the end of that day.")
    violation = _choice(Violation.choices, gettext_lazy("violation"))
    land_ownership = _choice(LandOwnership.choices, gettext_lazy("land ownership"))
    major = _choice(YES_OR_NO, gettext_lazy("major"))
    joint = _choice(YES_OR_NO, gettext_lazy("joint enforcement"))
    confidence = _choice(Confidence.choices, gettext_lazy("confidence"))
    hold = _choice(Hold.choices, gettext_lazy("hold"))
    overdue = _choice(LATE, gettext_lazy("overdue"), "`soon`: within three days.")
    unit = UnitFilter(max_length=40, label=gettext_lazy("unit"), help_text="The handling unit's code.")
    grid = CellFilter(max_length=15, label=gettext_lazy("grid cell"), help_text="Its code.")
    hexagon = HexagonCellFilter(
        label=gettext_lazy("hexagon"),
        help_text="Metres between opposite sides, and the cell's number as the counts by hexagon have it: 1000:12:34.",
    )  # fmt: skip
    numbers = NumbersFilter(
        label=gettext_lazy("case numbers"), help_text=f"With commas between, at most {MOST_NUMBERS}: these cases alone."
    )
    reported_from = DayFilter(label=gettext_lazy("reported from"))
    reported_to = DayFilter(label=gettext_lazy("reported to"), help_text="The last day that counts.")

    class Meta:
        model = Case
        fields = ()
        form = FilterForm

    def filter_queryset(self, queryset):
        """Of a day gone by, what else is asked for is asked of the state, group, area and place of then."""
        data = self.form.cleaned_data
        if not data["at"]:
            return narrow(queryset.filter(describes(data)), data)
        found = spells.cases_then(queryset, data["at"], describes(data), data["bbox"])
        return narrow(found, {**data, "bbox": None}).newest_first()


class CaseListFilter(CaseFilter):
    """The same with an order. Ended cases have no deadline: where they alone are asked for, it stays newest first."""

    ordering = _choice(ORDERINGS, gettext_lazy("order"), "`due`: nearest deadline first.")

    @property
    def is_by_due(self) -> bool:
        data = self.form.cleaned_data
        return data["ordering"] == BY_DUE and not data["at"] and data["status"] not in ("ended", *ENDED)

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        if not self.form.cleaned_data["ordering"]:
            return found
        return found.nearest_due_first() if self.is_by_due else found.newest_first()


TALLIED = frozenset({"group", "area", "status", "channel", "year"})


def is_tallied(data) -> bool:
    """Whether the counts that the database keeps answer these filters, as `CaseFilter` cleaned them."""
    return not any(value for key, value in data.items() if key not in TALLIED and key != "ordering")


def describes(data) -> Q:
    """The filters that pre-aggregated counts know (all but bbox, q and at), as a condition; data must be valid."""
    wanted = Q()
    if data.get("group"):
        wanted &= Q(group_code="" if data["group"] == NO_GROUP else data["group"])
    for key, column in (("area", "area_code"), ("channel", "channel"), ("year", "year")):
        if data.get(key):
            wanted &= Q(**{column: data[key]})
    if data.get("status"):
        states = {"open": OPEN, "ended": sorted(ENDED)}.get(data["status"], (data["status"],))
        wanted &= Q(status__in=states)
    return wanted
