"""The land on the map: responsibility areas and grid cells."""

from datetime import date

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boundaries import ground, versions
from boundaries.duty import ANSWERING, ON_DUTY
from boundaries.models import CooperationGroup, Edition, GridCell
from gis_core import srid
from gis_core.days import DayFilter
from gis_core.layers import Layer, LegendEntry, register
from gis_core.tiles import ENVELOPE, Tile, clipped

AREAS = f"""
WITH {ENVELOPE}, shown AS MATERIALIZED (
    SELECT a.id, a.code, a.name, coalesce(g.code, '') AS group_code, coalesce(g.name, '') AS group_name,
           coalesce(g."order", 0) AS group_order, e.schematic, a.geom
    FROM envelope, boundaries_area a
    JOIN boundaries_edition e ON e.id = a.edition_id
    LEFT JOIN boundaries_cooperationgroup g ON g.id = a.group_id
    WHERE a.edition_id = %(edition)s AND a.geom && envelope.storage
), polygons AS (
    SELECT id, code, name, group_code, group_name, group_order, schematic, {clipped("shown.geom")} AS geom
    FROM shown, envelope
), labels AS (
    SELECT id, code, name, group_order,
           ST_AsMVTGeom(ST_Transform(centre, {srid.TILES}), envelope.plane, 4096, 0) AS geom
    FROM envelope, (SELECT shown.*, (ST_MaximumInscribedCircle(geom)).center AS centre FROM shown) placed
    WHERE centre && envelope.storage
)
SELECT coalesce((SELECT ST_AsMVT(polygons, 'areas', 4096, 'geom', 'id') FROM polygons WHERE geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(labels, 'areas-labels', 4096, 'geom', 'id') FROM labels WHERE geom IS NOT NULL), '')
"""  # noqa: S608 - only constants are put in
STAFFED = f"""EXISTS (SELECT FROM boundaries_gridpost p WHERE p.cell_id = c.id
        AND p.role IN ({ANSWERING}) AND {ON_DUTY})"""
CELLS = """
    FROM boundaries_gridcell c, envelope
    WHERE c.region_id = %(region)s AND c.level = %(level)s AND c.geom && envelope.storage
      AND c.valid_from <= %(day)s AND (c.valid_to IS NULL OR c.valid_to >= %(day)s)"""
GRIDS = f"""
WITH {ENVELOPE}, shown AS (
    SELECT c.id, c.code, c.name, c.level, c.area_code, ({STAFFED})::int AS staffed, {clipped("c.geom")} AS geom {CELLS}
)
SELECT ST_AsMVT(shown, 'grids', 4096, 'geom', 'id') FROM shown WHERE geom IS NOT NULL
"""  # noqa: S608 - only constants are put in


class LandFilter(django_filters.FilterSet):
    """`at`: the land as it was on that day, its edition and its grid cells."""

    at = DayFilter(
        method="unchanged", label=_("as of"), help_text="The land as it was on that day; today when it is left out."
    )

    class Meta:
        model = Edition
        fields = ()

    def unchanged(self, queryset, _name, _day):
        return queryset


def _edition_of(user, day=None):
    return Edition.objects.defer("outline").current(user and user.region_id, day)


def _areas_are_schematic(user) -> bool:
    edition = _edition_of(user)
    return bool(edition and edition.schematic)


def _cells_are_schematic(user) -> bool:
    day = timezone.localdate()
    cells = GridCell.objects.filter(region=user.region_id, schematic=True).valid_on(day)
    return cells.of_level(ground.working_tier(user.region_id, day)).exists()


def land_is_schematic(user) -> bool:
    """Areas or the cells that are watched are drawn schematically today."""
    return _areas_are_schematic(user) or _cells_are_schematic(user)


def day_of(filters) -> date:
    """The day asked for, as `LandFilter` found it sound; today without one."""
    asked = LandFilter(filters).form
    asked.full_clean()
    return asked.cleaned_data.get("at") or timezone.localdate()


def _land_query(text):
    def query(tile: Tile, user, filters):
        day = day_of(filters)
        edition = _edition_of(user, day)
        level = ground.working_tier(user.region_id, day)
        parameters = {"region": user.region_id, "edition": edition and edition.pk, "day": day, "level": level}
        return text, {**tile.parameters, **parameters}

    return query


def _staff(user):
    """Everybody who signs in may see the land; cases have a policy of their own."""
    return user.is_authenticated


def _region_of(user):
    return user.region_id


def _groups_legend(user=None):
    groups = CooperationGroup.objects.filter(edition=_edition_of(user)).defer("territory")
    return tuple(LegendEntry(group.code, group.name, "fill", f"--land-{(group.order - 1) % 3 + 1}") for group in groups)


register(
    Layer(
        slug="areas",
        title=_("Responsibility areas"),
        kind="polygon",
        query=_land_query(AREAS),
        filterset=LandFilter,
        visible_to=_staff,
        version=versions.of_land,
        scope=_region_of,
        fields={
            "code": "String",
            "name": "String",
            "group_code": "String",
            "group_name": "String",
            "group_order": "Number",
            "schematic": "Boolean",
        },
        legend=_groups_legend,
        schematic=_areas_are_schematic,
        parts={"areas-labels": {"code": "String", "name": "String", "group_order": "Number"}},
    )
)
register(
    Layer(
        slug="grids",
        title=_("Grid cells"),
        kind="polygon",
        query=_land_query(GRIDS),
        filterset=LandFilter,
        visible_to=_staff,
        version=versions.of_land,
        scope=_region_of,
        fields={
            "code": "String",
            "name": "String",
            "level": "Number",
            "area_code": "String",
            "staffed": "Number",
        },
        schematic=_cells_are_schematic,
        default=False,
    )
)
