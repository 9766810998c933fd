"""Evidence as it is handed out, by the API and on the page."""

# ruff: noqa: F811 -- fixtures are found by their names

from base64 import b64encode
from pathlib import Path

import pytest
from django.urls import reverse
from rest_framework.authtoken.models import Token

from cases import actions, evidence
from tests.cases.evidence_files import movie, pdf, picture, wav
from tests.cases.evidence_rows import add, case, file, files_in, listed, media, north_of_the_case, officer, verbs  # noqa: F401 -- fixtures are found by their names
from tests.factories import SUOHE, make_user
from tests.pages import english, words

# The files, as they are handed out


def get(client, piece, **headers):
    return client.get(reverse("evidence", args=[piece.pk]), headers=headers)


@pytest.mark.parametrize(
    ("content", "kind", "extension"),
    [(movie(), "video/mp4", "mp4"), (pdf(), "application/pdf", "pdf"), (wav(), "audio/wav", "wav")],
)
def test_what_is_no_picture_is_handed_out_as_it_came_as_a_download_that_can_do_nothing(
    client, case, content, kind, extension
):
    piece = add(case, content)
    client.force_login(case.reported_by)
    answer = get(client, piece)
    assert b"".join(answer) == content
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == f'attachment; filename="{case.case_no}-{piece.pk}.{extension}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, max-age=3600"
    assert answer["Content-Length"] == str(len(content))


def test_of_a_picture_only_the_copy_is_handed_out(client, case):
    content = picture("PNG")
    piece = add(case, content)
    client.force_login(case.reported_by)
    for name in ("evidence", "photo"):
        answer = client.get(reverse(name, args=[piece.pk]), headers={"Range": "bytes=0-9"})
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert b"".join(answer).startswith(b"\xff\xd8")


def test_lists_show_the_small_picture_and_of_older_evidence_the_large_one(client, case):
    piece = add(case, picture("PNG"))
    client.force_login(case.reported_by)
    small = reverse("small-photo", args=[piece.pk])
    assert f'src="{small}"' in client.get(reverse("case-evidence", args=[case.case_no])).content.decode()
    assert b"".join(client.get(small)) == Path(piece.small.path).read_bytes()
    case.evidence.update(small="")
    assert b"".join(client.get(small)) == Path(piece.shown.path).read_bytes()


@pytest.mark.parametrize("state", ["archived", "transferred_out", "void", "merged"])
def test_nothing_is_added_to_a_file_that_is_put_away(client, case, state):
    type(case).objects.update(status=state, ended_at=case.reported_at)
    client.force_login(case.reported_by)
    url = reverse("case-evidence", args=[case.case_no])
    assert "evidence-form" not in client.get(url).content.decode()
    answer = client.post(url, {"file": file(pdf()), "kind": "documentary"}, headers={"accept-language": "en"})
    assert (answer.status_code, case.evidence.count()) == (400, 0)
    assert "nothing is added to its file" in words(answer)
    begun = client.post(
        reverse("api-uploads"),
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": "100", "accept-language": "en",
                 "Upload-Metadata": f"case {b64encode(case.case_no.encode()).decode()},filename eC5tcDQ="},
    )  # fmt: skip
    assert (begun.status_code, "nothing is added to its file" in begun.content.decode()) == (400, True)
    photos = client.post(reverse("api-photos", args=[case.case_no]), {"photos": [file(picture())]})
    assert (photos.status_code, list(photos.json())) == (400, ["photos"])


def test_what_was_on_its_way_when_the_case_was_archived_is_kept(case, officer):
    piece = add(case)
    type(case).objects.update(status="archived", ended_at=case.reported_at)
    assert actions.keep_evidence(case, evidence.read(file(wav())), by=officer).pk != piece.pk


