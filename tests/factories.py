"""Rows for tests: each function makes one that is sound, and the test changes what matters to it."""

from datetime import timedelta
from inspect import signature
from itertools import count

from django.contrib.auth.models import Group
from django.contrib.gis.geos import LineString, MultiLineString, Point
from django.utils import timezone

from boundaries import visits
from boundaries.models import Edition, Patrol, User
from cases import actions, clocks
from gis_core import srid

# In 索河街道, 1.6 km from any other group: clearly the third group's (G3, 安监站). WGS 84.
SUOHE = (113.378, 34.787)

TOLD = {name for name in signature(actions.report).parameters if name != "by"}
_numbers = count(1)


def make_user(*roles, **changes):
    """Somebody signed up in the edition's region, in the Django groups named by `roles`."""
    edition = Edition.objects.current_anywhere()
    made = User.objects.create_user(
        **{
            "username": f"user{next(_numbers)}",
            "region_id": edition.region_id if edition else None,
            **changes,
        }
    )
    for role in roles:
        made.groups.add(Group.objects.get_or_create(name=str(role))[0])
    return made


def make_case(*, by=None, **changes):
    """A reported case by way of the verb itself; keywords of `actions.report`, then fields of the case.

    Fields (status, due_at, group_code, …) are written over the row after the report.
    """
    edition = Edition.objects.current_anywhere()
    told = {
        "region": edition.region,
        "lon": SUOHE[0],
        "lat": SUOHE[1],
        "crs": "wgs84",
        "channel": "patrol",
        "violations": ["construction_permit"],
        **{name: value for name, value in changes.items() if name in TOLD},
    }
    case = actions.report(by=by or make_user("dispatcher"), **told)
    fields = {name: value for name, value in changes.items() if name not in TOLD}
    for name, value in fields.items():
        setattr(case, name, value)
    if fields:
        case.save(update_fields=list(fields))
    return case


def make_classified(**changes):
    """A reported case whose classification no longer presses: of its first clocks only the clue check is there."""
    case = make_case(**changes)
    case.clocks.filter(code="D27a").delete()
    clocks.refresh_due(case)
    case.save(update_fields=["due_at"])
    return case


def make_patrol(*, by=None, check_ins=(), track=None, **changes):
    """A patrol of an hour that ended an hour ago, with its visits; `track` is a list of (lon, lat), taken as believed,
    and `check_ins` are places. Without either it checks in at SUOHE."""
    edition = Edition.objects.current_anywhere()
    by = by or make_user("grid_member")
    ended = changes.pop("ended_at", timezone.now() - timedelta(hours=1))
    patrol = Patrol.objects.create(
        **{
            "region": edition.region, "officer": by, "officer_name": str(by), "started_at": ended - timedelta(hours=1),
            "ended_at": ended, "source": "phone", "result": "nothing_found",
            "track": MultiLineString(LineString(track), srid=srid.STORAGE) if track else None, **changes,
        }
    )  # fmt: skip
    for place in check_ins or (() if track else (SUOHE,)):
        patrol.check_ins.create(at=ended, geom=Point(place, srid=srid.STORAGE))
    visits.record([patrol])
    return patrol
