"""How a number of the statistics is written."""

from django import template
from django.utils.translation import gettext as _

from cases.templatetags.case_words import grouped
from oversight.ledger.columns import mu
from oversight.statistics.measures import MEASURES, Kind, Measure

register = template.Library()


@register.filter
def stat(one: Measure) -> str:
    """`75.86`, `12,000`, or a dash where there is nothing to say; the unit stands at the head."""
    if one.value is None:
        return "–"
    kind = MEASURES[one.code].kind
    return f"{one.value:.2f}" if kind in (Kind.RATE, Kind.DAYS) else grouped(_whole(one.value))


@register.filter
def stat_with_unit(one: Measure) -> str:
    """With its unit, floor areas in 亩 too."""
    if one.value is None:
        return "–"
    text = stat(one)
    kind = MEASURES[one.code].kind
    if kind == Kind.AREA:
        return _("{metres} m² ({mu} mu)").format(metres=text, mu=f"{mu(one.value):,.2f}")
    return {
        Kind.RATE: f"{text} %",
        Kind.DAYS: _("{days} days").format(days=text),
        Kind.YUAN: _("{amount} yuan").format(amount=text),
    }.get(kind, text)


def _whole(number):
    """Without digits behind the point where there is nothing behind it."""
    return int(number) if number == int(number) else number
