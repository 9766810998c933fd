"""A published edition never changes, whoever asks and however; the next one takes over from its day."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from boundaries import editions, packs, polygons
from boundaries.models import Area, CooperationGroup, Edition, LeadUnit
from cases import assignment
from tests import second_city
from tests.factories import make_case

PARTS = {
    "boundaries_area": "edition_id = %s",
    "boundaries_appointment": "edition_id = %s",
    "boundaries_cooperationgroup": "edition_id = %s",
    "boundaries_neighbour": "edition_id = %s",
    "boundaries_village": "edition_id = %s",
    "boundaries_leadunit": "group_id IN (SELECT id FROM boundaries_cooperationgroup WHERE edition_id = %s)",
    "boundaries_cooperationgroup_members": (
        "cooperationgroup_id IN (SELECT id FROM boundaries_cooperationgroup WHERE edition_id = %s)"
    ),
}
CHANGES = {
    "update": "UPDATE {table} SET id = id WHERE {its}",
    "delete": "DELETE FROM {table} WHERE {its}",
    "insert": "INSERT INTO {table} SELECT * FROM {table} WHERE {its} LIMIT 1",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", PARTS)
def test_no_part_of_a_published_edition_can_be_changed_by_any_statement(xingyang, table, change):
    text = CHANGES[change].format(table=table, its=PARTS[table])
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, [xingyang.pk])


@pytest.mark.parametrize(
    "change",
    ["UPDATE boundaries_edition SET name = 'x' WHERE id = %s",
     "UPDATE boundaries_edition SET status = 'draft' WHERE id = %s",
     "UPDATE boundaries_edition SET valid_from = '2000-01-01' WHERE id = %s",
     "UPDATE boundaries_edition SET schematic = false WHERE id = %s", "DELETE FROM boundaries_edition WHERE id = %s"],
)  # fmt: skip
def test_a_published_edition_itself_cannot_be_changed(xingyang, change):
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [xingyang.pk])


def test_every_table_with_an_edition_is_guarded(xingyang):
    """A table added later and forgotten fails here. What the grid leaves of an edition's areas is the grid's to change."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name FROM information_schema.columns c WHERE c.column_name = 'edition_id'"
            " AND c.table_name LIKE 'boundaries\\_%%' AND c.table_name <> 'boundaries_measuredarea' AND NOT EXISTS (SELECT FROM pg_trigger t"
            " WHERE t.tgrelid = c.table_name::regclass AND t.tgname = 'published_is_immutable')"
        )
        assert cursor.fetchall() == []


def test_the_objects_refuse_too(xingyang):
    for change in (
        lambda: xingyang.areas.first().delete(),
        lambda: Area.objects.filter(edition=xingyang).update(name="x"),
        lambda: LeadUnit.objects.filter(group__edition=xingyang).update(lead_order=9),
        lambda: xingyang.groups.first().members.clear(),
        lambda: CooperationGroup.objects.create(edition=xingyang, code="G9", name="x", order=9),
        lambda: xingyang.delete(),
    ):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            change()


def test_nothing_of_a_published_edition_can_be_moved_into_a_draft(xingyang):
    draft = Edition.objects.create(region=xingyang.region, name="x", valid_from=date(2030, 1, 1))
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Area.objects.filter(edition=xingyang).update(edition=draft)


def test_a_published_edition_can_only_be_withdrawn(xingyang):
    Edition.objects.filter(pk=xingyang.pk).update(status="withdrawn")
    assert Edition.objects.current(xingyang.region_id) is None
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Edition.objects.filter(pk=xingyang.pk).update(status="draft")


@pytest.fixture
def city(db, tmp_path):
    """Publishes the small city with another first day; the groups of its two areas changed about when asked."""

    def publish(valid_from, swapped=False):
        pack, layers, tables = second_city.parts()
        pack["edition"] |= {"name": f"from {valid_from}", "valid_from": str(valid_from)}
        if swapped:
            first, second = pack["groups"]
            first["areas"], second["areas"] = second["areas"], first["areas"]
        return packs.load(second_city.write(tmp_path, pack, layers, tables))

    return publish


def test_an_edition_takes_over_on_its_first_day_and_not_before(city):
    today = date(2026, 6, 1)
    old, new = city(date(2020, 1, 1)), city(today)
    assert Edition.objects.current(old.region_id, today - timedelta(days=1)) == old
    assert Edition.objects.current(old.region_id, today) == new
    assert Edition.objects.current(old.region_id, date(2019, 12, 31)) is None


def test_of_two_editions_of_one_day_the_later_published_holds(city):
    first, second = city(date(2020, 1, 1)), city(date(2020, 1, 1))
    assert Edition.objects.current(first.region_id) == second


