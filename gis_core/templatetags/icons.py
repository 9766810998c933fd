"""Pictures drawn into the page: Lucide's icons and the map's own symbols."""

import re
from functools import cache

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@cache
def drawing(name: str) -> SafeString:
    """What stands inside the icon's own `<svg>`; a name Lucide lacks is an error."""
    source = (settings.NODE_MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text()
    return mark_safe(" ".join(DRAWING.search(source)[1].split()))  # noqa: S308 - a file of a pinned package


@register.simple_tag
def icon(name, label="", size=16):
    """Lucide's `name` at 16 or 20 px; without a `label` it is hidden from screen readers."""
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon icon-{}" viewBox="0 0 24 24" focusable="false" {}>{}</svg>',
        size,
        said,
        drawing(name),
    )


@register.simple_tag
def symbol(stage, label=""):
    """The map's symbol of a stage (overdue, waiting, assigned, working, check, closed)."""
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="symbol s-{0}" viewBox="-9 -9 18 18" {1}><use href="#symbol-{0}"/></svg>', stage, said
    )
