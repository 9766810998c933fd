"""Cases as GeoJSON by one statement: word for word what `CaseSerializer` says, in a fraction of its time.

The ORM says which cases and in which order; what is told of each is one fixed list of columns, names of land and
units among them. `tests/cases/test_fast_features.py` holds every answer to the serializer's.
"""

from functools import cache
from urllib.parse import quote

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.http import RFC3986_SUBDELIMS
from django.utils.translation import get_language

from cases.models.case import Channel, Violation
from cases.permissions import Capability, may, scope_of
from cases.workflow import OPEN, STAGES, Stage, Status
from gis_core.db import prepared

KEYS = 'SELECT "cases_case"."id" AS "pk"'
COLUMNS = """
    "cases_case"."case_no", "cases_case"."status", "cases_case"."channel", "cases_case"."violations",
    "cases_case"."land_ownership", "cases_case"."address", "cases_case"."description", "cases_case"."reported_at",
    "cases_case"."due_at", "cases_case"."area_code", "cases_case"."group_code",
    (SELECT name FROM boundaries_area named
      WHERE named.edition_id = "cases_case"."edition_id" AND named.code = "cases_case"."area_code"),
    (SELECT name FROM boundaries_cooperationgroup named
      WHERE named.edition_id = "cases_case"."edition_id" AND named.code = "cases_case"."group_code"),
    (SELECT ARRAY[code, name]::text[] FROM boundaries_unit WHERE id = "cases_case"."lead_unit_id"),
    (SELECT ARRAY[code, name]::text[] FROM boundaries_unit WHERE id = "cases_case"."handling_unit_id"),
    "cases_case"."is_joint", "cases_case"."is_major", "cases_case"."hold", "cases_case"."confidence",
    "cases_case"."reason", "cases_case"."accuracy_m", "cases_case"."raw_lon", "cases_case"."raw_lat",
    "cases_case"."raw_crs", "cases_case"."named_area_code", "cases_case"."suspected_crs",
    "cases_case"."outside_name", "cases_case"."demonstration", "cases_case"."version",
    ST_X("cases_case"."geom"), ST_Y("cases_case"."geom")"""
NEAR = f"""
    SELECT {COLUMNS}, near.distance_m, near.bearing_deg
      FROM nearby_cases(%(region)s, %(everything)s, %(groups)s, %(reporter)s, %(unit)s, %(lon)s, %(lat)s, %(radius_m)s,
                        %(most)s) near
      JOIN "cases_case" ON "cases_case"."id" = near.id AND "cases_case"."region_id" = %(region)s
     ORDER BY near.distance_m, near.id"""  # noqa: S608 -- the columns are ours, what is asked with are parameters
STILL_OPEN = frozenset(OPEN)
# Stands in the one address that all others are made from: no part of an address of ours is like it.
ANY_NUMBER = "CASE-NO"
UNQUOTED = RFC3986_SUBDELIMS + "~:@"  # as `reverse` leaves them


class Listed:
    """A queryset as a paginator takes it: its slices are features, and its length is asked of `count`."""

    def __init__(self, cases, count):
        self.cases, self.count = cases, count

    def __len__(self):
        return self.count()

    def __getitem__(self, part: slice) -> list[dict]:
        return page(self.cases[part])


def page(cases) -> list[dict]:
    """The features of a queryset of cases in its own order; slice it before."""
    try:
        text, parameters = cases.values_list("pk").query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that nothing is found
        return []
    if not text.startswith(KEYS):
        raise ValueError(f"A plain queryset of cases, and not: {text}")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS}{text.removeprefix(KEYS)}", parameters)
        return [feature for feature, _more in _features(cursor.fetchall())]


def near(user, point, radius_m: float, most: int) -> list[dict]:
    """Open cases that the person sees within `radius_m`, nearest first, with `distance_m` and `bearing_deg`."""
    if not may(user, Capability.SEE_CASES):
        return []
    seen = scope_of(user)
    asked = {
        **vars(seen),
        "groups": list(seen.groups),
        "lon": point.x,
        "lat": point.y,
        "radius_m": radius_m,
        "most": most,
    }
    with connection.cursor() as cursor:
        prepared.execute(cursor, NEAR, asked)
        found = _features(cursor.fetchall())
    for feature, (metres, bearing) in found:
        feature["properties"] |= {
            "distance_m": round(metres, 1),
            "bearing_deg": None if bearing is None else round(bearing, 1),
        }
    return [feature for feature, _more in found]


def collection(features: list[dict]) -> dict:
    return {"type": "FeatureCollection", "features": features}


def _features(rows) -> list[tuple[dict, list]]:
    """Each row's feature, and what the statement asks beyond the columns."""
    words, place = _words(get_language()), reverse("case-detail", args=(ANY_NUMBER,))
    now, zone = timezone.now(), timezone.get_current_timezone()
    return [_feature(row, words, place, now, zone) for row in rows]


def _feature(row, words, place, now, zone):
    (case_no, status, channel, violations, ownership, address, description, reported_at, due_at, area_code, group_code,
     area, group, lead_unit, handling_unit, is_joint, is_major, hold, confidence, reason, accuracy_m, raw_lon, raw_lat,
     raw_crs, named_area_code, suspected_crs, outside_name, demonstration, version, x, y, *more) = row  # fmt: skip
    late = due_at is not None and due_at < now and status in STILL_OPEN
    properties = {
        "case_no": case_no, "status": status, "status_label": words[Status][status],
        "stage": Stage.OVERDUE.value if late else STAGES[status].value,
        "channel": channel, "channel_label": words[Channel][channel], "violations": violations,
        "violation_labels": [words[Violation][value] for value in violations],
        "land_ownership": ownership, "address": address, "description": description,
        "reported_at": _moment(reported_at, zone), "due_at": due_at and _moment(due_at, zone),
        "area": area and {"code": area_code, "name": area}, "group": group and {"code": group_code, "name": group},
        "lead_unit": lead_unit and {"code": lead_unit[0], "name": lead_unit[1]},
        "handling_unit": handling_unit and {"code": handling_unit[0], "name": handling_unit[1]},
        "is_joint": is_joint, "is_major": is_major, "hold": hold, "confidence": confidence, "reason": reason,
        "accuracy_m": accuracy_m, "raw_lon": raw_lon, "raw_lat": raw_lat, "raw_crs": raw_crs,
        "named_area_code": named_area_code, "suspected_crs": suspected_crs, "outside_name": outside_name,
        "demonstration": demonstration, "version": version,
        "url": place.replace(ANY_NUMBER, quote(case_no, safe=UNQUOTED)),
    }  # fmt: skip
    point = {"type": "Point", "coordinates": [x, y]}
    return {"id": case_no, "type": "Feature", "geometry": point, "properties": properties}, more


@cache
def _words(_language) -> dict:
    """Label of every value, in the language that is active."""
    return {kind: {one.value: str(one.label) for one in kind} for kind in (Status, Channel, Violation)}


def _moment(at, zone) -> str:
    """As the REST framework writes it: in the bureau's time, with the offset."""
    return at.astimezone(zone).isoformat()
