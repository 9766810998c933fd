"""What the policy says, for templates: a way that leads to a refusal is not offered."""

from django import template

from cases import permissions

register = template.Library()


@register.filter
def may(user, capability: str) -> bool:
    """`user|may:"REPORT"`; an unknown capability is an error."""
    return permissions.may(user, permissions.Capability[capability])


@register.filter
def begins(name: str, words: str) -> bool:
    """Whether the name of a route is of one of these families: `stats` and `stats-cases` are of `stats`."""
    return bool(name) and name.split("-")[0] in words.split()
