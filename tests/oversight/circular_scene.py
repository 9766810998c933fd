"""The inspection section, a leader and a unit, and circulars of every standing."""

from datetime import date, timedelta

import pytest

from boundaries.models import Unit
from cases.metrics import Period
from oversight.circulars import acts
from tests.factories import make_user
from tests.oversight.scene import noon

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


class Assessors:
    def __init__(self, region):
        self.region = region
        self.unit = Unit.objects.get(region=region, code="quality_station")
        self.assessor, self.leader = make_user("assessor"), make_user("leader")
        self.of_unit = make_user("lead_unit", unit=self.unit)


@pytest.fixture
def assessors(xingyang):
    return Assessors(xingyang.region)


def proposed(who, *, kind="criticism", period=MARCH, text="按期结案率偏低", by=None, unit=None, day=date(2026, 4, 3)):
    """On that day, or on the day after the period where that is later."""
    day = max(day, period.until + timedelta(days=1))
    return acts.propose(unit or who.unit, kind=kind, period=period, text=text, by=by or who.assessor, at=noon(day))


def issued(who, *, day=date(2026, 4, 3), **told):
    one = proposed(who, day=day, **told)
    return acts.issue(one, by=who.leader, at=one.made_at)


def delivered(who, *, day=date(2026, 4, 3), **told):
    one = issued(who, day=day, **told)
    return acts.deliver(one, by=who.assessor, at=one.decided_at)
