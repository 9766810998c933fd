"""The pages of patrols: list, upload, one patrol, acceptance."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from boundaries import patrols
from boundaries.models import Patrol
from tests.cases.patrol_scene import START, WAY, geojson, gpx
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("xingyang")


def signed_in(*roles, **words):
    user = make_user(*roles, **words)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def upload(client, content=None, name="track.gpx", **changes):
    file = SimpleUploadedFile(name, gpx() if content is None else content)
    told = {"key": uuid4(), "file": file, "officer": client.user.pk, "result": "found", "crs": "wgs84", **changes}
    return client.post("/patrols/", told)


def test_nobody_has_been_on_patrol_says_the_empty_page():
    page = signed_in("grid_member").get("/patrols/").content.decode()
    assert "还没有巡查" in page
    assert "去巡查" in page


@pytest.mark.parametrize(
    ("name", "content", "source"), [("a.gpx", gpx(), "gpx"), ("轨迹.GEOJSON", geojson(), "geojson")]
)
def test_an_uploaded_track_is_a_patrol_from_its_first_to_its_last_point(name, content, source):
    client = signed_in("grid_member")
    answer = upload(client, content, name, note="雨后")
    kept = Patrol.objects.get()
    assert answer["Location"] == f"/patrols/{kept.pk}/"
    assert (kept.started_at, (kept.ended_at - kept.started_at).seconds) == (START, 120)
    assert (kept.source, kept.result, kept.note, kept.officer) == (source, "found", "雨后", client.user)


def test_a_patrol_that_a_phone_recorded_comes_from_a_phone_and_from_no_telephone_number():
    assert Patrol.Source.PHONE.label == "手机"


def test_an_upload_that_is_sent_twice_is_one_patrol():
    client, key = signed_in("grid_member"), uuid4()
    first, again = upload(client, key=key), upload(client, key=key)
    assert first["Location"] == again["Location"]
    assert Patrol.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.gpx", b"<!DOCTYPE gpx [<!ENTITY a 'b'>]><gpx>&a;</gpx>", "a.gpx"),
        ("a.gpx", b"", "空"),
        ("a.gpx", b"<gpx><trk/></gpx>", "没有轨迹点"),
        ("a.kml", b"<kml/>", "GPX"),
        ("../" + "长" * 200 + ".gpx", b"<gpx/>", "没有轨迹点"),
        ("a.gpx", gpx(step=86_400), "24"),
        ("a.gpx", gpx([(34.787, 113.378), (34.788, 113.378)]), "纬度"),
    ],
)
def test_a_file_that_is_no_track_gets_a_sentence_and_nothing_is_kept(name, content, word):
    answer = upload(signed_in("grid_member"), content, name)
    assert answer.status_code == 400
    assert word in " ".join(answer.context["form"].errors["file"])
    assert Patrol.objects.count() == 0


def test_a_coordinator_uploads_for_another_and_nobody_else_does():
    walker, other = signed_in("grid_member", display_name="王网格"), make_user("grid_member")
    upload(signed_in("grid_coordinator"), officer=walker.user.pk)
    assert Patrol.objects.get().officer_name == "王网格"
    assert upload(walker, officer=other.pk).status_code == 400
    assert upload(signed_in("grid_coordinator"), officer=make_user("legal_officer").pk).status_code == 400


def a_doubtful_one(client):
    """The same track twice; the second waits. The first is the later one."""
    upload(client)
    return Patrol.objects.get(pk=upload(client)["Location"].split("/")[2])


def test_what_waits_comes_first_for_the_coordinator():
    walker = signed_in("grid_member")
    doubtful = a_doubtful_one(walker)
    upload(walker, gpx([(113.378, 34.787), (113.3795, 34.787)], step=600))
    page = signed_in("grid_coordinator").get("/patrols/")
    assert page.context["page"].object_list[0].pk == doubtful.pk
    assert "1 次巡查待您认可后才计入" in page.content.decode()
    assert walker.get("/patrols/").context["page"].object_list[0].pk != doubtful.pk


def test_the_list_says_a_wrong_day_and_keeps_the_filters_in_its_pages():
    client = signed_in("grid_coordinator")
    answer = client.get("/patrols/?from=gestern")
    assert answer.status_code == 400
    assert "2026-11-28" in answer.content.decode()
    assert "没有符合条件的巡查" in client.get("/patrols/?cell=1").content.decode()


def test_a_doubtful_patrol_says_why_and_is_accepted_with_a_reason():
    walker, judge = signed_in("grid_member"), signed_in("grid_coordinator", display_name="李协调")
    kept = a_doubtful_one(walker)
    sentence = "另一次巡查有相同的轨迹"
    for client, may in ((walker, False), (judge, True)):
        page = client.get(f"/patrols/{kept.pk}/").content.decode()
        assert sentence in page
        assert (f"/patrols/{kept.pk}/accept/" in page) == may
    assert judge.post(f"/patrols/{kept.pk}/accept/", {"why": ""}).status_code == 400
    assert judge.post(f"/patrols/{kept.pk}/accept/", {"why": "两人同行"}).status_code == 302
    page = judge.get(f"/patrols/{kept.pk}/").content.decode()
    assert "李协调" in page
    assert "两人同行" in page
    assert Patrol.objects.get(pk=kept.pk).counts
    assert "已经有效" in judge.post(f"/patrols/{kept.pk}/accept/", {"why": "再"}, follow=True).content.decode()


def test_what_somebody_wrote_is_text_and_no_markup():
    client = signed_in("grid_member", display_name="<b>王</b>")
    page = client.get(upload(client, note="<script>alert(1)</script>")["Location"]).content.decode()
    assert "&lt;script&gt;alert" in page
    assert "<b>王</b>" not in page


def test_a_case_is_named_only_to_who_sees_it():
    client = signed_in("grid_member")
    told = patrols.Told(
        officer=client.user, started_at=START, ended_at=START, result="found", case_nos=["XY-2026-00001"],
        stops=[patrols.Stop(*WAY[0], START)],
    )  # fmt: skip
    kept, _made = patrols.record(client.user.region, told, by=client.user)
    assert "XY-2026-00001" not in client.get(f"/patrols/{kept.pk}/").content.decode()


def test_a_patrol_of_another_is_not_there():
    kept = a_doubtful_one(signed_in("grid_member"))
    assert signed_in("inspector").get(f"/patrols/{kept.pk}/").status_code == 404
    assert signed_in("inspector").get(f"/patrols/{10**30}/").status_code == 404


def test_the_page_that_records_says_what_the_position_is_for():
    page = signed_in("inspector").get("/patrols/new/").content.decode()
    assert "用来说明到过哪些网格" in page
    assert "不统计里程、不排名" in page
