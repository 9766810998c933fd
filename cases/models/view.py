"""Saved views of the list and map: a name for a set of filters."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gis_core.db.functions import RegionKeyed


class SavedView(RegionKeyed):
    """`query` is the list's query string. It is its owner's, or a role's; one of each may open first."""

    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=600, blank=True)
    owner = models.ForeignKey("boundaries.User", models.CASCADE, null=True, related_name="views")
    role = models.CharField(max_length=40, blank=True)
    place = models.PositiveSmallIntegerField(default=0)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ("place", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(owner__isnull=False, role="") | (Q(owner__isnull=True) & ~Q(role="")),
                name="view_of_somebody_or_a_role",
            ),
            models.UniqueConstraint(
                fields=("region", "owner"), condition=Q(is_default=True, role=""), name="one_default_view_a_person"
            ),
            models.UniqueConstraint(
                fields=("region", "role"), condition=Q(is_default=True, owner=None), name="one_default_view_a_role"
            ),
        )

    def __str__(self):
        return self.name
