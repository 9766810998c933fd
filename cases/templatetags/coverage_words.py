"""How coverage is shown beside its words: the map's own pattern and letter, and ground in km²."""

from django import template
from django.utils.html import format_html

from cases.coverage.classes import CLASSES

register = template.Library()

M2_KM2 = 1e6


@register.simple_tag
def coverage_swatch(value):
    """The picture of a class; its words stand beside it."""
    return format_html(
        '<i class="swatch cov-{}" data-letter="{}" aria-hidden="true"></i>', value, CLASSES[str(value)].letter
    )


@register.filter
def km2(area_m2) -> str:
    """“3.1”: as much as a page of a city needs; small ground keeps its first digit."""
    size = area_m2 / M2_KM2
    return f"{size:,.1f}" if size >= 1 else f"{size:.2f}"


@register.filter
def percent(share) -> str:
    """“72.6”; a dash where there is nothing to divide by."""
    return "–" if share is None else f"{share * 100:.1f}"


@register.filter
def of(told: dict, code: str):
    """What is told under a code; 0 where nothing is."""
    return told.get(code, 0)


@register.filter
def decimal(number, unit: str) -> str:
    """Shares and km² to one decimal, what is counted whole; a dash for what is not known."""
    return "–" if number is None else f"{number:,.1f}" if unit else f"{number:,}"


@register.filter
def signed(number, unit: str) -> str:
    """The same of a difference, with its sign; 0 has none."""
    if number is None:
        return "–"
    said = decimal(abs(number), unit)
    return said if said in ("0", "0.0") else f"{'+' if number > 0 else '−'}{said}"
