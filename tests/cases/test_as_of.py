"""The map as of a day equals what a plain reading of the trail says: list, counts, tiles and export, for every role."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import mapbox_vector_tile
import pytest
from django.db import connection

from boundaries.models import Edition, Unit
from cases import past_layers, summary
from cases.map_counts import LAST_COUNTED_ZOOM
from cases.models import Case, CaseEvent
from cases.spells import visible_spells
from cases.verbs import Verb
from cases.workflow import ENDED, OPEN
from gis_core import layers, tiles
from gis_core.tiles import Tile
from tests.cases.crowd import fill, rows, watchers
from tests.factories import make_case, make_user
from tests.second_city import load as load_second_city

CASES = 900
HERE = ZoneInfo("Asia/Shanghai")
ASKED_ON = datetime.now(HERE).date()  # a run may go over midnight: what is of today asks today()
DAYS = (ASKED_ON - timedelta(days=2400), ASKED_ON - timedelta(days=700), ASKED_ON - timedelta(days=20))
PLACES = (
    "SELECT DISTINCT floor((ST_X(geom) + 180) / 360 * {n})::int,"
    " floor((0.5 - asinh(tan(radians(ST_Y(geom)))) / (2 * pi())) * {n})::int FROM cases_case"
)


@pytest.fixture
def crowd(xingyang, tmp_path):
    """Cases of ten years in two cities; every fourth open one was checked a week after its report, and every eighth
    ended a month later."""
    second_city = load_second_city(tmp_path)
    fill(xingyang, CASES)
    fill(second_city, 40)
    people = watchers(xingyang, second_city)
    for number, case in enumerate(Case.objects.open().order_by("id")[:160]):
        if number % 4 == 0:
            _act(case, "verifying", case.reported_at + timedelta(days=7))
        if number % 8 == 0:
            _act(
                case, "unfounded", case.reported_at + timedelta(days=37), ended_at=case.reported_at + timedelta(days=37)
            )
    return people


def today() -> date:
    return datetime.now(HERE).date()


def _act(case, status, at, **changes):
    Case.objects.filter(pk=case.pk).update(status=status, **changes)
    case.events.create(region_id=case.region_id, verb=Verb.REMARK, status=status, at=at)


def states_on(day):
    """Case number → state at the end of the day: the acts read one by one, the report being the first."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=HERE) + timedelta(days=1)
    first_end = {}
    found = {}
    for event in CaseEvent.objects.select_related("case").order_by("id"):
        case = event.case
        if case.pk not in first_end:  # how it came in: of an ended one the report and the end alone are known
            came_ended = event.status in ENDED and case.ended_at and case.ended_at > case.reported_at
            first_end[case.pk] = case.ended_at if came_ended else None
            if case.reported_at >= midnight:
                continue
            ended = came_ended and case.ended_at < midnight
            found[case.pk] = event.status if ended or not came_ended else "reported"
        elif case.pk in found and event.at < midnight:
            found[case.pk] = event.status
    return found


def expected(watcher, day):
    seen = set(watcher.sees(select="id"))
    return {pk: state for pk, state in states_on(day).items() if pk in seen}


def of_api(client, user, **asked):
    """(region, number) → state of the whole list, page by page."""
    client.force_login(user)
    found, address = {}, "/api/v1/cases/"
    asked = {"page_size": 500, **asked}
    while address:
        answer = client.get(address, asked)
        assert answer.status_code == 200, answer.content
        told = answer.json()
        found.update({one["id"]: one["properties"]["status"] for one in told["features"]})
        address, asked = told["next"], {}
    assert len(found) == told["count"]
    return found


def numbers(states):
    names = dict(rows("SELECT id, case_no FROM cases_case"))
    return {names[pk]: state for pk, state in states.items()}


