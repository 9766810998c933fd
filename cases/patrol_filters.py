"""Which patrols a list shows: by cell, person and day."""

import django_filters
from django.utils.translation import gettext_lazy

from boundaries.models import Patrol, PatrolVisit
from gis_core.days import DayFilter


class PatrolFilter(django_filters.FilterSet):
    """Days are those on which a patrol ended."""

    cell = django_filters.CharFilter(
        method="in_cell", max_length=15, label=gettext_lazy("Grid cell"), help_text="Code of a cell that it entered."
    )
    officer = django_filters.CharFilter(
        method="of_officer", max_length=150, label=gettext_lazy("Person"), help_text="Name of the account."
    )
    first = DayFilter(
        field_name="ended_at", lookup_expr="date__gte", label=gettext_lazy("from"), help_text="The first day."
    )
    last = DayFilter(
        field_name="ended_at", lookup_expr="date__lte", label=gettext_lazy("to"), help_text="The last day."
    )

    class Meta:
        model = Patrol
        fields = ()

    @classmethod
    def get_filters(cls):
        """`from` and `to`: the first is a word of the language and cannot be declared as a name."""
        found = super().get_filters()
        return {{"first": "from", "last": "to"}.get(name, name): one for name, one in found.items()}

    def in_cell(self, found, _name, code):
        entered = PatrolVisit.objects.filter(cell__code=code, entered=True)
        return found.filter(pk__in=entered.values("patrol"))

    def of_officer(self, found, _name, username):
        return found.filter(officer__username=username)
