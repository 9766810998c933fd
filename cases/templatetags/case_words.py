"""How long, how far and which way, as people say it."""

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.wording import subject
from gis_core.sentences import listed, metres

register = template.Library()
register.filter("listed", listed)
register.filter("metres", metres)
register.filter("subject", subject)

SOON = timedelta(days=2)
WITH_HOURS = timedelta(days=3)  # beyond it nobody plans by the hour

# Clockwise from north, each 45 degrees wide and centred on its direction.
COMPASS = (
    (gettext_lazy("north"), "↑"),
    (gettext_lazy("north-east"), "↗"),
    (gettext_lazy("east"), "→"),
    (gettext_lazy("south-east"), "↘"),
    (gettext_lazy("south"), "↓"),
    (gettext_lazy("south-west"), "↙"),
    (gettext_lazy("west"), "←"),
    (gettext_lazy("north-west"), "↖"),
)


@register.filter
def due_words(case) -> str:
    """“2 d 3 h left”, “1 d overdue”; empty for a case that has ended or has no date to keep."""
    if not (case.is_open and case.due_at):
        return ""
    left = case.due_at - timezone.now()
    if left >= timedelta():
        return _("%(time)s left") % {"time": _span(left)}
    return _("%(time)s overdue") % {"time": _span(-left)}


@register.filter
def due_class(case) -> str:
    """`over`, `soon` (under two days) or nothing: the colour of the words."""
    if not (case.is_open and case.due_at):
        return ""
    left = case.due_at - timezone.now()
    return "over" if left < timedelta() else "soon" if left < SOON else ""


def _span(time: timedelta) -> str:
    hours, minutes = time.seconds // 3600, time.seconds // 60
    if time >= WITH_HOURS or (time.days and not hours):
        return _("%(days)s d") % {"days": time.days}
    if time.days:
        return _("%(days)s d %(hours)s h") % {"days": time.days, "hours": hours}
    if hours:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(minutes)s min") % {"minutes": minutes}


@register.filter
def playing_time(seconds) -> str:
    """“1:05”, “1:02:09”; empty where it is not known."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def compass_word(bearing_deg) -> str:
    """One of eight directions; a word for “here” where two points are the same and none leads there."""
    return _("here") if bearing_deg is None else str(_direction(bearing_deg)[0])


@register.filter
def compass_arrow(bearing_deg) -> str:
    return "•" if bearing_deg is None else _direction(bearing_deg)[1]


def _direction(bearing_deg):
    return COMPASS[round(bearing_deg / 45) % 8]


@register.filter
def grouped(number) -> str:
    """1,842: as the legend's counts, which the browser writes."""
    return f"{number:,}"


@register.filter
def degrees(number) -> str:
    """Six decimals, a tenth of a metre: what a converted coordinate can be trusted to."""
    return f"{number:.6f}"
