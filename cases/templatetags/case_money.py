"""Money as the bureau writes it."""

from django import template

register = template.Library()


@register.filter
def yuan(amount) -> str:
    """“60,000.00”; a dash for no amount."""
    return "—" if amount is None else f"{amount:,.2f}"
