"""Words for reading cases and their trail: chainable, one query each."""

import math
from datetime import timedelta

from django.contrib.gis.db import models
from django.contrib.gis.geos import Polygon
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Now

from cases.workflow import OPEN, STAGES, Stage
from gis_core.db.functions import Bearing, Metres, MetresOnSphere, PointOf, VisibleIn, WithinMetres

METRES_PER_DEGREE = 110_000  # of latitude
SOON = timedelta(days=3)
SPHERE_MARGIN = 1.02  # covers twice the sphere's error, so that no nearer case is left out


class CaseQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status__in=OPEN)

    def ended(self):
        return self.exclude(status__in=OPEN)

    def with_stage(self):
        """`stage_now`: the map's class as of this moment, as `Case.stage` says it."""
        late = When(status__in=OPEN, due_at__lt=Now(), then=Value(Stage.OVERDUE.value))
        rest = (
            When(status__in=[status for status in STAGES if STAGES[status] is stage], then=Value(stage.value))
            for stage in dict.fromkeys(STAGES.values())
        )
        return self.annotate(stage_now=Case(late, *rest, output_field=models.CharField()))

    def of_stages(self, stages):
        """Of those classes of the map as of this moment, as `Case.stage` says it: who is overdue is of no other."""
        late = Q(status__in=OPEN, due_at__isnull=False, due_at__lt=Now())
        wanted = Q(status__in=[status for status in STAGES if STAGES[status] in stages]) & ~late
        return self.filter(wanted | late if Stage.OVERDUE in stages else wanted)

    def overdue(self):
        return self.open().filter(due_at__lt=Now())

    def due_soon(self):
        """Open, with a deadline within three days that has not passed."""
        return self.open().filter(due_at__gte=Now(), due_at__lt=Now() + SOON)

    def in_box(self, box):
        """Inside or on the edge of a lon/lat polygon's box; by the storage geometry's own index."""
        return self.filter(geom__bboverlaps=box)

    def matching(self, text):
        """Case number or address contains `text`, whatever the case of letters; the bigram index finds them."""
        text = text.strip().lower()
        pairs = sorted({text[i : i + 2] for i in range(len(text) - 1)})
        found = self.filter(search__contains=pairs) if pairs else self
        if len(text) == 2:  # said by the index alone; a second condition would make the planner expect too few
            return found
        return found.filter(Q(case_no__icontains=text) | Q(address__icontains=text))

    def newest_first(self):
        return self.order_by("-reported_at", "-id")

    def nearest_due_first(self):
        """The nearest deadline first, those without one last."""
        return self.order_by(F("due_at").asc(nulls_last=True), "id")

    def within_metres(self, point, radius_m):
        """At most `radius_m` metres from the point on the ellipsoid."""
        return self.filter(WithinMetres(F("geom"), point, radius_m))

    def around(self, point, radius_m):
        """The same, by the index on the geometry, which ended cases are in too: for circles of some metres.

        The box finds and the circle decides; a degree of latitude is taken at its shortest, so that nothing is cut.
        """
        up = radius_m / METRES_PER_DEGREE
        aside = up / max(math.cos(math.radians(point.y)), 0.01)
        box = Polygon.from_bbox((point.x - aside, point.y - up, point.x + aside, point.y + up))
        box.srid = point.srid
        return self.in_box(box).within_metres(point, radius_m)

    def nearest(self, point, radius_m, limit):
        """The `limit` nearest within `radius_m`, with `distance_m` (ellipsoid) and `bearing_deg`.

        The index walks by distance on the sphere, which is up to 0.6 % off: it finds how far to look, and
        those found are put in order by the true distance.
        """
        by_sphere = self.within_metres(point, radius_m).annotate(apart=MetresOnSphere(F("geom"), point))
        farthest = by_sphere.order_by("apart").values_list("apart", flat=True)[limit - 1 : limit]
        reach = min([radius_m, *(metres * SPHERE_MARGIN for metres in farthest)])
        return (
            self.within_metres(point, reach)
            .annotate(distance_m=Metres(F("geom"), point), bearing_deg=Bearing(point, F("geom")))
            .order_by("distance_m", "id")[:limit]
        )

    def for_list(self):
        return self.select_related("lead_unit", "handling_unit", "addressee").defer("search", "description")


class EvidenceQuerySet(models.QuerySet):
    def photos(self):
        return self.filter(medium="photo")

    def unreviewed(self):
        """What a device recorded and nobody has reviewed: not usable yet."""
        return self.filter(from_device=True, reviewed_at__isnull=True)

    def with_distance(self):
        """`distance_m` from the case's point to the place of capture, or else to the one that the file claims;
        None where neither is known."""
        claimed = PointOf(F("claimed_lon"), F("claimed_lat"))
        return self.annotate(distance_m=Metres(Coalesce("captured", claimed), F("case__geom")))

    def for_list(self):
        return self.select_related("added_by", "reviewed_by", "unit", "case").defer("case__search").with_distance()


class CaseEventQuerySet(models.QuerySet):
    def became_visible(self, region, seen, now):
        """The region's events visible in the snapshot `now` and not yet in `seen` (pg_snapshot as text), in feed
        order. The index of the feed begins with the region: without it the whole trail is read."""
        return (
            self.filter(region=region)
            .filter(~VisibleIn(F("xact"), seen), VisibleIn(F("xact"), now), xact__gte=int(seen.split(":")[0]))
            .order_by("xact", "id")
        )

    def behind(self, xact, event_id):
        """Events after a place in feed order."""
        return self.filter(Q(xact__gt=xact) | Q(xact=xact, id__gt=event_id))

    def seen_by(self, cases):
        """Events of the cases in the queryset."""
        return self.filter(case__in=cases).select_related("case").defer("case__search", "case__description")


class ClockQuerySet(models.QuerySet):
    def running(self):
        """Neither stopped nor ended by anybody; paused ones among them."""
        return self.filter(stopped_at=None)

    def with_history(self):
        """Each with its rule, pauses and extensions: three queries more, however many clocks."""
        return self.prefetch_related("rule", "pauses", "extensions")


class CellMarkQuerySet(models.QuerySet):
    def of_everything(self):
        """Marks after which nothing that is known of a region's cells holds."""
        return self.filter(cell_id=None, place=None)


class CaseSpellQuerySet(models.QuerySet):
    def standing(self, moment):
        """Those that lasted at that moment; what happened at the very moment had not happened yet."""
        return self.filter(lasting(moment))


def lasting(moment, prefix=""):
    """Condition on `from_at` < moment ≤ `until_at`; an empty `until_at` has no end."""
    until = Q(**{f"{prefix}until_at": None}) | Q(**{f"{prefix}until_at__gte": moment})
    return Q(**{f"{prefix}from_at__lt": moment}) & until
