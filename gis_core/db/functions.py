"""PostgreSQL and PostGIS words that GeoDjango lacks, one small class each."""

from django.contrib.gis.db import models
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Func, TextField, Value

from gis_core import srid
from gis_core.db.measured import square_metres


class CurrentTransaction(Func):
    """The number of the running transaction, as bigint: total order of who began when."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()
    arity = 0


class VisibleIn(Func):
    """True where a transaction number was committed in a snapshot, given as PostgreSQL writes it (xmin:xmax:…)."""

    template = "pg_visible_in_snapshot(%(expressions)s)"
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, xact, snapshot, **extra):
        number = Func(xact, template="(%(expressions)s::text::xid8)", output_field=TextField())
        text = Func(Value(snapshot), template="(%(expressions)s::pg_snapshot)", output_field=TextField())
        super().__init__(number, text, **extra)


class Percentiles(Aggregate):
    """The values that the given shares of the rows do not exceed, read off between neighbours (percentile_cont); rows
    without a value do not count, and without any it is NULL."""

    template = "percentile_cont(%(shares)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    name = "Percentiles"

    def __init__(self, expression, shares, **extra):
        wanted = ", ".join(str(float(share)) for share in shares)
        super().__init__(expression, shares=f"ARRAY[{wanted}]", **extra)


class Longitude(Func):
    """A point's x, in degrees."""

    function = "ST_X"
    output_field = models.FloatField()


class Latitude(Func):
    """A point's y, in degrees."""

    function = "ST_Y"
    output_field = models.FloatField()


class PointOf(Func):
    """The WGS 84 point of two columns in degrees; NULL where either is."""

    template = f"ST_SetSRID(ST_MakePoint(%(expressions)s), {srid.STORAGE})"
    output_field = models.PointField(srid=srid.STORAGE)


class Bigrams(Func):
    """Every pair of neighbouring characters of the texts, lower case: makes two Chinese characters findable."""

    function = "text_bigrams"
    output_field = ArrayField(TextField())


def _geography(expression):
    """A point, or a geometry column, seen on the ellipsoid."""
    if isinstance(expression, GEOSGeometry):
        expression = Value(expression, output_field=models.GeometryField(srid=expression.srid))
    return Func(expression, template="(%(expressions)s::geography)", output_field=models.GeometryField(geography=True))


class WithinMetres(Func):
    """True where two points lie at most `metres` apart on the ellipsoid; uses an index on (geom::geography)."""

    function = "ST_DWithin"
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, first, second, metres, **extra):
        super().__init__(_geography(first), _geography(second), Value(float(metres)), **extra)


class Metres(Func):
    """Metres between two points on the ellipsoid."""

    function = "ST_Distance"
    output_field = models.FloatField()

    def __init__(self, first, second, **extra):
        super().__init__(_geography(first), _geography(second), **extra)


class MetresOnSphere(Func):
    """Metres on a sphere, up to 0.4 % off; ordering by it walks the geography index (KNN)."""

    template = "(%(expressions)s)"
    arg_joiner = " <-> "
    output_field = models.FloatField()

    def __init__(self, first, second, **extra):
        super().__init__(_geography(first), _geography(second), **extra)


class SquareMetres(Func):
    """The size of an area on the ellipsoid; NULL where there is none."""

    template = square_metres("(%(expressions)s)")
    output_field = models.FloatField()


class Bearing(Func):
    """Degrees clockwise from north in which the second point lies from the first; NULL where they are equal."""

    template = "degrees(ST_Azimuth(%(expressions)s))"
    output_field = models.FloatField()

    def __init__(self, first, second, **extra):
        super().__init__(_geography(first), _geography(second), **extra)


class WorldX(Func):
    """World pixel of a point, 2^31 from west to east in the tiles' projection."""

    function = "world_x"
    output_field = models.BigIntegerField()


class WorldY(Func):
    """World pixel of a point, 2^31 from north to south in the tiles' projection."""

    function = "world_y"
    output_field = models.BigIntegerField()


class WorldCell(Func):
    """World pixels of a point with their bits interleaved (Morton order): a tile is one range of these numbers."""

    function = "world_cell"
    output_field = models.BigIntegerField()


class RegionKeyed(models.Model):
    """A case-side row: its region is part of its primary key in the database.

    Django's key stays `id`; the migration turns it into PRIMARY KEY (id, region_id) with `keys.RegionKey`,
    so that the table can later be distributed by region.
    """

    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True
