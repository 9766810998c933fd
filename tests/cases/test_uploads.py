"""Large files in pieces: what is durable is told, what is broken off goes on, and two at once corrupt nothing."""

# ruff: noqa: F811 -- fixtures are found by their names
import base64
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.http import UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from cases import actions
from cases.evidence import uploads
from cases.models import Case, Upload
from tests.cases.evidence_files import box, movie, picture
from tests.cases.evidence_rows import case, files_in, media, officer, verbs  # noqa: F401 -- fixtures
from tests.factories import make_case, make_user

PIECE = "application/offset+octet-stream"
FILM = movie(seconds=65, media=bytes(range(256)) * 40)


@pytest.fixture
def api(client, officer):
    client.defaults["HTTP_AUTHORIZATION"] = f"Token {Token.objects.create(user=officer).key}"
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def metadata(**words):
    return ",".join(f"{name} {base64.b64encode(str(value).encode()).decode()}" for name, value in words.items())


def create(api, case, length=None, headers=None, **words):
    length = len(FILM) if length is None else length
    told = {"case": case.case_no, "filename": "院墙.mp4", **words}
    return api.post(
        reverse("api-uploads"),
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(length), "Upload-Metadata": metadata(**told), **(headers or {})},
    )  # fmt: skip


def patch(api, address, content, offset, **headers):
    return api.patch(address, content, PIECE, headers={"Upload-Offset": str(offset), **headers})


def standing(api, address):
    answer = api.head(address)
    assert answer["Cache-Control"] == "no-store"
    return int(answer["Upload-Offset"]), int(answer["Upload-Length"])


def test_a_file_in_three_pieces_becomes_one_piece_of_evidence_with_one_event(api, case, officer, media):
    made = create(api, case, kind="inspection_record", title="北院墙", captured_at="2026-11-20T08:00:00+08:00")
    assert (made.status_code, made["Tus-Resumable"], made["Upload-Offset"]) == (201, "1.0.0", "0")
    address = made["Location"]
    for first, last in ((0, 5000), (5000, 5001), (5001, len(FILM))):
        assert standing(api, address) == (first, len(FILM))
        answer = patch(api, address, FILM[first:last], first)
        assert (answer.status_code, answer["Upload-Offset"]) == (204, str(last))
    piece = case.evidence.get()
    assert answer["Evidence-Id"] == str(piece.pk)
    assert (piece.title, piece.kind, piece.medium, piece.added_by) == ("北院墙", "inspection_record", "video", officer)
    assert piece.sha256 == hashlib.sha256(FILM).hexdigest()
    assert Path(piece.original.path).read_bytes() == FILM
    assert verbs(case) == ["report", "evidence"]
    assert files_in(media) == [Path(piece.original.path)]


def test_a_finished_upload_is_still_known_where_its_last_answer_was_lost(api, case):
    address = create(api, case)["Location"]
    patch(api, address, FILM, 0)
    answer = api.head(address)
    assert (answer["Upload-Offset"], answer["Evidence-Id"]) == (str(len(FILM)), str(case.evidence.get().pk))
    assert patch(api, address, b"x", len(FILM)).status_code == 409
    assert case.evidence.count() == 1


def test_a_picture_comes_in_pieces_as_well_and_is_shown_re_encoded(api, case):
    content = picture("PNG")
    address = create(api, case, len(content), filename="院墙.png")["Location"]
    patch(api, address, content, 0)
    assert case.evidence.get().shown


def test_the_same_file_again_is_the_evidence_that_is_there(api, case, media):
    for _time in range(2):
        address = create(api, case)["Location"]
        answer = patch(api, address, FILM, 0)
    assert answer["Evidence-Id"] == str(case.evidence.get().pk)
    assert (verbs(case), len(files_in(media))) == (["report", "evidence"], 1)


@pytest.mark.parametrize("offset", [0, 99, 101, len(FILM)])
def test_a_piece_that_begins_elsewhere_is_refused_with_the_place_where_the_file_stands(api, case, offset):
    address = create(api, case)["Location"]
    patch(api, address, FILM[:100], 0)
    answer = patch(api, address, FILM[offset:] or b"x", offset)
    assert answer.status_code == 409
    assert "stands at byte 100" in answer.json()["detail"]
    assert standing(api, address)[0] == 100


def test_more_bytes_than_announced_are_refused_and_not_one_of_them_counts(api, case):
    address = create(api, case, 100)["Location"]
    patch(api, address, FILM[:60], 0)
    assert list(patch(api, address, FILM[60:101], 60).json()) == ["Upload-Length"]
    assert standing(api, address)[0] == 60