def drawn(user, slug, day, z, **filters):
    """Cases that the layer's tiles of a zoom hold together."""
    found = Counter()
    for x, y in rows(PLACES.format(n=2**z)):
        content = tiles.render(layers.find(slug), Tile(z, x, y), user, {"at": day.isoformat(), **filters})
        for one in mapbox_vector_tile.decode(content)[slug]["features"] if content else ():
            found[one["properties"].get("status", "")] += one["properties"]["count"]
    return found


@pytest.mark.parametrize("day", DAYS)
def test_the_list_is_what_the_trail_says_for_everybody(crowd, client, day):
    for watcher in crowd:
        assert of_api(client, watcher.user, at=day.isoformat()) == numbers(expected(watcher, day)), watcher.name
    assert set(expected(crowd[0], day).values()) & set(OPEN)


@pytest.mark.parametrize("day", DAYS)
def test_the_counts_are_those_of_the_trail(crowd, day):
    for watcher in crowd:
        states = expected(watcher, day)
        told = summary.summary(watcher.user, {"at": day})
        assert told["count"] == len(states), watcher.name
        assert told["by_status"] == dict(Counter(states.values()))
        assert sum(told["by_stage"].values()) == len(states)
        assert told["by_stage"]["overdue"] == 0
        groups = Counter(group for (pk, group) in rows("SELECT id, group_code FROM cases_case") if pk in states)
        assert told["by_group"] == dict(groups)


@pytest.mark.parametrize("most_single", [2, 10_000])
def test_the_tiles_of_a_zoom_hold_exactly_the_cases_of_that_day(crowd, monkeypatch, most_single):
    monkeypatch.setattr(past_layers, "MOST_SINGLE", most_single)
    for day in DAYS:
        for watcher in crowd if day == DAYS[1] else crowd[:2]:
            states = expected(watcher, day)
            for slug, wanted in (("open-cases", OPEN), ("history", ENDED)):
                for z in (7, 12) if watcher is crowd[0] else (7,):
                    found = drawn(watcher.user, slug, day, z)
                    assert sum(found.values()) == sum(state in wanted for state in states.values()), (
                        watcher.name, slug, z, day)  # fmt: skip
                    if most_single > CASES:
                        assert found == Counter(state for state in states.values() if state in wanted)


def test_close_to_the_ground_many_are_counted_too(crowd, monkeypatch):
    """As on today's map: a tile has no more single cases than a browser can take."""
    monkeypatch.setattr(past_layers, "MOST_CLOSE", 0)
    ended = sum(state in ENDED for state in expected(crowd[0], DAYS[1]).values())
    assert drawn(crowd[0].user, "history", DAYS[1], LAST_COUNTED_ZOOM + 1) == {"": ended}


def test_what_somebody_sees_beside_their_groups_is_found_by_indexes_of_its_own(xingyang):
    unit = Unit.objects.filter(region=xingyang.region_id).first()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = visible_spells(make_user("inspector", unit=unit, group_codes=["G1"]), DAYS[0]).explain()
    conditions = " ".join(line for line in plan.splitlines() if "Index Cond" in line)
    assert "reported_by_id" in conditions


FILTERS = (
    ({"status": "open"}, lambda case, state: state in OPEN),
    ({"status": "ended"}, lambda case, state: state in ENDED),
    ({"status": "reported"}, lambda case, state: state == "reported"),
    ({"group": "G2"}, lambda case, state: case.group_code == "G2"),
    ({"area": "410182001", "status": "open"}, lambda case, state: case.area_code == "410182001" and state in OPEN),
    ({"channel": "complaint"}, lambda case, state: case.channel == "complaint"),
    ({"year": "2021"}, lambda case, state: case.year == 2021),
    ({"q": "厂房"}, lambda case, state: "厂房" in case.address),
    ({"bbox": "113.3,34.7,113.5,34.85"}, lambda case, state: 113.3 <= case.geom.x <= 113.5
     and 34.7 <= case.geom.y <= 34.85),
)  # fmt: skip


