"""The actors of `tests/policy_table.py` as accounts, and what each of them may and may not see."""

from datetime import date
from io import BytesIO
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from boundaries.models import Edition, GridCell, Patrol, PatrolPlan, User
from cases import actions, documents
from cases.evidence import uploads
from cases.models import Dossier, Party
from oversight.models import BadConductRecord, Circular, ExposureEntry, PressItem
from tests.factories import SUOHE, make_case, make_user
from tests.policy_people import OTHER_GROUP, OTHER_REGION, OWN_GROUP, OWN_REPORT
from tests.second_city import IN_G1

GROUP = "G1"  # of every actor whose role sees groups; the second city has a group of the same code
GUANGWU = (113.45, 34.93)  # in the first group's ground
LIUHE = (113.2446, 34.6427)  # in the second group's ground
# What stands in an address for an object of a case, and what stands there for none.
KEYS = {
    "party": lambda case: (case.case_no, case.parties.get().pk),
    "case": lambda case: (case.case_no,),
    "cell": lambda case: (_cell_of(case).code,),
    "photo": lambda case: (case.photos.get().pk,),
    "upload": lambda case: (case.uploads.get().pk,),
    "patrol": lambda case: (Patrol.objects.get(case_nos=[case.case_no]).pk,),
    "document": lambda case: (case.documents.get(kind="report_register").pk,),
    "plan": lambda case: (PatrolPlan.objects.get(name=case.case_no).pk,),
    "notice": lambda case: (case.notices.get().pk,),
    "grid draft": lambda case: (case.region.grid_drafts.get().pk,),
    "conduct": lambda case: (BadConductRecord.objects.get(case=case).pk,),
    "press": lambda case: (PressItem.objects.get(case=case).pk,),
    "video": lambda case: (case.evidence.get(medium="video").pk,),
    "circular": lambda case: (Circular.objects.get(text=case.case_no).pk,),
    "exposure": lambda case: (ExposureEntry.objects.get(case=case).pk,),
    "exposure key": lambda case: (ExposureEntry.objects.get(case=case).key,),
}
NONE_SUCH = {
    "party": ("XY-1999-99999", 99999999),
    "case": ("XY-1999-99999",),
    "cell": ("999999999999999",),
    "photo": (99999999,),
    "document": (99999999,),
    "upload": (UUID(int=0),),
    "patrol": (99999999,),
    "notice": (99999999,),
    "grid draft": (99999999,),
    "plan": (99999999,),
    "conduct": (99999999,),
    "press": (99999999,),
    "video": (99999999,),
    "circular": (99999999,),
    "exposure": (99999999,),
    "exposure key": (UUID(int=0),),
}
PLACES = {OWN_GROUP: GUANGWU, OTHER_GROUP: SUOHE, OWN_REPORT: LIUHE}


def _cell_of(case) -> GridCell:
    """A cell of the working tier in the area of the case."""
    return GridCell.objects.filter(region=case.region_id, area_code=case.area_code, level=3).first()


def make_actor(name: str, second_city: Edition) -> User | None:
    """Somebody of the policy table; None for the visitor who has not signed in."""
    if name == "anonymous":
        return None
    if name == "no role":
        return make_user(group_codes=[GROUP])
    if name == "superuser":
        return make_user(is_superuser=True, is_staff=True)
    if name == "no region":
        return make_user("dispatcher", region_id=None)
    if name == "other region":
        return make_user("dispatcher", region_id=second_city.region_id)
    return make_user(name, group_codes=[GROUP])


