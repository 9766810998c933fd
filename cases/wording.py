"""What a case is about, in one line."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def subject(case) -> str:
    """The first violation and how many more."""
    labels = case.violation_labels
    if not labels:
        return _("Violation not yet named")
    more = len(labels) - 1
    others = ngettext("%(first)s and %(n)s more", "%(first)s and %(n)s more", more)
    return capfirst(others % {"first": labels[0], "n": more} if more else str(labels[0]))