def test_every_filter_asks_of_that_day_in_list_count_and_tiles(crowd, client):
    day, watcher = DAYS[2], crowd[0]
    states = expected(watcher, day)
    cases = {case.pk: case for case in Case.objects.filter(pk__in=states)}
    for asked, holds in FILTERS:
        wanted = {pk: state for pk, state in states.items() if holds(cases[pk], state)}
        assert wanted, asked
        assert of_api(client, watcher.user, at=day.isoformat(), **asked) == numbers(wanted), asked
        told = client.get("/api/v1/cases/summary/", {"at": day.isoformat(), **asked}).json()
        assert told["count"] == len(wanted), asked
        if "bbox" not in asked and asked.get("status") != "open":
            found = sum((drawn(watcher.user, slug, day, 7, **asked) for slug in ("open-cases", "history")), Counter())
            assert sum(found.values()) == len(wanted), asked


def test_group_area_and_place_are_those_of_then(xingyang, client):
    """Moved 1 km and given to another group today: yesterday it stood where it was, and was the old group's."""
    case = make_case(at=datetime.now(HERE) - timedelta(days=30))
    before = (case.group_code, case.area_code, case.geom.x)
    rows("UPDATE cases_case SET geom = ST_Translate(geom, 0.01, 0), group_code = 'G1', area_code = '410182204'"
         " WHERE id = %s RETURNING 1", case.pk)  # fmt: skip
    client.force_login(make_user("dispatcher"))
    yesterday = (today() - timedelta(days=1)).isoformat()
    (then,) = client.get("/api/v1/cases/", {"at": yesterday}).json()["features"]
    assert (then["properties"]["group"]["code"], then["properties"]["area"]["code"]) == before[:2]
    assert then["geometry"]["coordinates"][0] == pytest.approx(before[2], abs=1e-6)
    assert then["properties"]["lead_unit"] is None
    assert client.get("/api/v1/cases/", {"at": yesterday, "group": "G1"}).json()["count"] == 0
    (now,) = client.get("/api/v1/cases/", {"at": today().isoformat()}).json()["features"]
    assert now["properties"]["group"]["code"] == "G1"
    assert now["geometry"]["coordinates"][0] == pytest.approx(before[2] + 0.01, abs=1e-6)


def test_who_may_see_a_case_is_asked_of_today(xingyang, client):
    """What was the person's and is no longer stays hidden on every day; what is theirs today shows on every day."""
    case = make_case(at=datetime.now(HERE) - timedelta(days=30))
    Case.objects.filter(pk=case.pk).update(group_code="G1")
    yesterday = (today() - timedelta(days=1)).isoformat()
    for group, seen in (("G1", 1), (case.group_code, 0)):
        client.force_login(make_user("inspector", group_codes=[group]))
        assert client.get("/api/v1/cases/", {"at": yesterday}).json()["count"] == seen
        assert client.get("/api/v1/cases/summary/", {"at": yesterday}).json()["count"] == seen


def test_a_day_ends_at_midnight_of_the_bureaus_own_zone(xingyang, client):
    case = make_case(at=datetime(2024, 5, 3, 23, 59, 59, tzinfo=HERE))
    _act(case, "assigned", datetime(2024, 5, 5, 0, 0, tzinfo=HERE))
    dispatcher = make_user("dispatcher")
    for day, state in (("2024-05-03", "reported"), ("2024-05-04", "reported"), ("2024-05-05", "assigned")):
        assert of_api(client, dispatcher, at=day) == {case.case_no: state}


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2024-05-02", "2024-05-03"),
        ((ASKED_ON + timedelta(days=3)).isoformat(), "尚未到来"),
        ("3. Mai", "2026-11-28"),
        ("2024-02-30", "2026-11-28"),
    ],
)
def test_a_day_that_the_map_cannot_show_is_refused_with_a_sentence(xingyang, client, day, sentence):
    make_case(at=datetime(2024, 5, 3, 12, tzinfo=HERE))
    client.force_login(make_user("dispatcher"))
    for address in ("/api/v1/cases/", "/api/v1/cases/summary/", "/tiles/open-cases/5/26/12.mvt"):
        answer = client.get(address, {"at": day})
        assert answer.status_code == 400, address
        assert sentence in answer.json()["at"][0]
    page = client.get("/", {"at": day})
    assert page.status_code == 400
    assert sentence in page.content.decode()


