"""What somebody asks of the statistics, checked: a period as `2026-03`, `2026-Q1` or `2026`, and by what."""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.filters import HexagonCellField
from cases.metrics import Period
from oversight.statistics.asked import month, months_back, year
from oversight.statistics.dimensions import Dimension
from oversight.statistics.measures import MEASURES

FIRST_YEAR = 1949
WRITTEN = re.compile(r"(?P<year>\d{4})(-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?", re.ASCII)
A_QUARTER, A_YEAR = 3, 12


class PeriodField(forms.CharField):
    """The running month when empty."""

    def to_python(self, value):
        text = super().to_python(value).strip().upper()
        if not text:
            return month(timezone.localdate())
        found = WRITTEN.fullmatch(text)
        if found is None or not FIRST_YEAR <= int(found["year"]) < date.max.year:
            raise ValidationError(_("A month as 2026-03, a quarter as 2026-Q1 or a year as 2026."))
        return _period(int(found["year"]), found["quarter"], found["month"])


def _period(number: int, quarter: str | None, of_year: str | None) -> Period:
    if of_year:
        return month(date(number, int(of_year), 1))
    if quarter:
        last = int(quarter) * A_QUARTER
        return Period(date(number, last - A_QUARTER + 1, 1), month(date(number, last, 1)).until)
    return year(number)


def length(period: Period) -> int:
    """In months."""
    return (period.until.year - period.since.year) * 12 + period.until.month - period.since.month + 1


def written(period: Period) -> str:
    """As PeriodField reads it."""
    since = period.since
    if length(period) == A_YEAR:
        return f"{since.year}"
    return f"{since.year}-Q{(since.month + 2) // 3}" if length(period) == A_QUARTER else f"{since:%Y-%m}"


def near(period: Period) -> list[str]:
    """It and four before it, or as many after it as are not to come, the earliest first."""
    step, today, found = length(period), timezone.localdate(), []
    since = period.since
    for _ahead in range(2):
        later = months_back(since, -step)
        since = later if later <= today else since
    for back in range(5):
        first = months_back(since, back * step)
        found.append(written(Period(first, month(months_back(first, 1 - step)).until)))
    return found[::-1]


class StatsForm(forms.Form):
    period = PeriodField(label=_("period"), required=False)
    by = forms.ChoiceField(label=_("by"), choices=Dimension.choices, required=False)

    def clean_by(self):
        return Dimension(self.cleaned_data["by"] or Dimension.GROUP)


class BehindForm(StatsForm):
    code = forms.ChoiceField(label=_("measure"), choices=[(code, one.label) for code, one in MEASURES.items()])
    key = forms.CharField(label=_("key"), max_length=60, required=False)
    hexagon = HexagonCellField(label=_("hexagon"), required=False)
    of = forms.ChoiceField(label=_("part or whole"), choices=[("part", ""), ("whole", "")], required=False)

    known = forms.ChoiceField(label=_("known"), choices=[("then", ""), ("now", "")], required=False)

    def clean_of(self):
        return self.cleaned_data["of"] or "part"
