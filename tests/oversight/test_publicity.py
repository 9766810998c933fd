"""Press work and videos of violent resistance: linked to their case, numbered, and every opening a kept line."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from boundaries.models import User
from cases.models import Dossier
from oversight.models import PressItem, PublicityOpening
from oversight.publicity import acts, register
from oversight.refusals import NotNow, Refused
from tests.factories import make_case, make_user
from tests.oversight.scene import DECIDED, noon
from tests.pages import english, words
from tests.second_city import IN_G1
from tests.second_city import load as load_second_city


def client_of(user):
    client = english(Client())
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def today(people, calendar):
    return calendar.stand(DECIDED)


def told(**changes):
    return {"title": "执法现场报道", "outlet": "某报", "published_on": DECIDED, "archive_no": "宣2026-001", **changes}


def resisting(archive_no="", **more):
    """A case with violent resistance and a video in its file."""
    case = make_case(**more)
    Dossier.objects.update_or_create(
        case=case,
        defaults={"region": case.region, "violent_resistance": True, "video_archive_no": archive_no},
    )
    return case, a_video(case)


def a_video(case, sha256="0" * 64, **more):
    return case.evidence.create(region=case.region, medium="video", title="全程录像", sha256=sha256, size=4, **more)


def lines(**of):
    return list(PublicityOpening.objects.filter(**of).order_by("id").values_list("by", "at"))


def test_press_work_is_added_to_a_case_on_the_page(people):
    case, client = make_case(), client_of(people.writer)
    cutting = a_video(case)
    address = f"{reverse('publicity-new')}?case={case.case_no.lower()}"
    form = {**told(), "address": "http://news.example.org/1", "evidence": cutting.pk}
    made = client.post(address, form)
    item = PressItem.objects.get()
    assert made["Location"] == reverse("publicity-item", args=(item.pk,))
    assert (item.case, item.evidence, item.made_by, item.made_at) == (case, cutting, people.writer, noon(DECIDED))
    page = words(client.get(reverse("publicity")))
    for said in ("执法现场报道", "某报", "宣2026-001", case.case_no, "never opened"):
        assert said in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"outlet": ""}, "outlet"),
        ({"archive_no": "宣2026-000"}, "archive_no"),
        ({"archive_no": ""}, "archive_no"),
        ({"published_on": "2026-03-03"}, "published_on"),
        ({"published_on": "x"}, "published_on"),
        ({"address": "javascript:alert(1)"}, "address"),
        ({"address": "ftp://example.org/1"}, "address"),
        ({"evidence": "99999999"}, "evidence"),
        ({"evidence": "theirs"}, "evidence"),
        ({"title": "长" * 121}, "title"),
    ],
)
def test_a_fault_is_said_at_its_field_and_nothing_is_lost(people, changes, field):
    case = make_case()
    acts.add(case, by=people.writer, **told(archive_no="宣2026-000"))
    if changes.get("evidence") == "theirs":
        changes = {"evidence": a_video(make_case()).pk}
    form = {**told(), "note": "头版", **changes}
    answer = client_of(people.writer).post(f"{reverse('publicity-new')}?case={case.case_no}", form)
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {field}
    assert "头版" in answer.content.decode()
    assert PressItem.objects.count() == 1


def test_evidence_of_another_case_is_refused_by_the_verb_as_well(people):
    with pytest.raises(Refused) as caught:
        acts.add(make_case(), by=people.writer, evidence=a_video(make_case()), **told())
    assert caught.value.field == "evidence"


def test_each_opening_is_a_line_with_person_and_moment_and_the_register_counts_them(people, calendar):
    item = acts.add(make_case(), by=people.writer, **told())
    address = reverse("publicity-item", args=(item.pk,))
    writer, leader = client_of(people.writer), client_of(people.leader)
    for client in (writer, leader, writer):
        calendar.now += timedelta(minutes=1)
        client.get(address)
    first = noon(DECIDED)
    assert lines(press=item) == [
        (people.writer.pk, first + timedelta(minutes=1)),
        (people.leader.pk, first + timedelta(minutes=2)),
        (people.writer.pk, first + timedelta(minutes=3)),
    ]
    page = words(leader.get(reverse("publicity")))
    assert "3 times 2026-03-02 12:03" in page
    assert str(people.leader) in words(writer.get(address))


def test_lines_are_never_changed_and_belong_to_one_thing(people):
    item = acts.add(make_case(), by=people.writer, **told())
    acts.open_press(item, people.leader)
    rows = PublicityOpening.objects.all()
    for change in (lambda: rows.update(by=people.writer), lambda: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    _case, video = resisting()
    for both in ({"press": item, "video": video}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicityOpening.objects.create(region=item.region, by=people.leader, **both)


def test_a_video_is_the_case_s_own_evidence_and_its_number_the_dossier_s(people):
    case, video = resisting("荥像2026-0012")
    client = client_of(people.writer)
    page = client.get(reverse("publicity-videos"))
    for said in (case.case_no, "荥像2026-0012", "全程录像"):
        assert said in words(page)
    shown = client.get(reverse("publicity-video", args=(video.pk,)))
    assert f'src="{reverse("evidence", args=(video.pk,))}"' in shown.content.decode()
    assert lines(video=video) == [(people.writer.pk, noon(DECIDED))]
    assert "1 time 2026-03-02 12:00" in words(client.get(reverse("publicity-videos")))
    Dossier.objects.filter(case=case).update(video_archive_no="荥像2026-0013")
    assert "荥像2026-0013" in words(client.get(reverse("publicity-videos")))


def test_a_video_played_from_the_page_of_its_case_leaves_a_line_once_for_its_many_pieces(
    people, calendar, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    case, _empty = resisting()
    video, other = (a_video(one, str(n) * 64, original=ContentFile(b"film", "v.mp4")) for n, one in
                    enumerate((case, make_case()), start=1))  # fmt: skip
    client = client_of(people.leader)

    def asked(piece, method="get", **headers):
        answer = getattr(client, method)(reverse("evidence", args=(piece.pk,)), headers=headers)
        b"".join(answer)
        return answer.status_code

    assert asked(video, "head") == 200
    assert lines(video=video) == []
    assert [asked(video, Range=part) for part in ("bytes=0-1", "bytes=2-3")] == [206, 206]
    assert asked(other) == 200
    assert lines() == [(people.leader.pk, noon(DECIDED))]
    calendar.now += acts.ONE_OPENING + timedelta(seconds=1)
    assert asked(video) == 200
    assert len(lines(video=video)) == 2


def test_what_is_missing_of_a_violent_case_is_said(people):
    case, video = resisting()
    page = words(client_of(people.writer).get(reverse("publicity-videos")))
    assert "not archived yet" in page
    assert "no video yet" not in page
    video.delete()
    assert "no video yet" in words(client_of(people.writer).get(reverse("publicity-videos")))
    Dossier.objects.filter(case=case).update(violent_resistance=False)
    assert case.case_no not in words(client_of(people.writer).get(reverse("publicity-videos")))


def test_other_evidence_and_other_cases_videos_are_not_in_the_register(people):
    case, video = resisting()
    photo = case.evidence.create(region=case.region, medium="photo", title="照片", sha256="1" * 64, size=4)
    elsewhere = a_video(make_case())
    assert list(register.videos(people.writer)) == [video]
    client = client_of(people.writer)
    for piece in (photo, elsewhere):
        assert client.get(reverse("publicity-video", args=(piece.pk,))).status_code == 404
    assert lines() == []


def test_what_is_struck_out_stays_with_its_reason_and_frees_its_number(people):
    item = acts.add(make_case(), by=people.writer, **told())
    address = reverse("publicity-item", args=(item.pk,))
    assert client_of(people.leader).post(address, {"note": "登错"}).status_code == 403
    assert client_of(people.writer).post(address, {"note": " "}).status_code == 400
    assert client_of(people.writer).post(address, {"note": "登错案件"})["Location"] == address
    page = words(client_of(people.leader).get(address))
    assert f"Struck out on 2026-03-02 by {people.writer}: 登错案件" in page
    with pytest.raises(NotNow):
        acts.strike(item, note="再次", by=people.writer)
    assert acts.add(item.case, by=people.writer, **told()).archive_no == item.archive_no
    assert PressItem.objects.count() == 2


def test_another_region_s_work_is_not_there(people, tmp_path):
    region = load_second_city(tmp_path).region
    their_writer = make_user("publicity_officer", region_id=region.code)
    case, video = resisting("异地0001", region=region, lon=IN_G1[0], lat=IN_G1[1])
    item = acts.add(case, by=their_writer, **told())
    client = client_of(people.writer)
    for name, key in (("publicity-item", item.pk), ("publicity-video", video.pk)):
        assert client.get(reverse(name, args=(key,))).status_code == 404
    for name in ("publicity", "publicity-videos"):
        assert case.case_no not in words(client.get(reverse(name)))
        assert case.case_no in words(client_of(their_writer).get(reverse(name)))
    assert acts.add(make_case(), by=people.writer, **told()).archive_no == item.archive_no  # each region counts its own


def test_only_who_is_of_the_press_or_leads_finds_it_in_the_menu(people):
    for user, there in ((people.writer, True), (people.leader, True), (people.dispatcher, False)):
        page = client_of(user).get("/responsibility/").content.decode()
        assert ('href="/publicity/"' in page) is there, user
        answers = {client_of(user).get(reverse(name)).status_code for name in ("publicity", "publicity-videos")}
        assert answers == {200 if there else 403}


def test_the_register_asks_no_more_for_many_than_for_few(people, django_assert_max_num_queries):
    writer = User.objects.get(pk=people.writer.pk)
    for number in range(4):
        case, _video = resisting(f"像{number}")
        acts.add(case, by=people.writer, **told(archive_no=f"宣{number}"))
    with django_assert_max_num_queries(3):
        assert len(register.press(writer)) == 4
    with django_assert_max_num_queries(3):
        assert [len(case.videos) for case in register.resisted(writer)] == [1, 1, 1, 1]