def test_the_pages_list_shows_the_state_of_then_and_no_deadline(xingyang, client):
    case = make_case(at=datetime(2024, 5, 3, 12, tzinfo=HERE))
    _act(case, "closed", datetime(2024, 6, 1, 12, tzinfo=HERE), ended_at=datetime(2024, 6, 1, 12, tzinfo=HERE))
    client.force_login(make_user("dispatcher"))
    page = client.get("/cases/rows/", {"at": "2024-05-10"}).content.decode()
    assert case.case_no in page
    assert "symbol s-waiting" in page
    assert case.case_no not in client.get("/cases/rows/", {"at": "2024-06-02"}).content.decode()


def test_the_offline_map_is_of_that_day(xingyang, client):
    case = make_case(at=datetime(2024, 5, 3, 12, tzinfo=HERE))
    Case.objects.filter(pk=case.pk).update(status="archived")
    client.force_login(make_user("dispatcher"))
    then = client.get("/export/map.html", {"at": "2024-05-10"}).content.decode()
    assert case.case_no in then
    assert "2024-05-10" in then
    assert case.case_no not in client.get("/export/map.html").content.decode()


def test_the_land_is_that_of_the_edition_in_force_that_day(xingyang):
    """A second edition from this year on has one area less; last year's tile still shows them all."""
    start = date(today().year, 1, 1)
    newer = Edition.objects.create(region=xingyang.region, name="新版", valid_from=start, outline=xingyang.outline)
    areas = list(xingyang.areas.order_by("code"))[:-1]
    for area in areas:
        area.pk, area.edition, area.group = None, newer, None
        area.save()
    Edition.objects.filter(pk=newer.pk).update(status="published")
    user = make_user("dispatcher")
    found = {}
    for day in (start - timedelta(days=1), start, None):
        asked = {"at": day.isoformat()} if day else {}
        content = tiles.render(layers.find("areas"), Tile(5, 26, 12), user, asked)
        found[day] = len(mapbox_vector_tile.decode(content)["areas"]["features"])
    assert list(found.values()) == [len(areas) + 1, len(areas), len(areas)]


def test_two_days_are_compared_under_the_filters_of_the_list_which_the_page_names_and_carries_on(crowd, client):
    """Counts as the summary of each day has them; the maps ask for the same filters as the table."""
    client.force_login(crowd[0].user)
    days = (DAYS[1], today())
    query = f"group=G1&channel=patrol&at={days[0]}&and={days[1]}"
    answer = client.get(f"/compare/?{query}", HTTP_ACCEPT_LANGUAGE="en")
    wanted = []
    for day in days:
        page = client.get("/api/v1/cases/summary/", {"group": "G1", "channel": "patrol", "status": "", "at": str(day)})
        wanted.append(page.json()["by_status"])
    sums = {label: (before, after) for label, before, after, _change in answer.context["sums"]}
    assert sums["open"] == tuple(sum(one.get(state, 0) for state in OPEN) for one in wanted)
    assert sums["ended"] == tuple(sum(one.get(state, 0) for state in ENDED) for one in wanted)
    assert 0 < sums["open"][1] + sums["ended"][1] < summary.total(crowd[0].user, {"status": ""})
    assert answer.context["query"] == "status=&group=G1&channel=patrol"
    assert answer.context["back"] == f"/?group=G1&channel=patrol&at={days[0]}"
    text = answer.content.decode()
    assert "Patrol" in " ".join(answer.context["words"]).title()
    assert 'name="group" value="G1"' in text
    assert "Schematic boundaries" in text
    assert "symbol-overdue" not in text.partition("compare-classes")[2].partition("</ul>")[0]
    refused = client.get("/compare/?stage=waiting&unit=none-such")
    assert (refused.status_code, set(refused.context["faults"])) == (400, {"stage", "unit"})
