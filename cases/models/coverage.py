"""What is known of every grid cell's watch: kept beforehand, so that a page asks for a city's coverage at once."""

from django.contrib.gis.db import models

from cases.querysets import CellMarkQuerySet
from gis_core import srid
from gis_core.db.functions import RegionKeyed


class CellFacts(models.Model):
    """A cell's watch as of `CoverageState.day`, worked out by `cases.coverage_facts`; what passes with the hour (is
    it stale?) and with the people (is it staffed?) is asked when it is read.

    `seen` is the ground seen along tracks since the cell's last round began; `tracked`: one of them led through.
    `heat` is taken at the end of the day. `reports` and `others` are cases of the last silent_days: from grid and
    patrol, and from elsewhere; `others_true` and `true_cases` those found to be true.
    """

    pk = models.CompositePrimaryKey("region_id", "cell_id")
    region = models.ForeignKey("boundaries.Region", models.CASCADE, related_name="+", db_index=False)
    cell = models.ForeignKey("boundaries.GridCell", models.CASCADE, related_name="facts")
    area_m2 = models.FloatField()
    last_visit_at = models.DateTimeField(null=True)
    last_patrol = models.ForeignKey(
        "boundaries.Patrol", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    tracked = models.BooleanField()
    seen = models.GeometryField(srid=srid.STORAGE, null=True, spatial_index=False)
    seen_m2 = models.FloatField()
    open_cases = models.IntegerField()
    cases = models.IntegerField()
    heat = models.FloatField()
    reports = models.IntegerField()
    others = models.IntegerField()
    others_true = models.IntegerField()
    true_cases = models.IntegerField()

    def __str__(self):
        return f"{self.cell_id}: {self.last_visit_at or ''}"


class CellMark(RegionKeyed):
    """Something changed for a cell, for whichever cells hold a place, or (both empty) for all of a region. A visit that
    came in is named: what is known grows by it, and is not worked out anew.

    Written by database triggers under any write, taken away by whoever reads the facts next.
    """

    cell_id = models.BigIntegerField(null=True)
    place = models.PointField(srid=srid.STORAGE, null=True, spatial_index=False)
    visit_id = models.BigIntegerField(null=True)

    objects = CellMarkQuerySet.as_manager()

    def __str__(self):
        return f"{self.region_id} {self.cell_id or self.place or ''}"


class CoverageState(models.Model):
    """The day that a region's facts are of; its lock is held while they are made."""

    region = models.OneToOneField("boundaries.Region", models.CASCADE, primary_key=True, related_name="+")
    day = models.DateField(null=True)

    def __str__(self):
        return f"{self.region_id} {self.day}"


class CoverageDay(models.Model):
    """A day's figures (`cases.coverage.Figures`) by area code, "" for the region: kept so that a year is a line."""

    pk = models.CompositePrimaryKey("region_id", "day")
    region = models.ForeignKey("boundaries.Region", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    level = models.PositiveSmallIntegerField()
    figures = models.JSONField()

    def __str__(self):
        return f"{self.region_id} {self.day}"
