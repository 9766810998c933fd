"""`manage.py coverage`, and the figures that a night stores."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases import coverage
from cases.models import CoverageDay
from tests.factories import make_patrol

TODAY = timezone.localdate


def said(*words):
    out = StringIO()
    call_command("coverage", *words, stdout=out)
    return out.getvalue()


def test_json_gives_every_cell_and_gap_with_its_status_and_why(xingyang):
    make_patrol()
    told = json.loads(said("--json"))
    found = coverage.of(xingyang.region_id)
    assert told["figures"]["cells"] == len(told["cells"]) == 296
    assert told["figures"]["gaps"] == len(told["gaps"]) == 6
    assert {one["code"]: one["status"] for one in told["cells"]} == {cell.code: cell.status for cell in found.cells}
    assert all(one["reasons"] for one in (*told["cells"], *told["gaps"]))


def test_as_of_a_day_it_says_what_stood_at_its_end(xingyang):
    day = TODAY() - timedelta(days=3)
    make_patrol(ended_at=timezone.now() - timedelta(days=1))
    assert json.loads(said("--as-of", day.isoformat(), "--json"))["figures"]["never"] == 296
    assert json.loads(said("--json"))["figures"]["never"] == 295
    assert "296 个" in said("--as-of", day.isoformat())


@pytest.mark.parametrize(
    ("day", "sentence"), [("2026-13-01", "--as-of"), ("9998-01-01", "尚未到来"), ("2001-01-01", "没有施行中")]
)
def test_a_day_that_cannot_be_is_refused_in_a_sentence(xingyang, day, sentence):
    with pytest.raises(CommandError, match=sentence):
        said("--as-of", day)


def test_a_night_stores_yesterday_once_and_makes_good_the_nights_that_were_missed(xingyang):
    region, yesterday = xingyang.region_id, TODAY() - timedelta(days=1)
    assert coverage.days.keep(region) == [yesterday]
    assert coverage.days.keep(region) == []
    CoverageDay.objects.update(day=yesterday - timedelta(days=3))
    assert coverage.days.keep(region) == [yesterday - timedelta(days=ago) for ago in (2, 1, 0)]


def test_the_stored_areas_add_up_to_the_region(xingyang):
    make_patrol(ended_at=timezone.now() - timedelta(days=2))
    coverage.days.keep(xingyang.region_id)
    figures = CoverageDay.objects.get().figures
    whole = figures.pop("")
    assert set(figures) == set(xingyang.areas.values_list("code", flat=True))
    for name in ("cells", "gaps", "gap_m2", "unstaffed", "stale", "never", "whole_m2"):
        assert sum(its[name] for its in figures.values()) == pytest.approx(whole[name]), name


def test_what_was_stored_stays_whatever_is_corrected_later(xingyang):
    coverage.days.keep(xingyang.region_id)
    before = CoverageDay.objects.get().figures
    make_patrol(ended_at=timezone.now() - timedelta(days=2))
    coverage.days.keep(xingyang.region_id)
    assert CoverageDay.objects.get().figures == before
