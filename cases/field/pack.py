"""What a phone carries: who answers where, the cases round about, and the words that it needs without a line."""

import json
from datetime import date, datetime, time

import numpy as np
from django.conf import settings
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import Point
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from boundaries.models import Edition, GridCell, LeadUnit, Unit, User
from cases import follow_up, legal_bases
from cases.field import papers
from cases.field.rules import VERBS, leads, offered
from cases.models import Case, Document, Evidence, Inspection, Order
from cases.models.case import Channel, Violation
from cases.models.evidence import Medium
from cases.permissions import ROLES_OF, Capability, areas_of, may, roles_of, scope_of, visible_cases
from cases.verbs import Verb, Who
from cases.wording import subject
from cases.workflow import CURRENT, TABLES, Status
from gis_core import crs

MOST_CASES, MOST_FOLLOWED = 500, 200
DIGITS = 5  # of degrees: a metre
LEAST_PHOTOS = {"overall": 1, "detail": 1, "board": 1}  # [ours]: the site, the works, the site's public board
GOOD_ACCURACY_M, ARRIVED_WITHIN_M = 50, 50  # screens page 8, M3 and M4


def of(user: User, *, areas: tuple[str, ...] = (), near: Point | None = None) -> dict:
    """Everything that is carried, for JSON. `areas` are codes; without any, those of the person's groups, or all."""
    edition = Edition.objects.defer("outline").current(user.region_id)
    theirs = areas or _own_areas(user)
    return {
        "at": timezone.now(),
        "person": _person(user),
        "areas": _areas(edition),
        "cells": _cells(user, theirs),
        "colleagues": _colleagues(user),
        "words": _words(user),
        "verbs": offered(TABLES[CURRENT], user),
        "leads": leads(TABLES[CURRENT]),
        "statuses": {str(status): str(status.label) for status in Status},
        "labels": {str(verb): str(verb.label) for verb in Verb if verb in VERBS},
        "documents": papers.blank(user.region_id),
        "cases": cases_of(user, theirs, near),
        "basemap": settings.BASEMAP.sources | {"credit": settings.BASEMAP.credit},
    }


def _own_areas(user: User) -> tuple[str, ...]:
    scope = scope_of(user)
    return () if scope.everything else tuple(areas_of(scope))


def _person(user: User) -> dict:
    unit = user.unit
    return {
        "id": user.pk, "username": user.username, "name": str(user), "roles": sorted(roles_of(user)),
        "unit": unit and _named(unit), "certificate": user.officer_cert_no,
        "may_report": may(user, Capability.REPORT), "may_patrol": may(user, Capability.RECORD_PATROL),
    }  # fmt: skip


def _named(thing) -> dict:
    return {"code": thing.code, "name": thing.name}


def _areas(edition) -> list[dict]:
    """All of the land: a site may be reported wherever somebody stands."""
    if edition is None:
        return []
    leads = Prefetch("group__lead_units", LeadUnit.objects.select_related("unit"))
    areas = edition.areas.select_related("group").prefetch_related(leads).annotate(shape=AsGeoJSON("geom", DIGITS))
    return [
        {
            "code": area.code, "name": area.name, "kind": area.kind, "group": area.group and _named(area.group),
            "lead_units": [_named(lead.unit) for lead in area.group.lead_units.all()] if area.group else [],
            "geometry": json.loads(area.shape),
        }
        for area in areas.defer("geom")
    ]  # fmt: skip


def _cells(user: User, areas) -> list[dict]:
    """The grid of these areas, and the cells that the person is posted to."""
    today = timezone.localdate()
    mine = set(
        GridCell.objects.filter(region=user.region_id, posts__user=user).valid_on(today).values_list("pk", flat=True)
    )
    which = Q(pk__in=mine) | Q(area_code__in=areas) if areas else Q()
    cells = GridCell.objects.filter(which, region=user.region_id, level__gte=2).valid_on(today)
    told = cells.annotate(shape=AsGeoJSON("geom", DIGITS)).values_list("pk", "code", "name", "area_code", "shape")
    return [
        {"code": code, "name": name, "area_code": area, "mine": pk in mine, "geometry": json.loads(shape)}
        for pk, code, name, area, shape in told
    ]


def _colleagues(user: User) -> list[dict]:
    """Who may be the second officer: whoever holds a certificate (行政处罚法 42)."""
    holders = User.objects.filter(region=user.region_id, is_active=True).exclude(officer_cert_no="").exclude(pk=user.pk)
    return [
        {
            "username": one.username,
            "name": str(one),
            "unit": one.unit.name if one.unit else "",
            "certificate": one.officer_cert_no,
        }
        for one in holders.select_related("unit").order_by("unit_id", "username")
    ]


def _words(user: User) -> dict:
    units = Unit.objects.filter(region=user.region_id).exclude(kind=Unit.Kind.EXTERNAL)
    return {
        "violations": [_violation(kind, units) for kind in Violation],
        "channels": [{"value": value, "label": str(label)} for value, label in Channel.choices],
        "units": [_named(unit) for unit in units],
        "least_photos": LEAST_PHOTOS,
        "accuracy_m": GOOD_ACCURACY_M,
        "arrive_within_m": ARRIVED_WITHIN_M,
    }