def test_what_is_no_picture_has_no_photo(client, case):
    piece = add(case)
    client.force_login(case.reported_by)
    assert client.get(reverse("photo", args=[piece.pk])).status_code == 404


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=0-99", slice(0, 100)),
        ("bytes=10-", slice(10, None)),
        ("bytes=-10", slice(-10, None)),
        ("bytes=-99999999", slice(None)),
        ("bytes=5-99999999", slice(5, None)),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(client, case, asked, part):
    content = movie()
    piece = add(case, content)
    client.force_login(case.reported_by)
    answer = get(client, piece, Range=asked)
    wanted = content[part]
    first = content.index(wanted) if part.start is None or part.start >= 0 else len(content) + part.start
    first = part.start if part.start and part.start > 0 else first
    assert (answer.status_code, b"".join(answer)) == (206, wanted)
    assert answer["Content-Range"] == f"bytes {first}-{first + len(wanted) - 1}/{len(content)}"
    assert answer["Content-Length"] == str(len(wanted))
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=9-5", "bytes=-0"])
def test_a_part_outside_of_the_file_is_refused_with_its_size(client, case, asked):
    content = movie()
    piece = add(case, content)
    client.force_login(case.reported_by)
    answer = get(client, piece, Range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(content)}")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=0-1", "bytes=a-b", "bytes=-", "bytes=" + "9" * 40 + "-"])
def test_what_is_no_single_part_gets_the_whole_file(client, case, asked):
    piece = add(case)
    client.force_login(case.reported_by)
    answer = get(client, piece, Range=asked)
    assert (answer.status_code, b"".join(answer)) == (200, movie())


def test_a_file_that_is_gone_is_missing(client, case, media):
    piece = add(case)
    client.force_login(case.reported_by)
    for path in files_in(media):
        path.unlink()
    assert get(client, piece).status_code == 404


def test_evidence_of_others_is_as_missing_as_none_and_nobody_sees_it_without_signing_in(client, case):
    piece = add(case)
    assert get(client, piece).status_code == 302
    client.force_login(make_user("inspector", group_codes=["G1"]))
    assert get(client, piece).status_code == 404


# By the API


@pytest.fixture
def api(client, officer):
    client.defaults["HTTP_AUTHORIZATION"] = f"Token {Token.objects.create(user=officer).key}"
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def post(api, case, content=None, **told):
    return api.post(reverse("api-evidence", args=[case.case_no]), {"file": file(content or movie()), **told})


def test_a_file_comes_by_the_api_with_what_is_known_of_it(api, case):
    told = {
        "kind": "witness", "title": "证人甲", "captured_at": "2026-11-20T08:00:00+08:00", "lon": SUOHE[0], "lat": SUOHE[1],
        "crs": "wgs84", "accuracy_m": 15, "from_device": True,
    }  # fmt: skip
    answer = post(api, case, **told)
    made = answer.json()
    assert answer.status_code == 201
    assert {name: made[name] for name in told if name != "crs"} == {
        name: value for name, value in told.items() if name != "crs"
    }
    assert (made["medium"], made["distance_m"], made["far"], made["usable"]) == ("video", 0, False, False)
    assert api.get(reverse("api-evidence", args=[case.case_no])).json() == [made]
    assert b"".join(api.get(made["url"])) == movie()


def test_a_place_in_gcj02_is_converted_once(api, case):
    """The domain page's reference vector: WGS 84 (113.383, 34.787) is GCJ-02 (113.3895371, 34.78620085)."""
    made = post(api, case, lon=113.3895371, lat=34.78620085, crs="gcj02").json()
    assert (made["lon"], made["lat"]) == (pytest.approx(113.383, abs=1e-6), pytest.approx(34.787, abs=1e-6))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"kind": "hearsay"}, "kind"),
        ({"title": "长" * 121}, "title"),
        ({"captured_at": "yesterday"}, "captured_at"),
        ({"captured_at": "2999-01-01T00:00:00+08:00"}, "captured_at"),
        ({"lon": 113.4}, "lat"),
        ({"lon": 113.4, "lat": 34.8}, "crs"),
        ({"lon": 34.8, "lat": 113.4, "crs": "wgs84"}, "lon"),
        ({"accuracy_m": -1}, "accuracy_m"),
        ({"reviewed_by": 1}, "reviewed_by"),
        ({"sha256": "0"}, "sha256"),
    ],
)
def test_a_word_that_is_wrong_or_unknown_is_named_and_nothing_is_kept(api, case, media, told, field):
    answer = post(api, case, **told)
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert (case.evidence.count(), verbs(case), files_in(media)) == (0, ["report"], [])


