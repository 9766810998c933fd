"""What publishing computes from an edition's areas so that a point finds its answer in one row."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField

from boundaries.models.edition import Area, Edition
from boundaries.models.organisation import CooperationGroup


class Holding(models.Model):
    """The ground an area really answers for: its polygon less every area that goes before it.

    Polygons in the edition's metric zone (`Edition.metric_srid`), metres; distances to groups are measured
    against these. See `boundaries.holdings`.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="holdings")
    area = models.OneToOneField(Area, models.CASCADE, related_name="holding")
    group = models.ForeignKey(CooperationGroup, models.CASCADE, related_name="+", null=True, db_index=False)
    geom = models.GeometryField(srid=0)

    def __str__(self):
        return f"holding of {self.area_id}"


class Square(models.Model):
    """Who holds a small square of an edition's grid, and what distances are measured against there.

    `x` and `y` count squares of 1/`Edition.squares_per_degree` degree from 0° E, 0° N. Its holders stand in order
    of precedence: a point belongs to the first whose piece it is in (see `boundaries.squares`). An empty piece is
    all that is left; no pieces at all, the whole square. An area is empty where a gap or a neighbour lies: rule
    and name then say which. The holder n's `fronts`, one per area of `others`, are those numbered from
    starts[n] + 1 to starts[n + 1]: lines of other groups' holdings that may be nearest to such a point or within
    `boundaries.fronts.REACH_M` of it.
    """

    pk = models.CompositePrimaryKey("edition_id", "x", "y")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+", db_index=False)
    x = models.IntegerField()
    y = models.IntegerField()
    area_ids = ArrayField(models.BigIntegerField(null=True))
    rules = ArrayField(models.CharField(max_length=12))
    names = ArrayField(models.CharField(max_length=60))
    pieces = ArrayField(models.GeometryField(srid=0, null=True), null=True)
    fronts = ArrayField(models.GeometryField(srid=0))
    others = ArrayField(models.BigIntegerField())
    starts = ArrayField(models.SmallIntegerField())

    def __str__(self):
        return f"{self.x}/{self.y}"