def _violation(kind: Violation, units) -> dict:
    """With the units that tick it at a joint inspection; none where every unit does."""
    whose = [_named(unit) for unit in units if unit.code in legal_bases.UNITS[kind]]
    return {"value": kind.value, "label": str(kind.label), "act": legal_bases.USUAL[kind].act, "units": whose}


def cases_of(user: User, areas: tuple[str, ...], near: Point | None) -> list[dict]:
    """Open cases that the person sees in these areas, and those of their unit wherever: theirs first, then what they
    follow up, then the nearest, then by deadline."""
    visible = visible_cases(user)
    theirs = Q(units_involved__contains=[user.unit_id]) if user.unit_id else Q(pk=None)
    if areas:
        visible = visible.filter(Q(area_code__in=areas) | theirs)
    seen = visible.open()
    order = seen.nearest(near, 50_000, MOST_CASES) if near else seen.nearest_due_first()[:MOST_CASES]
    mine = seen.filter(theirs).nearest_due_first().values_list("pk", flat=True)[:MOST_CASES]
    visits = _followed(user, visible)
    keys = list(dict.fromkeys([*mine, *visits, *order.values_list("pk", flat=True)]))[:MOST_CASES]
    place = {key: number for number, key in enumerate(keys)}
    rows = sorted(_with_their_work(visible.filter(pk__in=keys)), key=lambda case: place[case.pk])
    offset = _offset(rows)
    reads = may(user, Capability.READ_DOCUMENTS)
    told = {case.pk: _case(case, user, offset[number], reads) for number, case in enumerate(rows)}
    return [one | {"due_at": visits[pk]} if pk in visits else one for pk, one in told.items()]


def _followed(user: User, cases) -> dict[int, datetime | None]:
    """Key of each closed case whose visits are the person's (S26), as the desk lists them → the end of the day by which
    somebody must have been there: the phone sorts and warns by it as by any deadline."""
    if not _follows_up(user):
        return {}
    plans = follow_up.plans(cases, timezone.localdate())[:MOST_FOLLOWED]
    return {plan.case.pk: plan.next_visit and _end_of(plan.next_visit) for plan in plans}


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def _follows_up(user: User) -> bool:
    return bool(ROLES_OF[Who.SUPERVISION] & roles_of(user))


def _with_their_work(cases):
    joint = Inspection.objects.filter(kind=Inspection.Kind.JOINT, held_at=None).prefetch_related("units__unit")
    photos = Evidence.objects.filter(medium=Medium.PHOTO).exclude(small="").only("pk", "case_id", "region_id")
    return cases.select_related("handling_unit").prefetch_related(
        Prefetch("orders", Order.objects.order_by("id")),
        Prefetch("inspections", joint, to_attr="called"),
        Prefetch("evidence", photos, to_attr="pictures"),
        "found_violations",
        Prefetch("documents", Document.objects.filter(voided_at=None).for_list()),
    )


def _offset(cases) -> list[dict]:
    """The places as the maps of the phones have them, converted at once."""
    lon, lat = np.array([(case.geom.x, case.geom.y) for case in cases]).reshape(-1, 2).T
    systems = {
        name: np.column_stack(crs.from_wgs84(lon, lat, crs.parse(name))).round(6).tolist() for name in ("gcj02", "bd09")
    }
    return [{name: places[number] for name, places in systems.items()} for number in range(len(cases))]


def _case(case: Case, user: User, places: dict, reads: bool) -> dict:
    orders = [order for order in case.orders.all() if order.state != Order.State.COMPLIED]
    return {
        **{"no": case.case_no, "version": case.version, "lon": round(case.geom.x, 6), "lat": round(case.geom.y, 6)},
        **places,
        "accuracy_m": case.accuracy_m,
        "subject": subject(case),
        "address": case.address,
        "status": case.status,
        "status_label": case.get_status_display(),
        "stage": str(case.stage),
        "due_at": case.due_at,
        "stop_order": _order(orders[-1]) if orders else None,
        "is_major": bool(case.is_major),
        "area": case.area_code,
        "group": case.group_code,
        "unit": case.handling_unit.code if case.handling_unit else "",
        "mine": _is_theirs(case, user),
        "joint": _joint(case.called[-1]) if case.called else None,
        "violations": case.violations,
        "named_ours": [one.kind for one in case.found_violations.all() if one.handling_unit_id == user.unit_id],
        "photo": reverse("small-photo", args=(case.pictures[-1].pk,)) if case.pictures else None,
        "documents": list(map(_document, case.documents.all())) if reads else [],
    }


def _is_theirs(case: Case, user: User) -> bool:
    if case.status in follow_up.FOLLOWED:
        return _follows_up(user)
    return bool(user.unit_id) and user.unit_id in {case.handling_unit_id, *case.units_involved}


def _order(order: Order) -> dict:
    return {"state": order.state, "kind": order.kind, "due_at": order.due_at}


def _document(one: Document) -> dict:
    return {"title": f"{one.name} {one.doc_no}", "url": one.get_absolute_url()}


def _joint(called: Inspection) -> dict:
    return {
        "id": called.pk, "planned_from": called.planned_from, "planned_until": called.planned_until,
        "units": [{**_named(row.unit), "signed_in": bool(row.signed_in_at)} for row in called.units.all()],
    }  # fmt: skip
