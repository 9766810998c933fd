"""Evidence of a case: kept untouched, warned of where it was taken elsewhere, reviewed, and nothing left behind."""

# ruff: noqa: F811 -- fixtures are found by their names
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases import actions
from cases.evidence import uploads
from cases.evidence.sweeping import sweep
from cases.models import Evidence
from cases.models.evidence import FAR_M
from tests.cases.evidence_files import movie, pdf, picture, wav
from tests.cases.evidence_rows import add, case, file, files_in, listed, media, north_of_the_case, officer, verbs  # noqa: F401 -- fixtures are found by their names
from tests.factories import make_case, make_user


def test_a_file_is_kept_byte_for_byte_with_its_digest_its_kind_and_one_event(case, officer, media):
    content = movie(seconds=65)
    piece = add(case, content, kind="inspection_record")
    (stored,) = files_in(media)
    assert stored.read_bytes() == content
    assert (piece.title, piece.kind, piece.medium, piece.duration_s) == (
        "院墙.mp4", "inspection_record", "video", 65,
    )  # fmt: skip
    assert (piece.size, piece.shown, piece.added_by) == (len(content), "", officer)
    assert verbs(case) == ["report", "evidence"]
    assert case.events.last().note == "院墙.mp4"


@pytest.mark.parametrize(
    ("content", "kind", "medium"),
    [
        (picture(), "audiovisual", "photo"),
        (picture(), "documentary", "scan"),
        (pdf(), "documentary", "scan"),
        (pdf(), "electronic", "file"),
        (wav(), "witness", "audio"),
    ],
)
def test_the_medium_follows_from_content_and_kind(case, content, kind, medium):
    assert add(case, content, kind=kind).medium == medium


def test_the_same_bytes_again_are_the_evidence_that_is_there_and_leave_no_second_trace(case, media):
    first = add(case, title="第一次")
    assert add(case, title="第二次") == first
    assert (case.evidence.get().title, verbs(case), len(files_in(media))) == ("第一次", ["report", "evidence"], 1)


def test_the_same_bytes_may_prove_two_cases(case, officer):
    assert add(case).pk != add(make_case(by=officer)).pk


def test_a_picture_given_as_evidence_is_shown_re_encoded_and_counts_among_the_photos(case):
    piece = add(case, picture("PNG"))
    assert (piece.width, piece.height, Path(piece.shown.name).suffix) == (40, 20, ".jpg")
    add(case, pdf())
    assert list(case.photos) == [piece]


@pytest.mark.parametrize(
    ("metres", "radius", "far"),
    [(0, None, False), (FAR_M - 2, None, False), (FAR_M + 2, None, True), (FAR_M + 48, 50, False), (FAR_M + 52, 50, True)],
)  # fmt: skip
def test_a_place_of_capture_is_far_beyond_200_metres_and_its_own_radius(case, metres, radius, far):
    piece = listed(add(case, captured=north_of_the_case(metres), captured_accuracy_m=radius))
    assert piece.distance_m == pytest.approx(metres, abs=1)
    assert piece.is_far is far


def test_the_radius_of_the_cases_own_point_counts_as_well(officer):
    case = make_case(by=officer, accuracy_m=30)
    assert not listed(add(case, captured=north_of_the_case(FAR_M + 28))).is_far
    assert listed(add(case, wav(), captured=north_of_the_case(FAR_M + 32))).is_far


def test_what_the_file_claims_is_measured_where_nobody_stated_a_place(case):
    lon, lat = north_of_the_case(1000).coords
    claimed = {"claimed_lon": lon, "claimed_lat": lat}
    piece = add(case)
    Evidence.objects.filter(pk=piece.pk).update(**claimed)
    assert listed(piece).distance_m == pytest.approx(1000, abs=2)
    Evidence.objects.filter(pk=piece.pk).update(captured=north_of_the_case(10))
    assert listed(piece).distance_m == pytest.approx(10, abs=1)


def test_without_any_place_nothing_is_measured_and_nothing_warned_of(case):
    piece = listed(add(case))
    assert (piece.distance_m, piece.is_far) == (None, False)


def test_device_evidence_is_not_usable_before_its_review_which_leaves_one_event(case):
    piece = add(case, from_device=True)
    assert not piece.is_usable
    lawyer = make_user("legal_officer")
    reviewed = actions.review_evidence(piece, by=lawyer, note=" 时间与画面核对无误 ")
    assert (reviewed.is_usable, reviewed.reviewed_by, reviewed.review_note) == (True, lawyer, "时间与画面核对无误")
    assert verbs(case) == ["report", "evidence", "review_evidence"]


def test_what_a_person_recorded_needs_no_review_and_gets_none(case):
    piece = add(case)
    assert piece.is_usable
    with pytest.raises(actions.BadReport) as refused:
        actions.review_evidence(piece, by=make_user("legal_officer"), note="x")
    assert (refused.value.field, verbs(case)) == ("evidence", ["report", "evidence"])


def test_a_review_needs_words_another_person_and_is_given_once(case, officer):
    piece, lawyer = add(case, from_device=True), make_user("legal_officer")
    with pytest.raises(actions.BadReport) as refused:
        actions.review_evidence(piece, by=lawyer, note=" ")
    assert refused.value.field == "note"
    with pytest.raises(actions.BadReport):
        actions.review_evidence(piece, by=officer, note="x")
    actions.review_evidence(piece, by=lawyer, note="x")
    with pytest.raises(actions.ReviewedAlready):
        actions.review_evidence(piece, by=lawyer, note="y")
    assert listed(piece).review_note == "x"


def test_the_database_knows_no_review_of_what_a_person_recorded(case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=add(case).pk).update(reviewed_at=timezone.now())


# What is left on the disk


def test_the_sweep_takes_old_files_without_a_row_and_never_one_with_a_row(case, media):
    kept = [add(case), add(case, picture())]
    stray = media / "originals" / "2020" / "stray.mp4"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    (media / "photos" / "stray.jpg").write_bytes(b"x")
    elsewhere = media / "notes.txt"
    elsewhere.write_bytes(b"x")
    assert sweep(timezone.now()).files == 0  # all of them are young
    assert sweep(timezone.now() + timedelta(days=2)).files == 2
    assert not stray.exists()
    assert elsewhere.exists()
    for piece in kept:
        assert Path(piece.original.path).exists()
    assert Path(kept[1].shown.path).exists()


def test_the_sweep_ends_expired_uploads_and_leaves_those_that_are_waited_for(case, officer, media):
    old, new = (uploads.begin(case, by=officer, length=9, name=name) for name in ("old.mp4", "new.mp4"))
    for upload in (old, new):
        with uploads.alone(upload) as part:
            part.write(b"x")
    type(old).objects.filter(pk=old.pk).update(expires_at=timezone.now())
    done = sweep(timezone.now() + timedelta(days=2))
    assert (done.uploads, done.files) == (1, 0)
    assert [path.name for path in files_in(media)] == [str(new.pk)]


def test_the_sweep_leaves_an_expired_upload_that_somebody_is_writing_to(case, officer):
    upload = uploads.begin(case, by=officer, length=9, name="old.mp4")
    type(upload).objects.update(expires_at=timezone.now())
    with uploads.alone(upload):
        assert sweep(timezone.now()).uploads == 0
    assert sweep(timezone.now()).uploads == 1


def test_the_sweep_is_a_command_that_says_what_it_did(case, capsys):
    call_command("sweep_files")
    assert "0" in capsys.readouterr().out
