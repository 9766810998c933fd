"""How many notices wait for a person: the bell's number."""

from django import template

from cases.models import Notice

register = template.Library()

MOST = 99


@register.filter
def unread(user) -> str:
    """“3”, “99+”, or nothing; the index of unread notices alone is read."""
    number = Notice.objects.filter(to=user.pk, read_at__isnull=True).order_by()[: MOST + 1].count()
    return f"{MOST}+" if number > MOST else str(number or "")