def test_a_case_keeps_the_edition_that_it_was_taken_down_under(city):
    old = city(date(2020, 1, 1))
    place = {"region": old.region, "lon": second_city.IN_G1[0], "lat": second_city.IN_G1[1]}
    before = make_case(**place)
    new = city(date(2021, 1, 1), swapped=True)
    after = make_case(**place)
    before.refresh_from_db()
    assert (before.edition, before.group_code) == (old, "G1")
    assert (after.edition, after.group_code) == (new, "G2")


def draft_of(region, **changes):
    return Edition.objects.create(region=region, name="draft", valid_from=date(2020, 1, 1), **changes)


def test_a_draft_without_areas_or_groups_or_leads_cannot_be_published(city):
    region = city(date(2020, 1, 1)).region
    draft = draft_of(region)
    with pytest.raises(editions.EditionNotComplete):
        editions.publish(draft)
    area = Area.objects.create(
        edition=draft, code="1", name="甲", kind="town",
        geom="SRID=4326;MULTIPOLYGON(((120 30,120.1 30,120.1 30.1,120 30.1,120 30)))",
    )  # fmt: skip
    with pytest.raises(editions.EditionNotComplete, match="甲"):
        editions.publish(draft)
    area.group = CooperationGroup.objects.create(edition=draft, code="G1", name="一组", order=1)
    area.save()
    with pytest.raises(editions.EditionNotComplete, match="一组"):
        editions.publish(draft)
    LeadUnit.objects.create(group=area.group, unit=region.units.first(), lead_order=1)
    assert editions.publish(draft).status == "published"
    with pytest.raises(editions.EditionNotComplete):
        editions.publish(draft)


def drawn(draft, region, **corners):
    """Areas of the draft by code: (kind, west, east) of a square between 30.0° and 30.1° N."""
    group = CooperationGroup.objects.create(edition=draft, code="G1", name="一组", order=1)
    LeadUnit.objects.create(group=group, unit=region.units.first(), lead_order=1)
    for code, (kind, west, east) in corners.items():
        ring = f"{west} 30,{east} 30,{east} 30.1,{west} 30.1,{west} 30"
        Area.objects.create(
            edition=draft, group=group, code=code, name=code, kind=kind, geom=f"SRID=4326;MULTIPOLYGON((({ring})))"
        )


@pytest.mark.parametrize("kinds", [("town", "township"), ("scenic_area", "special_area")])
def test_a_draft_in_which_two_areas_of_a_kind_overlap_stays_a_draft(city, kinds):
    """They share 0.01° of 0.1°: about 10.7 km²."""
    region = city(date(2020, 1, 1)).region
    draft = draft_of(region)
    drawn(draft, region, 甲镇=(kinds[0], 120, 120.1), 乙镇=(kinds[1], 120.09, 120.2))
    with pytest.raises(editions.EditionNotComplete, match=r"乙镇.*甲镇.*10\.[67]"):
        editions.publish(draft)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_slivers_between_two_drawings_of_a_border_and_special_areas_in_towns_are_published(city):
    """3·10⁻⁷° over the border are 320 m²; 1,000 m² would be too much."""
    region = city(date(2020, 1, 1)).region
    draft = draft_of(region)
    drawn(
        draft,
        region,
        甲镇=("town", 120, 120.1),
        乙镇=("town", 120.0999997, 120.2),
        景区=("scenic_area", 120.05, 120.15),
    )
    assert editions.publish(draft).status == "published"


@pytest.mark.parametrize(
    ("lon", "code"),
    [(75, 4534), (114, 4547), (113.4, 4547), (112.4, 4546), (120, 4549), (135, 4554), (60, 4534), (150, 4554)],
)
def test_metres_are_measured_in_the_nearest_three_degree_zone(lon, code):
    """EPSG 4534 to 4554: CGCS2000 3-degree Gauss-Kruger, central meridians 75 to 135 degrees."""
    assert polygons.metric_srid_for(lon) == code


def test_the_database_refuses_an_area_that_is_no_sound_polygon(city):
    draft = draft_of(city(date(2020, 1, 1)).region)
    bow_tie = "SRID=4326;MULTIPOLYGON(((120 30,120.1 30.1,120.1 30,120 30.1,120 30)))"
    with pytest.raises(IntegrityError, match="area_geom_valid"), transaction.atomic():
        Area.objects.create(edition=draft, code="1", name="甲", kind="town", geom=bow_tie)


def test_cities_in_different_zones_answer_side_by_side_also_for_places_far_off(xingyang, city):
    """荥阳 is measured about 114° E, the small city about 120° E; beyond its squares every holding is looked at."""
    small = city(date(2020, 1, 1))
    assert (xingyang.metric_srid, small.metric_srid) == (4547, 4549)
    for edition in (xingyang, small):
        assert assignment.locate(117.0, 32.0, edition, None).rule == "outside"
        place = edition.areas.first().geom.point_on_surface
        assert assignment.locate(place.x, place.y, edition, 5000).area_code == edition.areas.first().code
