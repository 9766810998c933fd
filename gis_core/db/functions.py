"""PostgreSQL and PostGIS words that GeoDjango lacks, one small class each."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import GeoFunc
from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField


class CurrentTransaction(Func):
    """The number of the running transaction, as bigint: total order of who began when."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()
    arity = 0


class Bigrams(Func):
    """Every pair of neighbouring characters of the texts, lower case: makes two Chinese characters findable."""

    function = "text_bigrams"
    output_field = ArrayField(TextField())


class Azimuth(GeoFunc):
    """Bearing from the first point to the second in degrees clockwise from north, on the ellipsoid (geography)."""

    arity = 2
    geom_param_pos = (0, 1)
    output_field = models.FloatField()
    template = "degrees(ST_Azimuth(%(expressions)s))"

    def as_sql(self, compiler, connection, **extra):
        return super().as_sql(compiler, connection, arg_joiner="::geography, ", **extra)


class RegionKeyed(models.Model):
    """A case-side row: its region is part of its primary key in the database.

    Django's key stays `id`; the migration turns it into PRIMARY KEY (id, region_id) with `keys.RegionKey`,
    so that the table can later be distributed by region.
    """

    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True
