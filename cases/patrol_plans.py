"""From coverage to a patrol plan: which ground is most at risk, who may walk it, and why each stop is on it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib.gis.db.models.functions import Distance, PointOnSurface
from django.contrib.gis.geos import GeometryCollection, GEOSGeometry, Point
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from boundaries import planning
from boundaries.models import Area, Edition, GridCell, GridPost, PatrolPlan, PlanRoute, User
from boundaries.plan_progress import LATE_DAYS
from boundaries.planning import Ground, Walker
from cases import coverage, notices
from cases.coverage import CellCoverage, GapCoverage
from cases.permissions import GRANTS, Capability, scope_of, visible_cases
from gis_core import srid

NEAR = 0.01  # degrees, about a kilometre
MOST_WHY = 400  # of PlanStop.why


def covered(user) -> coverage.Coverage | None:
    """Coverage of today as far as `user` may see it: of the areas of their groups, where they see by group."""
    if not user.region_id:
        return None
    found = coverage.of(user.region_id)
    scope = scope_of(user)
    if found is None or scope.everything:
        return found
    edition = Edition.objects.current(user.region_id)
    areas = Area.objects.filter(edition=edition, group__code__in=scope.groups).values_list("code", flat=True)
    return found.within(set(areas))


def chosen(found: coverage.Coverage, codes: Iterable[str]) -> tuple[list, list[str]]:
    """(what the codes name, codes that name nothing), each once, in the order given."""
    known = {one.code: one for one in (*found.cells, *found.gaps)}
    codes = list(dict.fromkeys(codes))
    return [known[code] for code in codes if code in known], [code for code in codes if code not in known]


def area_names(user) -> dict[str, str]:
    edition = Edition.objects.current(user.region_id)
    return dict(Area.objects.filter(edition=edition).values_list("code", "name"))


def label_of(one, areas: dict[str, str]) -> str:
    """A cell's name, or whose ground in no cell it is."""
    if isinstance(one, CellCoverage):
        return one.name
    return _("{area}: ground {number} in no cell").format(
        area=areas.get(one.area_code, one.area_code), number=one.number
    )


def grounds(user, found: coverage.Coverage, ones: list) -> list[Ground]:
    """Stops of what was chosen, the most pressing first, each at the open case nearest to its middle, if it has one."""
    ones = sorted(ones, key=found.by_risk.index)
    cells = GridCell.objects.in_bulk([one.pk for one in ones if isinstance(one, CellCoverage)])
    middles = dict(
        GridCell.objects.filter(pk__in=cells).annotate(middle=PointOnSurface("geom")).values_list("pk", "middle")
    )
    areas = area_names(user)
    with translation.override(settings.LANGUAGE_CODE):
        made = []
        for one in ones:
            is_cell = isinstance(one, CellCoverage)
            shape = cells[one.pk].geom if is_cell else GEOSGeometry(one.geom)
            case_no, place = _case_in(user, shape, middles[one.pk] if is_cell else shape.point_on_surface)
            made.append(
                Ground(
                    label=label_of(one, areas), place=place, case_no=case_no, area_code=one.area_code,
                    why=_told(coverage.reasons(one))[:MOST_WHY],
                    cell=one.pk if is_cell else None, ground=None if is_cell else shape,
                )
            )  # fmt: skip
    return made


def _told(sentences: list[str]) -> str:
    """One after the other; a Chinese full stop brings its own space."""
    return "".join(one if one.endswith("。") else f"{one} " for one in sentences).strip()


def _case_in(user, shape, middle: Point) -> tuple[str, Point]:
    middle.srid = srid.STORAGE
    inside = visible_cases(user).open().filter(geom__coveredby=shape)
    nearest = (
        inside.annotate(away=Distance("geom", middle)).order_by("away", "pk").values_list("case_no", "geom").first()
    )
    return nearest or ("", middle)


@dataclass(frozen=True)
class Person:
    """Somebody who can be sent: by account, or by post where the holder has none. `here`: they hold a post of the
    ground that was chosen; `near`: of cells within about a kilometre of it. `holds` are the cells of their posts, with
    whether they answer for it or are posted down beside those who do."""

    key: str
    name: str
    unit: str
    posts: tuple[str, ...] = ()
    here: bool = False
    near: bool = False
    holds: tuple[tuple[int, bool], ...] = ()

    @property
    def is_embedded(self) -> bool:
        return bool(self.holds) and not any(answers for _cell, answers in self.holds)

    @property
    def account(self) -> int | None:
        kind, _sign, number = self.key.partition(":")
        return int(number) if kind == "user" else None