@pytest.mark.parametrize("content", [b"<svg/>", b"MZ" + bytes(99), movie()[:-1]], ids=["svg", "program", "cut"])
def test_a_refused_file_is_named_in_a_sentence(api, case, content):
    answer = post(api, case, content)
    assert answer.status_code == 400
    assert answer.json()["file"][0].startswith("院墙.mp4: ")


def test_a_review_by_the_api_says_what_became_of_the_evidence(client, case):
    piece, lawyer = add(case, from_device=True), make_user("legal_officer", display_name="法制员")
    client.force_login(lawyer)
    address = reverse("api-evidence-review", args=[piece.pk])
    made = client.post(address, {"note": "核对无误"}, "application/json").json()
    assert (made["usable"], made["reviewed_by"], made["review_note"]) == (True, "法制员", "核对无误")
    assert client.post(address, {"note": "又一次"}, "application/json").status_code == 409
    assert client.post(address, {}, "application/json").status_code == 400


def test_the_photos_of_a_cases_json_are_as_they_were(api, case):
    add(case)
    photo = add(case, picture())
    (said,) = api.get(reverse("api-case", args=[case.case_no])).json()["properties"]["photos"]
    assert set(said) == {"id", "sha256", "width", "height", "url", "added_at"}
    assert (said["id"], said["url"]) == (photo.pk, f"/photos/{photo.pk}/")


# On the page


@pytest.fixture
def page(client, officer):
    client.force_login(officer)
    return english(client)


def show(page, case):
    return words(page.get(case.get_absolute_url()))


def send(page, case, **told):
    return page.post(reverse("case-evidence", args=[case.case_no]), {"kind": "audiovisual", **told})


def test_the_page_tells_of_each_piece_what_a_reader_must_know(page, case):
    add(case, movie(seconds=65), captured=north_of_the_case(1500), from_device=True, kind="inspection_record")
    said = show(page, case)
    for part in (
        "院墙.mp4", "inspection or site record", "video 1:05", "执法员一", "captured 1.5 km from the site",
        "device evidence, not yet usable",
    ):  # fmt: skip
        assert part in said
    assert "Record the review" not in said


def test_a_form_without_any_script_keeps_one_file(page, case):
    answer = send(
        page, case, file=file(pdf(), "租赁合同.pdf"), title="<b>合同</b>", lon="113.38", lat="34.78", crs="wgs84"
    )
    assert answer["Location"] == f"{case.get_absolute_url()}#evidence"
    piece = case.evidence.get()
    assert (piece.title, piece.captured.coords) == ("<b>合同</b>", (113.38, 34.78))
    assert "<b>合同" not in page.get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "This field is required."),
        ({"file": file(b"<svg/>", "平面图.svg")}, "平面图.svg: kept are JPEG"),
        ({"file": file(b"", "空.mp4")}, "The submitted file is empty."),
    ],
    ids=["no file", "svg", "empty"],
)
def test_a_refused_form_says_why_where_the_file_is_chosen(page, case, told, sentence):
    answer = send(page, case, **told)
    assert answer.status_code == 400
    assert sentence in words(answer)
    assert case.evidence.count() == 0


def test_the_lawyer_reviews_on_the_page_and_adds_nothing(client, case):
    piece = add(case, from_device=True)
    client.force_login(make_user("legal_officer"))
    said = show(english(client), case)
    assert "Record the review" in said
    assert "Add evidence" not in said
    client.post(reverse("evidence-review", args=[piece.pk]), {"note": "核对无误"})
    said = show(client, case)
    assert "device evidence, reviewed" in said
    assert "核对无误" in said
    answer = client.post(reverse("evidence-review", args=[piece.pk]), {"note": "又一次"}, follow=True)
    assert "has its review already" in words(answer)


def test_the_list_alone_is_given_as_a_piece_of_the_page(page, case):
    add(case)
    answer = page.get(reverse("case-evidence", args=[case.case_no]))
    assert answer.content.decode().lstrip().startswith("<section")
    assert "院墙.mp4" in words(answer)


def test_a_page_of_many_pieces_costs_as_many_queries_as_one_of_few(page, case, django_assert_max_num_queries):
    add(case)
    with django_assert_max_num_queries(40) as few:
        show(page, case)
    for number in range(5):
        add(case, wav(number + 1), by=make_user("inspector"))
    with django_assert_max_num_queries(len(few)):
        show(page, case)
