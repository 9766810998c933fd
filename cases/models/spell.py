"""How the map stood on any day gone by: kept by database triggers under any write to cases."""

from django.contrib.gis.db import models
from django.db.models import F, Q

from cases.querysets import CaseSpellQuerySet
from cases.workflow import Status
from gis_core.db.functions import RegionKeyed


class CaseSpell(RegionKeyed):
    """A span of time in which a case stood in one state, group, area and place; `until_at` is empty while it lasts.

    The first begins with the report, each further one with the act that ended the one before. `group_now` is the
    group that answers for the case today: who may see it is asked of today, whatever day is looked at. `quad` is the
    place with the bits of x and y by turns, so that every map tile is one range of it. A change waits (`dated` is
    false) for the act of its own transaction (`xact`), which says when it took effect.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="spells", db_constraint=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=16, choices=Status)
    group_code = models.CharField(max_length=12)
    area_code = models.CharField(max_length=12)
    group_now = models.CharField(max_length=12)
    channel = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    world_x = models.IntegerField(help_text="world pixels as in world_x()")
    world_y = models.IntegerField()
    quad = models.BigIntegerField()
    dated = models.BooleanField(default=True)
    xact = models.BigIntegerField()

    objects = CaseSpellQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("region", "case"), condition=Q(until_at=None), name="one_spell_lasts"),
            models.CheckConstraint(condition=Q(until_at=None) | Q(until_at__gte=F("from_at")), name="spell_runs_on"),
        )
        indexes = (
            models.Index(
                fields=("region", "quad"),
                include=("from_at", "until_at", "status", "group_code", "group_now", "case", "world_x", "world_y"),
                name="spell_place",
            ),
            models.Index(fields=("xact",), name="spell_undated", condition=Q(dated=False)),
        )

    def __str__(self):
        return f"{self.case_id} {self.status} {self.from_at}–{self.until_at or ''}"


class CaseDay(models.Model):
    """How many of a group's cases began and ended on a day of the bureau's calendar, the group being today's."""

    pk = models.CompositePrimaryKey("region_id", "day", "group_code")
    region = models.ForeignKey("boundaries.Region", models.CASCADE, related_name="+")
    day = models.DateField()
    group_code = models.CharField(max_length=12)
    begun = models.IntegerField()
    ended = models.IntegerField()

    def __str__(self):
        return f"{self.day} {self.group_code}: +{self.begun} -{self.ended}"