def make_objects(user: User | None, second_city: Edition) -> dict:
    """One case per owner of the policy table, each with a photo that a device took, an upload and a notice of
    `user`'s, a document, a doubtful patrol, a reporter's phone and a party's; and a draft of the grid, of a tier
    without a cell, per region."""
    clerk, theirs = make_user("dispatcher"), make_user("dispatcher", region_id=second_city.region_id)
    phone = {"phone": "13800000000"}
    cases = {
        owner: make_case(by=user if user and owner == OWN_REPORT else clerk, lon=lon, lat=lat, reporter=phone)
        for owner, (lon, lat) in PLACES.items()
    }
    cases[OTHER_REGION] = make_case(by=theirs, region=second_city.region, lon=IN_G1[0], lat=IN_G1[1], reporter=phone)
    for region in {case.region for case in cases.values()}:
        region.grid_drafts.create(name="二级网格", level=2, based_on=timezone.localdate())
    for owner, case in cases.items():
        _plan(case, user or clerk if owner == OWN_REPORT else clerk)
        Party.objects.create(
            region=case.region, case=case, kind="person", is_natural=True, phone="13900000000", name="某人"
        )
        documents.issue(case, "report_register", by=None, at=timezone.now())
        actions.add_evidence(case, a_photo(), by=None, from_device=True)
        uploads.begin(case, by=user or clerk, length=4, name="site.jpg")
        a_doubtful_patrol(case)
        a_published_record(case, clerk, theirs)
        _circular(case, theirs if owner == OTHER_REGION else clerk, len(owner))
        case.notices.create(region=case.region, to=user or clerk, kind="remark", text="某案", at=timezone.now())
    return cases


def a_doubtful_patrol(case) -> Patrol:
    """By whoever reported the case, on the day of the report; it waits for somebody who accepts it."""
    return Patrol.objects.create(
        region=case.region, officer=case.reported_by, officer_name="某人", case_nos=[case.case_no],
        started_at=case.reported_at, ended_at=case.reported_at, source=Patrol.Source.CHECK_INS,
        result=Patrol.Result.FOUND, doubts=["future"], counts=False,
    )  # fmt: skip


def a_published_record(case, first: User, second: User):
    """Of bad conduct, and on the exposure column: both to be seen today."""
    decision = documents.issue(case, "penalty_decision", by=None, at=timezone.now())
    today = timezone.localdate()
    days = {"publish_from": today, "publish_until": today}
    BadConductRecord.objects.create(
        region=case.region, case=case, decision=decision, decided_on=today, name="某公司", uscc="91110000600037341L",
        facts="擅自施工", applies_to_tendering=True, state="published", publish_by=today, handler=first, approver=second,
        **days,
    )  # fmt: skip
    entry = ExposureEntry.objects.create(region=case.region, case=case, **days)
    entry.approved = entry.versions.create(
        region=case.region, number=1, title="某公司擅自施工", party="某公司", text="已依法处罚。", made_by=first, **days
    )
    entry.save()
    PressItem.objects.create(
        region=case.region, case=case, title="某报报道", outlet="某报", published_on=today, made_by=first,
        archive_no=f"宣{case.case_no}",
    )  # fmt: skip
    Dossier.objects.update_or_create(case=case, defaults={"region": case.region, "violent_resistance": True})
    case.evidence.create(region=case.region, medium="video", title="某录像", sha256="0" * 64, size=4)


def _circular(case, by: User, month: int):
    """A proposed one of some unit, for a month of its own; `text` is the case's number."""
    unit = case.region.units.get_or_create(code="some_station", defaults={"name": "某站", "kind": "station"})[0]
    day = date(2020, month % 12 + 1, 1)
    Circular.objects.create(
        region=case.region, unit=unit, kind="criticism", since=day, until=day, text=case.case_no, proposer=by
    )


def _plan(case, by: User):
    """A sent plan called by the case's number, with a route of whoever made it and ground round the case."""
    plan = PatrolPlan.objects.create(
        region=case.region, name=case.case_no, day=timezone.localdate(), starts="08:00", ends="17:00",
        minutes_a_stop=20, speed_kmh=15, status="sent", made_by=by,
    )  # fmt: skip
    route = plan.routes.create(number=1, user=by, person=str(by))
    ground = case.geom.buffer(0.001)
    plan.stops.create(route=route, order=1, ground=ground, label="某处", place=case.geom, minutes=20)


def a_photo() -> SimpleUploadedFile:
    """A small picture, new on each call as an upload is read once."""
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "JPEG")
    return SimpleUploadedFile("site.jpg", out.getvalue(), "image/jpeg")
