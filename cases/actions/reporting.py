"""The verbs beside the workflow: a report comes in, photos, the decision against the automatic assignment."""

from datetime import datetime

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from boundaries.models import Edition, Region
from cases import assignment, clocks, evidence
from cases.actions.refusals import CaseChanged
from cases.models import AssignmentOverride, Case, Evidence, Reporter
from cases.naming import Names
from cases.verbs import Verb
from gis_core import crs, srid

# The clue must be classified, and then checked (domain page 2.2).
FIRST_CLOCKS = ("D01", "D27a")


class BadReport(ValueError):
    """One field of a report cannot be accepted; `field` names it."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


@transaction.atomic
def report(
    *,
    region: Region,
    lon: float,
    lat: float,
    crs: str,
    by,
    channel: str,
    violations=(),
    land_ownership="unverified",
    accuracy_m: float | None = None,
    address="",
    description="",
    reporter: dict | None = None,
    photos=(),
    source_client="web",
    demonstration=False,
    at: datetime | None = None,
) -> Case:
    """Take a report down: convert the point once, assign it, number it, keep the raw input beside it.

    `lon`/`lat` are in `crs` (wgs84, cgcs2000, gcj02, bd09, EPSG:n); `accuracy_m` is a radius in metres. Raises
    BadReport, crs.BadCoordinate or crs.UnknownCrs, each with a sentence; then nothing is stored.
    """
    at = at or timezone.now()
    system, point = convert(lon, lat, crs)
    edition = assignment.edition_in_force(region, timezone.localdate(at))
    answer = answer_to_store(point, edition, accuracy_m)
    read_photos = evidence.read_photos(photos)  # before the number's lock, under which every other report waits
    case = Case(
        region=region,
        case_no=case_numbers(region, timezone.localtime(at).year, 1)[0],
        channel=channel,
        violations=list(violations),
        land_ownership=land_ownership,
        address=address,
        description=description,
        geom=point,
        raw_lon=lon,
        raw_lat=lat,
        raw_crs=system.name,
        accuracy_m=accuracy_m,
        source_client=source_client,
        demonstration=demonstration,
        year=timezone.localtime(at).year,
        reported_at=at,
        reported_by=by,
        **answer.stored(edition),
        **Names(edition).doubts(f"{address} {description}", (lon, lat), point.coords),
    )
    case.save()
    for code in FIRST_CLOCKS:
        clocks.start(case, code, at=at)
    clocks.refresh_due(case)
    case.save(update_fields=["due_at"])
    if reporter and any(reporter.values()):
        Reporter.objects.create(region=region, case=case, **reporter)
    case.events.create(
        region=region, verb=Verb.REPORT, status=case.status, by=by, unit=by and by.unit, at=at, version=case.version
    )
    evidence.keep(case, read_photos, by)
    return case


def add_photos(case: Case, uploaded, *, by) -> list[Evidence]:
    """Keep photos of a case, all or none; evidence.EvidenceRefused says which cannot be kept and why.

    A photo that is there already is given back and leaves no second trace.
    """
    for photo in uploaded[:1]:
        evidence.check_open(case, photo.name, "photos")
    read_photos = evidence.read_photos(uploaded)
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        kept, new = evidence.keep(locked, read_photos, by)
        if new:
            locked.events.create(
                region=locked.region, verb=Verb.PHOTO, from_status=locked.status, status=locked.status, by=by,
                unit=by and by.unit,
            )  # fmt: skip
    return kept


def convert(lon: float, lat: float, name: str):
    """The declared system and the WGS 84 point of a pair given in it."""
    system = crs.parse(name)
    if system.srid is None or system.srid in (srid.STORAGE, srid.CGCS2000):
        crs.check_lon_lat(lon, lat)
    x, y = crs.to_wgs84(lon, lat, system)
    crs.check_lon_lat(x, y)
    return system, Point(float(x), float(y), srid=srid.STORAGE)


def answer_to_store(point: Point, edition: Edition, accuracy_m: float | None) -> assignment.Answer:
    """The answer with its sentence in the bureau's own language, whoever asks."""
    with translation.override(settings.LANGUAGE_CODE):
        return assignment.locate(point.x, point.y, edition, accuracy_m)


def case_numbers(region: Region, year: int, how_many: int) -> list[str]:
    """The next numbers of the region's year. The row lock holds until commit: no gap, no number twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_casenumber AS c (region_id, year, last) VALUES (%s, %s, %s)"
            " ON CONFLICT (region_id, year) DO UPDATE SET last = c.last + excluded.last RETURNING last",
            [region.pk, year, how_many],
        )
        (last,) = cursor.fetchone()
    return [f"{region.case_prefix}-{year}-{number:05}" for number in range(last - how_many + 1, last + 1)]


@transaction.atomic
def override(case: Case, *, area_code: str, group_code: str, reason: str, by, version: int | None = None) -> Case:
    """Decide against the automatic assignment. The automatic answer stays stored; the reason is required.

    `version` is the one that the person has read: CaseChanged where the case has another by now.
    """
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if version is not None and version != locked.version:
        raise CaseChanged(locked.events.filter(version__gt=version).order_by("id"))
    if not locked.is_open:
        raise BadReport("status", _("The case has ended: who answers for it stays as it is."))
    if not reason.strip():
        raise BadReport("reason", _("Say why: the automatic answer is kept beside your reason."))
    group = locked.edition.groups.filter(code=group_code).first()
    if group is None:
        raise BadReport(
            "group",
            _("There is no group {code} in “{edition}”.").format(code=group_code, edition=locked.edition),
        )
    if area_code and not locked.edition.areas.filter(code=area_code, group=group).exists():
        raise BadReport("area", _("{group} does not answer for that area.").format(group=group))
    AssignmentOverride.objects.create(
        region=locked.region, case=locked, by=by, reason=reason.strip(), area_code=area_code, group_code=group_code,
        from_area_code=locked.area_code, from_group_code=locked.group_code,
    )  # fmt: skip
    locked.area_code, locked.group_code = area_code, group_code
    locked.lead_unit = group.lead_units.select_related("unit").get(lead_order=1).unit
    locked.version += 1
    locked.save(update_fields=["area_code", "group_code", "lead_unit", "version"])
    locked.events.create(
        region=locked.region, verb=Verb.OVERRIDE, from_status=locked.status, status=locked.status, by=by, unit=by.unit,
        version=locked.version, note=reason.strip(),
    )  # fmt: skip
    return locked
