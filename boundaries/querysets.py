"""Words for reading the land: chainable, one query each."""

from django.contrib.gis.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone


def valid_on(day):
    """Condition on `valid_from` ≤ day ≤ `valid_to`; an empty `valid_to` has no end."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class EditionQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status="published")

    def in_force(self, day=None):
        """Published and not after `day`, the one in force first."""
        day = day or timezone.localdate()
        return self.published().filter(valid_from__lte=day).order_by("-valid_from", "-published_at", "-pk")

    def current(self, region, day=None):
        """The region's edition in force on `day` (today when empty), or None; nobody's region has none."""
        return self.in_force(day).filter(region=region).first() if region else None

    def current_anywhere(self, day=None):
        """The edition in force of whichever region has the newest, or None."""
        return self.in_force(day).first()


class AreaQuerySet(models.QuerySet):
    def covering(self, point):
        """Areas the point lies in; a point on a shared edge lies in both."""
        return self.filter(geom__covers=point)

    def for_list(self):
        return self.select_related("group", "edition").defer("geom", "group__territory", "edition__outline")


class GridCellQuerySet(models.QuerySet):
    def valid_on(self, day):
        return self.filter(valid_on(day))

    def of_level(self, level):
        return self.filter(level=level)

    def with_staffed(self, day):
        """`staffed`: somebody answers for the cell on `day`, and is there."""
        posts = self.model._meta.get_field("posts").related_model.objects
        return self.annotate(staffed=Exists(posts.answering().on_duty(day).filter(cell=OuterRef("pk"))))

    def with_posts(self, day):
        """`posted`: a list of who is posted on `day`, each with `away`; deputies behind those they stand in for."""
        posts = self.model._meta.get_field("posts").related_model.objects
        posts = posts.valid_on(day).with_away(day).select_related("user", "unit", "deputy_of").by_role()
        return self.prefetch_related(Prefetch("posts", queryset=posts, to_attr="posted"))

    def with_somebody_away(self, day):
        """Cells of which somebody posted is on leave on `day`."""
        posts = self.model._meta.get_field("posts").related_model.objects
        return self.filter(Exists(posts.valid_on(day).with_away(day).filter(cell=OuterRef("pk"), away=True)))


class GridPostQuerySet(models.QuerySet):
    def valid_on(self, day):
        return self.filter(valid_on(day))

    def answering(self):
        """Grid leaders and grid workers; embedded staff are posted beside them."""
        return self.filter(role__in=self.model.ANSWERING)

    def on_duty(self, day):
        """Valid on `day`, and not on leave."""
        return self.valid_on(day).exclude(self._away(day))

    def with_away(self, day):
        """`away`: on leave on `day`."""
        return self.annotate(away=self._away(day))

    def by_role(self):
        """The grid leader first, then workers, then embedded staff; deputies last of each."""
        place = {role: number for number, role in enumerate(self.model.Role.values)}
        order = Case(*(When(role=role, then=number) for role, number in place.items()), default=len(place))
        return self.order_by(order, F("deputy_of").asc(nulls_first=True), "holder", "pk")

    def _away(self, day):
        leaves = self.model._meta.get_field("leaves").related_model.objects
        return Exists(leaves.filter(post=OuterRef("pk"), first_day__lte=day).exclude(last_day__lt=day))


class PatrolQuerySet(models.QuerySet):
    def doubtful(self):
        """Not counted, and not looked at by a coordinator yet."""
        return self.filter(counts=False, accepted_at__isnull=True)

    def for_list(self):
        """With the cells that each visited (`visits`), and how many points and check-ins it has."""
        visits = self.model._meta.get_field("visits").related_model.objects
        cells = Prefetch("visits", queryset=visits.for_list())
        told = self.select_related("officer", "unit", "accepted_by").defer(
            "points", "times", "accuracies", "track", "sketch"
        )
        check_ins = self.model._meta.get_field("check_ins").related_model.objects
        counted = check_ins.filter(patrol=OuterRef("pk")).order_by().values("patrol").annotate(number=Count("pk"))
        return told.prefetch_related(cells).annotate(
            point_count=Coalesce(F("times__len"), 0), check_in_count=Coalesce(counted.values("number"), 0)
        )

    def doubtful_first(self):
        return self.order_by(Case(When(counts=False, accepted_at=None, then=0), default=1), "-ended_at", "-pk")


class PatrolVisitQuerySet(models.QuerySet):
    def for_list(self):
        return self.select_related("cell").defer("seen", "cell__geom").order_by("-entered", "cell__code")

    def evident(self, moment):
        """Visits that count, of patrols that had ended by `moment`."""
        return self.filter(entered=True, counts=True, ended_at__lte=moment)


class PatrolPlanQuerySet(models.QuerySet):
    def for_person(self, user):
        """Plans on which `user` has a route, once they are sent."""
        return self.filter(status="sent", routes__user=user)

    def for_page(self):
        """With routes and stops, in order, in two more queries."""
        return self.prefetch_related("routes__unit", "routes__user", "stops__cell")
