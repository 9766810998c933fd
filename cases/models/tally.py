"""How many cases lie where: kept by database triggers under any write to cases, so that tiles add up exactly.

A cell is one tile of zoom `level`, numbered in Morton order: those of a tile further up are one range. `sum_x` and
`sum_y` add up world pixels (2^31 across, integers, so no drift): divided by `n` they give the mean position.
"""

from django.db import models


class Counted(models.Model):
    region = models.ForeignKey("boundaries.Region", models.CASCADE, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField()
    cell = models.BigIntegerField()
    n = models.BigIntegerField()
    sum_x = models.BigIntegerField()
    sum_y = models.BigIntegerField()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.level}/{self.cell}: {self.n}"


class CaseCount(Counted):
    """What a map without filters shows: per cell of levels 13 to 19 and `facet`.

    Facets are `open` and `ended`, and each with a group's code behind a colon (`open:G1`; `open:` is nobody's).
    """

    pk = models.CompositePrimaryKey("region_id", "level", "facet", "cell")
    facet = models.CharField(max_length=20)


class CaseTally(Counted):
    """The same by everything that filters count by, per cell of levels 0 (the whole), 13, 15 and 17."""

    pk = models.CompositePrimaryKey(
        "region_id", "level", "ended", "cell", "area_code", "group_code", "status", "channel", "year"
    )
    ended = models.BooleanField()
    area_code = models.CharField(max_length=12)
    group_code = models.CharField(max_length=12)
    status = models.CharField(max_length=16)
    channel = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
