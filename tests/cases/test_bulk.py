"""Many rows at once get what one report gets: the same answer, an event, a place in the tally."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection

from cases import bulk
from cases.models import Case, CaseEvent, CaseTally
from cases.verbs import Verb
from tests.factories import SUOHE, make_case

AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
ANSWER = ("rule", "confidence", "auto_area_code", "auto_group_code", "border_distance_m", "border_group_code",
          "candidate_codes", "outside_name", "reason", "area_code", "group_code", "lead_unit_id",
          "edition_id")  # fmt: skip


def _row(number=1, lon=SUOHE[0], lat=SUOHE[1], **changes):
    return bulk.Row(
        lon=lon, lat=lat, raw_lon=lon, raw_lat=lat, raw_crs="wgs84", case_no=f"T-{number}", channel="patrol",
        year=2026, reported_at=AT, **changes,
    )  # fmt: skip


def _insert(edition, *rows):
    return bulk.insert(edition.region, edition, rows)


@pytest.mark.parametrize(
    ("lon", "lat", "accuracy_m"),
    [(*SUOHE, None), (*SUOHE, 2500.0), (113.3, 34.8, 60.0), (121.47, 31.23, None)],
)
def test_a_row_gets_the_answer_that_a_report_of_it_gets(xingyang, lon, lat, accuracy_m):
    one = make_case(lon=lon, lat=lat, accuracy_m=accuracy_m)
    assert _insert(xingyang, _row(lon=lon, lat=lat, accuracy_m=accuracy_m)) == 1
    many = Case.objects.get(case_no="T-1")
    assert [getattr(many, name) for name in ANSWER] == [getattr(one, name) for name in ANSWER]


def test_every_row_has_its_event_and_is_counted(xingyang):
    assert _insert(xingyang, *(_row(number) for number in range(50))) == 50
    events = CaseEvent.objects.filter(case__case_no__startswith="T-")
    assert [event.verb for event in events] == [Verb.IMPORT] * 50
    assert sum(CaseTally.objects.filter(level=13).values_list("n", flat=True)) == 50


def test_text_comes_back_as_it_went_in(xingyang):
    text = 'a\tb\\n "引号"\n第二行 \\N {} é'
    _insert(xingyang, _row(description=text, address=text[:60], violations=["tendering", "planning_permit"]))
    case = Case.objects.get(case_no="T-1")
    assert (case.description, case.address, case.reported_at) == (text, text[:60], AT)
    assert case.violations == ["tendering", "planning_permit"]


def test_a_batch_with_one_bad_row_writes_none(xingyang):
    with pytest.raises(DataError):
        _insert(xingyang, _row(1), _row(2, address="x" * 201))
    connection.needs_rollback = False


def test_the_planner_is_left_as_it_was_found(xingyang):
    _insert(xingyang, _row())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_nestloop'), current_setting('enable_mergejoin')")
        assert cursor.fetchone() == ("on", "on")