def people(user, ones: list, day: date, last_day: date | None = None) -> list[Person]:
    """Who can be sent on `day` and until `last_day`, those first who hold posts there. Whoever is on leave from all
    posts on one of the days is left out."""
    region = user.region_id
    posts = GridPost.objects.filter(cell__region=region).select_related("cell", "user", "unit").defer("cell__geom")
    cells = {one.pk for one in ones if isinstance(one, CellCoverage)}
    around = _cells_near(region, ones)
    by_key: dict[str, list[GridPost]] = {}
    for post in posts.on_duty(day).order_by("cell__code", "pk"):
        by_key.setdefault(_key(post), []).append(post)
    away = _away(posts, {day, last_day or day})
    able = User.objects.filter(
        region=region, is_active=True, groups__name__in=GRANTS[Capability.RECORD_PATROL]
    ).select_related("unit").distinct()  # fmt: skip
    accounts = {f"user:{person.pk}": person for person in able}
    found = []
    for key in {**by_key, **accounts}:
        held = by_key.get(key, [])
        if key in away or (key.startswith("user:") and key not in accounts):
            continue
        found.append(_person(key, accounts.get(key), held, cells, around))
    return sorted(
        found, key=lambda one: (not one.here, not one.near, one.is_embedded, not one.posts, one.unit, one.name)
    )


def proposed(those: list[Person], ones: list) -> set[str]:
    """Keys of who is ticked beforehand: of each cell one who holds a post there, grid leaders and workers before
    embedded staff. So nobody goes who has no stop."""
    keys: set[str] = set()
    for cell in [one.pk for one in ones if isinstance(one, CellCoverage)]:
        there = [one for answers in (True, False) for one in those if (cell, answers) in one.holds]
        if there and not keys & {one.key for one in there}:
            keys.add(there[0].key)
    return keys


def _key(post: GridPost) -> str:
    return f"user:{post.user_id}" if post.user_id else f"name:{post.holder}"


def _away(posts, days: Collection[date]) -> set[str]:
    """Who has posts on one of the days, and is on duty in none of them."""
    return {
        key for day in days for key in set(map(_key, posts.valid_on(day))) - set(map(_key, posts.on_duty(day)))
    }  # fmt: skip


def _cells_near(region: str, ones: list) -> set[int]:
    shapes = [GEOSGeometry(one.geom) for one in ones if isinstance(one, GapCoverage)]
    chosen_cells = GridCell.objects.filter(pk__in=[one.pk for one in ones if isinstance(one, CellCoverage)])
    shapes += chosen_cells.values_list("geom", flat=True)
    near = GridCell.objects.filter(region=region, geom__dwithin=(GeometryCollection(shapes, srid=srid.STORAGE), NEAR))
    return set(near.values_list("pk", flat=True)) if shapes else set()


def _person(key: str, account: User | None, held: list[GridPost], cells: Collection, around: Collection) -> Person:
    unit = account.unit if account else held[0].unit
    return Person(
        key=key,
        name=str(account) if account else held[0].holder,
        unit=str(unit or ""),
        posts=tuple(dict.fromkeys(post.cell.name for post in held)),
        here=any(post.cell_id in cells for post in held),
        near=any(post.cell_id in around for post in held),
        holds=tuple((post.cell_id, post.role in GridPost.ANSWERING) for post in held),
    )


def walkers(those: list[Person], others: Iterable[str]) -> list[Walker]:
    """Routes are drawn up for these people and for those who are only named."""
    units = dict(User.objects.filter(pk__in=[one.account for one in those]).values_list("pk", "unit"))
    return [
        *(Walker(one.name, one.account, units.get(one.account)) for one in those),
        *(Walker(name) for name in others),
    ]


@transaction.atomic
def send(plan: PatrolPlan, *, by: User, version: int | None = None) -> PatrolPlan:
    """Sent to the people's phones: each is told."""
    held = planning.send(plan, version=version)
    notices.tell_of_plan(held, by=by)
    return held


@transaction.atomic
def withdraw(plan: PatrolPlan, *, by: User, version: int | None = None) -> PatrolPlan:
    held = planning.withdraw(plan, version=version)
    notices.tell_of_plan(held, by=by)
    return held


def usual_name(day: date) -> str:
    return _("Patrol of {day}").format(day=day.isoformat())


def routes_of(user) -> list[PlanRoute]:
    """The person's routes of sent plans that can still be done, the nearest day first, then those of yesterday."""
    today = timezone.localdate()
    found = PlanRoute.objects.filter(
        user=user, plan__region=user.region_id, plan__status=PatrolPlan.Status.SENT,
        plan__day__gte=today - timedelta(days=LATE_DAYS + 1),
    )  # fmt: skip
    found = found.select_related("plan").prefetch_related("stops__cell")
    still = [route for route in found if route.plan.last_day >= today - timedelta(days=LATE_DAYS)]
    return sorted(still, key=lambda route: (route.plan.last_day < today, route.plan.day, route.pk))
