"""What publishing computes from an edition's areas so that a point finds its answer in one row."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField

from boundaries.models.edition import Area, Edition
from boundaries.models.organisation import CooperationGroup


class Holding(models.Model):
    """The ground an area really answers for: its polygon less every area that goes before it.

    Polygons in the edition's metric zone (`Edition.metric_srid`), metres; distances to groups are measured
    against these. See `boundaries.fronts`.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="holdings")
    area = models.OneToOneField(Area, models.CASCADE, related_name="holding")
    group = models.ForeignKey(CooperationGroup, models.CASCADE, related_name="+", null=True, db_index=False)
    geom = models.GeometryField(srid=0)

    def __str__(self):
        return f"holding of {self.area_id}"


class Square(models.Model):
    """One answer that a small square of an edition's grid holds; see `boundaries.squares`.

    `x` and `y` count squares of 1/`Edition.squares_per_degree` degree from 0° E, 0° N. A point of the square
    belongs to this row when it is in `piece` (everywhere, when empty) and not in `above`. `area` is empty
    where a gap or a neighbour lies: `rule` and `name` then say which. `front` collects, one part per area of
    `others`, the lines of other groups' holdings that may be nearest to such a point or within
    `boundaries.squares.REACH_M` of it.
    """

    pk = models.CompositePrimaryKey("edition_id", "x", "y", "rank")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+", db_index=False)
    x = models.IntegerField()
    y = models.IntegerField()
    rank = models.SmallIntegerField()
    area = models.ForeignKey(Area, models.CASCADE, related_name="+", null=True, db_constraint=False, db_index=False)
    rule = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    piece = models.GeometryField(srid=0, null=True, spatial_index=False)
    above = models.GeometryField(srid=0, null=True, spatial_index=False)
    front = models.GeometryField(srid=0, null=True, spatial_index=False)
    others = ArrayField(models.BigIntegerField())

    def __str__(self):
        return f"{self.x}/{self.y}/{self.rank}"
