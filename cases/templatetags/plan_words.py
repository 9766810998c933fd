"""Patrol plans in words."""

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def minutes_words(minutes) -> str:
    """“3 h 20 min”, “20 min”; to the whole minute."""
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


@register.filter
def shift(plan) -> str:
    """“2026-11-20 08:30–17:00”; of a shift over midnight both days."""
    last = f"{plan.last_day.isoformat()} " if plan.is_overnight else ""
    begins, ends = f"{plan.day.isoformat()} {plan.starts:%H:%M}–", f"{last}{plan.ends:%H:%M}"
    return format_html('<span class="whole">{}</span><span class="whole">{}</span>', begins, ends)


@register.filter
def geo_link(place) -> str:
    """What opens the phone's own navigation, WGS 84 as the scheme says."""
    at = f"{place.y:.6f},{place.x:.6f}"
    return f"geo:{at}?q={at}"
