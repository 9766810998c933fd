"""Words for reading cases and their trail: chainable, one query each."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.measure import D
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from cases.workflow import OPEN
from gis_core.db.functions import Azimuth


class CaseQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status__in=OPEN)

    def ended(self):
        return self.exclude(status__in=OPEN)

    def in_box(self, box):
        """Inside or on the edge of a lon/lat polygon's box; by the storage geometry's own index."""
        return self.filter(geom__bboverlaps=box)

    def newest_first(self):
        return self.order_by("-reported_at", "-id")

    def near(self, point, radius_m):
        """Within `radius_m` metres on the ellipsoid, nearest first, with `distance` and `bearing_deg`."""
        return (
            self.filter(geom__dwithin_geography=(point, radius_m))
            .annotate(distance=Distance(F("geom"), point), bearing_deg=Azimuth(point, F("geom")))
            .order_by("distance", "id")
        )

    def for_list(self):
        return self.select_related("lead_unit").defer("search", "description")


class CaseEventQuerySet(models.QuerySet):
    def after(self, xact, event_id):
        """Events behind the cursor whose transactions, and all older ones, are settled."""
        settled = RawSQL("(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)", ())
        behind = Q(xact__gt=xact) | Q(xact=xact, id__gt=event_id)
        return self.filter(behind, xact__lt=settled).order_by("xact", "id")