def test_what_arrived_before_the_line_broke_is_kept(case, officer):
    def broken():
        yield FILM[:3000]
        yield FILM[3000:7000]
        raise UnreadablePostError

    upload = uploads.begin(case, by=officer, length=len(FILM), name="院墙.mp4")
    with pytest.raises(UnreadablePostError):
        actions.receive(upload, 0, broken())
    upload.refresh_from_db()
    assert upload.offset == 7000
    actions.receive(upload, 7000, [FILM[7000:]])
    assert Path(case.evidence.get().original.path).read_bytes() == FILM


def test_bytes_that_no_offset_vouches_for_are_written_over(case, officer):
    upload = uploads.begin(case, by=officer, length=len(FILM), name="院墙.mp4")
    actions.receive(upload, 0, [FILM[:100]])
    with uploads.part_of(upload).open("ab") as part:
        part.write(b"left by a killed server" * 1000)
    actions.receive(upload, 100, [FILM[100:]])
    assert Path(case.evidence.get().original.path).read_bytes() == FILM


def test_an_offset_whose_bytes_are_gone_takes_nothing_more(case, officer):
    upload = uploads.begin(case, by=officer, length=len(FILM), name="院墙.mp4")
    actions.receive(upload, 0, [FILM[:100]])
    uploads.part_of(upload).unlink()
    with pytest.raises(uploads.BadOffset):
        actions.receive(upload, 100, [FILM[100:]])


def test_long_pieces_are_made_durable_on_the_way(case, officer, monkeypatch):
    monkeypatch.setattr(uploads, "DURABLE_EVERY", 1000)
    stored = []

    def watched():
        for place in range(0, len(FILM) - 500, 500):
            stored.append(Upload.objects.get().offset)
            yield FILM[place : place + 500]
        raise UnreadablePostError

    upload = uploads.begin(case, by=officer, length=len(FILM), name="院墙.mp4")
    with pytest.raises(UnreadablePostError):
        actions.receive(upload, 0, watched())
    assert stored[:6] == [0, 0, 1000, 1000, 2000, 2000]


# Check sums


def checksum(content, name="sha256"):
    return f"{name} {base64.b64encode(hashlib.new(name, content).digest()).decode()}"


def test_a_piece_that_was_changed_on_its_way_counts_for_nothing(api, case):
    address = create(api, case)["Location"]
    answer = patch(api, address, FILM[:500], 0, Upload_Checksum=checksum(FILM[1:501]))
    assert answer.status_code == 460
    assert standing(api, address)[0] == 0
    for name in ("sha1", "sha256"):
        first = standing(api, address)[0]
        part = FILM[first : first + 500]
        assert patch(api, address, part, first, Upload_Checksum=checksum(part, name)).status_code == 204


@pytest.mark.parametrize("said", ["md5 AAAA", "sha256", "sha256 ???", "sha256 AAAA", ""])
def test_a_check_sum_that_says_nothing_is_named(api, case, said):
    address = create(api, case)["Location"]
    answer = patch(api, address, FILM[:5], 0, Upload_Checksum=said)
    assert (answer.status_code, list(answer.json())) == (400, ["Upload-Checksum"])


def test_a_file_that_is_not_the_announced_one_is_refused_by_its_name(api, case, media):
    address = create(api, case, sha256="0" * 64)["Location"]
    answer = patch(api, address, FILM, 0)
    assert answer.status_code == 400
    assert answer.json()["file"][0].startswith("院墙.mp4: the file was changed on its way")
    assert (case.evidence.count(), Upload.objects.count(), files_in(media)) == (0, 0, [])


def test_the_announced_digest_may_be_in_capitals(api, case):
    address = create(api, case, sha256=hashlib.sha256(FILM).hexdigest().upper())["Location"]
    assert patch(api, address, FILM, 0).status_code == 204


# What is refused, and when


def test_the_wrong_kind_is_refused_with_the_first_piece_and_not_after_the_last(api, case, media):
    address = create(api, case, 10**9, filename="照片.jpg")["Location"]
    answer = patch(api, address, b"MZ" + bytes(5000), 0)
    assert answer.status_code == 400
    assert answer.json()["file"][0].startswith("照片.jpg: kept are JPEG")
    assert api.head(address).status_code == 404
    assert (Upload.objects.count(), files_in(media)) == (0, [])


def test_a_photo_of_a_gigabyte_is_refused_with_its_first_piece(api, case):
    address = create(api, case, 10**9)["Location"]
    assert "larger than 20 MB" in patch(api, address, picture() + bytes(5000), 0).json()["file"][0]


def test_a_broken_file_is_refused_at_its_end_and_leaves_nothing(api, case, media):
    content = FILM[:-1] + box(b"free")[:-1]
    address = create(api, case, len(content))["Location"]
    assert "not a whole MP4 file" in patch(api, address, content, 0).json()["file"][0]
    assert (case.evidence.count(), verbs(case), files_in(media)) == (0, ["report"], [])


