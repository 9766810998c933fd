"""What of a raw track is believed: asked by hand-drawn ways east along 34.787°, where 0.001° is 91.4 m."""

import numpy as np
import pytest
import shapely

from boundaries import tracks

LIMITS = {"most_accuracy_m": 50, "longest_break_s": 300}
GROUND = shapely.box(113.3, 34.7, 113.5, 34.9)


def way(*points, accuracy=10, step=60):
    """A point each minute; (lon, seconds) says another time, (lon, seconds, accuracy) that too."""
    rows, at = [], 1_000_000 - step
    for point in points:
        lon, at, off = (*point, accuracy)[:3] if isinstance(point, tuple) else (point, at + step, accuracy)
        rows.append((lon, 34.787, at, off))
    return tracks.Raw.of(rows)


def lines(found):
    return [[round(lon, 4) for lon, _lat in line] for line in found.lines]


def believed(raw, **changes):
    return tracks.believed(raw, **{**LIMITS, "outline": GROUND, **changes})


def test_an_ordinary_way_is_believed_whole():
    found = believed(way(113.378, 113.379, 113.38))
    assert (lines(found), found.doubts) == ([[113.378, 113.379, 113.38]], ())


def test_no_points_are_no_way_and_no_doubt():
    assert believed(way()) == tracks.Believed([], ())


def test_one_point_is_no_way():
    assert lines(believed(way(113.378))) == []


@pytest.mark.parametrize(
    ("accuracy", "expected"),
    [
        (50, ([[113.378, 113.379, 113.38]], ())),
        (51, ([[113.378, 113.38]], ("inaccurate",))),
        (None, ([[113.378, 113.379, 113.38]], ())),
    ],
)
def test_fifty_metres_are_believed_and_fifty_one_are_not(accuracy, expected):
    found = believed(way(113.378, (113.379, 1_000_060, accuracy), 113.38))
    assert (lines(found), found.doubts) == expected


@pytest.mark.parametrize(("pause", "parts"), [(300, 1), (301, 2)])
def test_a_break_of_more_than_five_minutes_cuts_the_line(pause, parts):
    start = 1_000_060 + pause
    found = believed(way(113.378, 113.379, (113.3795, start), (113.38, start + 60)))
    assert (len(found.lines), found.doubts) == (parts, ())


def test_faster_than_120_kilometres_an_hour_cuts_the_line():
    """0.0219° are 2001.6 m: in 60 s that is 120.1 km/h, 0.0218° are 119.5 km/h."""
    slow = believed(way(113.378, 113.379, 113.379 + 0.0218, 113.379 + 0.0228))
    assert (len(slow.lines), slow.doubts) == (1, ())
    fast = believed(way(113.378, 113.379, 113.379 + 0.0220, 113.379 + 0.0230))
    assert (len(fast.lines), fast.doubts) == (2, ("speed",))


def test_a_short_leg_has_no_speed():
    """91 m within a second: two points of a receiver under trees."""
    found = believed(way(113.378, (113.379, 1_000_001), (113.3792, 1_000_060)))
    assert (len(found.lines), found.doubts) == (1, ())


def test_a_ride_that_is_too_fast_throughout_leaves_no_line():
    found = believed(way(*(113.31 + 0.03 * step for step in range(6))))
    assert (found.lines, found.doubts) == ([], ("speed",))


def test_a_point_there_and_back_is_left_out_and_the_line_goes_on():
    found = believed(way(113.378, 113.379, 113.45, 113.38, 113.381))
    assert (lines(found), found.doubts) == ([[113.378, 113.379, 113.38, 113.381]], ("jump",))


def test_every_second_point_far_away_leaves_the_others():
    found = believed(way(113.378, 113.45, 113.379, 113.45, 113.38, 113.45, 113.381))
    assert (lines(found), found.doubts) == ([[113.378, 113.379, 113.38, 113.381]], ("jump",))


def test_a_stay_elsewhere_is_no_jump():
    """Six points over there: somebody was there, however they came."""
    there = [113.45 + 0.0001 * step for step in range(6)]
    found = believed(way(113.378, 113.379, *there, 113.38, 113.381))
    assert [len(line) for line in found.lines] == [2, 6, 2]
    assert found.doubts == ("speed",)


def test_a_point_more_than_a_kilometre_outside_is_left_out_and_cuts():
    """The ground ends at 113.5: 0.0109° beyond are 996 m, 0.0111° are 1014 m."""
    near = believed(way(113.499, 113.4999, 113.5109, 113.4999, 113.499))
    assert (len(near.lines), near.doubts) == (1, ())
    far = believed(way(113.499, 113.4999, 113.5111, 113.4999, 113.499))
    assert (lines(far), far.doubts) == ([[113.499, 113.4999], [113.4999, 113.499]], ("outside",))


def test_points_come_in_the_order_of_their_times():
    found = believed(way((113.38, 1_000_120), (113.378, 1_000_000), (113.379, 1_000_060)))
    assert lines(found) == [[113.378, 113.379, 113.38]]


def test_the_same_points_have_the_same_fingerprint_and_another_second_another():
    first, again, later = way(113.378, 113.379), way(113.3780000001, 113.379), way(113.378, (113.379, 1_000_061))
    assert first.fingerprint == again.fingerprint != later.fingerprint
    assert way(113.378).fingerprint == ""


def test_two_hundred_thousand_points_that_jump_to_and_fro_are_judged_as_few_are():
    lon = np.full(200_000, 113.378)
    lon[1::2] += 0.1
    raw = tracks.Raw(lon, np.full(200_000, 34.787), 1_000_000 + np.arange(200_000.0), np.full(200_000, 10.0))
    found = believed(raw)
    assert [len(line) for line in found.lines] == [100_000]
