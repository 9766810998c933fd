"""The deadlines of a case, on its page."""

from django import template

from cases import clocks
from cases.models.clock import Colour

register = template.Library()

URGENCY = {Colour.YELLOW: "soon", Colour.ORANGE: "soon", Colour.RED: "over"}


@register.inclusion_tag("cases/_clocks.html")
def case_clocks(case):
    """Every running clock as of now, the nearest end first; nothing where none runs."""
    return {"clocks": clocks.standing(case)}


@register.filter
def urgency(clock) -> str:
    """`over`, `soon` or nothing: the colour of the words."""
    return URGENCY.get(clock.colour, "")