def test_more_than_two_gigabytes_are_refused_before_they_are_sent(api, case):
    answer = create(api, case, 2 * 1024**3 + 1)
    assert (answer.status_code, answer.json()["detail"]) == (413, "院墙.mp4: the file is larger than 2048 MB.")
    assert create(api, case, 2 * 1024**3).status_code == 201


def test_an_empty_file_is_refused(api, case):
    assert create(api, case, 0).json() == {"file": ["院墙.mp4: the file is empty."]}


@pytest.mark.parametrize(
    ("headers", "words", "field"),
    [
        ({"Upload-Length": "-1"}, {}, "Upload-Length"),
        ({"Upload-Length": "9" * 40}, {}, "Upload-Length"),
        ({"Upload-Length": "²"}, {}, "Upload-Length"),
        ({"Upload-Metadata": "case ???"}, {}, "Upload-Metadata"),
        ({"Upload-Metadata": "case a b c"}, {}, "Upload-Metadata"),
        ({"Upload-Metadata": "case /w=="}, {}, "Upload-Metadata"),
        ({}, {"filename": "a\0b"}, "Upload-Metadata"),
        ({}, {"sha256": "xyz"}, "sha256"),
        ({}, {"kind": "hearsay"}, "kind"),
        ({}, {"reviewed_by": "1"}, "reviewed_by"),
        ({}, {"lon": "113.4", "lat": "34.8"}, "crs"),
    ],
)
def test_a_wrong_header_or_word_is_named_before_anything_is_sent(api, case, headers, words, field):
    answer = create(api, case, headers=headers, **words)
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert Upload.objects.count() == 0


def test_another_protocol_is_told_ours(api, case):
    answer = create(api, case, headers={"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    offered = api.options(reverse("api-uploads"))
    assert (offered.status_code, offered["Tus-Max-Size"]) == (204, str(2 * 1024**3))
    assert offered["Tus-Extension"] == "creation,termination,expiration,checksum"


def test_a_piece_is_a_piece_by_its_kind(api, case):
    address = create(api, case)["Location"]
    assert api.patch(address, FILM, "video/mp4", headers={"Upload-Offset": "0"}).status_code == 415


@pytest.mark.parametrize("name", ["../../x.mp4", "a\r\nb.mp4"])
def test_no_name_leads_out_of_the_folder_of_uploads(api, case, media, name):
    address = create(api, case, filename=name)["Location"]
    patch(api, address, FILM[:10], 0)
    (part,) = files_in(media)
    assert part.parent == media / "uploads" / case.region_id


# Whose it is


def test_an_upload_is_known_to_whoever_began_it_alone(client, api, case):
    address = create(api, case)["Location"]
    other = make_user("inspector", group_codes=["G3"])
    del client.defaults["HTTP_AUTHORIZATION"]
    client.force_login(other)
    answers = [client.head(address), patch(client, address, b"x", 0), client.delete(address)]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert Upload.objects.get().offset == 0


def test_nothing_is_begun_for_a_case_that_one_does_not_see(api, case):
    hidden = make_case(by=make_user("dispatcher"), group_code="G1", area_code="410182200")
    assert create(api, hidden).status_code == 404
    assert create(api, case, headers={"Upload-Metadata": metadata(filename="x.mp4")}).status_code == 404


def test_an_upload_ends_where_its_case_is_seen_no_longer(api, case):
    address = create(api, case)["Location"]
    Case.objects.filter(pk=case.pk).update(group_code="G1", reported_by=make_user("dispatcher"))
    assert patch(api, address, FILM, 0).status_code == 404


def test_a_given_up_upload_is_gone_with_its_bytes(api, case, media):
    address = create(api, case)["Location"]
    patch(api, address, FILM[:10], 0)
    assert api.delete(address).status_code == 204
    assert (api.head(address).status_code, api.delete(address).status_code) == (404, 404)
    assert files_in(media) == []


def test_an_upload_expires_after_seven_days(api, case):
    address = create(api, case)["Location"]
    assert api.head(address).status_code == 200
    assert Upload.objects.get().expires_at - timezone.now() > timedelta(days=6, hours=23)
    Upload.objects.update(expires_at=timezone.now())
    assert api.head(address).status_code == 404


def test_a_person_has_at_most_twenty_unfinished_uploads(api, case, officer, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNFINISHED", 2)
    addresses = [create(api, case)["Location"] for _number in range(2)]
    answer = create(api, case)
    assert (answer.status_code, answer.json()["detail"][:10]) == (409, "You have 2")
    patch(api, addresses[0], FILM, 0)
    assert create(api, case).status_code == 201


def test_no_upload_begins_where_the_disk_has_no_room_for_it(api, case, monkeypatch):
    monkeypatch.setattr(uploads, "LEFT_FREE", 10**18)
    answer = create(api, case)
    assert (answer.status_code, answer.json()["detail"][:6]) == (409, "院墙.mp4")
