"""The verbs on evidence: add a file, take the pieces of a large one, review what a device recorded."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import evidence
from cases.actions.reporting import BadReport
from cases.evidence import uploads
from cases.models import Case, CaseEvent, Evidence, Upload
from cases.verbs import Verb
from gis_core.errors import NotPossibleNow


class ReviewedAlready(NotPossibleNow):
    """A piece of evidence is reviewed once."""


def add_evidence(case: Case, uploaded, *, by, at: datetime | None = None, **told) -> Evidence:
    """Keep one file as evidence; `told` are fields of Evidence that a person stated (kind, title, captured …).

    EvidenceRefused says why a file cannot be kept. One that is there already is given back as it is and leaves no
    second trace.
    """
    evidence.check_open(case, uploaded.name)
    return keep_evidence(case, evidence.read(uploaded), by=by, at=at, **told)


@transaction.atomic
def keep_evidence(case: Case, read_file: evidence.ReadFile, *, by, at: datetime | None = None, **told) -> Evidence:
    """The same for a file that was read before, outside of any lock."""
    at = at or timezone.now()
    locked = Case.objects.select_for_update().get(pk=case.pk)
    (kept,), new = evidence.keep(locked, [read_file], by, added_at=at, **told)
    if new:
        _written_down(locked, Verb.EVIDENCE, kept, by, at, note=kept.title)
    return kept


def receive(upload: Upload, offset: int, pieces, *, checksum=None, **told) -> Upload:
    """Take the next piece of an upload; with its last byte the file becomes evidence of the case, told as `told`.

    EvidenceRefused ends the upload; uploads.BadOffset, InUse and BadPiece leave it where it stands.
    """
    with uploads.alone(upload) as part:
        uploads.append(upload, part, offset, pieces, checksum)
        try:
            uploads.check_beginning(upload, part)
            if upload.offset == upload.length and upload.evidence_id is None:
                _finish(upload, told)
        except evidence.EvidenceRefused:
            uploads.discard(upload)
            raise
    return upload


def _finish(upload, told):
    with uploads.whole(upload) as read_file, transaction.atomic():
        upload.evidence = keep_evidence(upload.case, read_file, by=upload.by, **told)
        upload.save(update_fields=["offset", "evidence"])
    uploads.remove_part(upload)


@transaction.atomic
def review_evidence(piece: Evidence, *, by, note: str) -> Evidence:
    """The legal and technical review without which what a device recorded is not usable (行政处罚法 41)."""
    case = Case.objects.select_for_update().get(pk=piece.case_id)
    locked = Evidence.objects.select_for_update().get(pk=piece.pk)
    if not locked.from_device:
        raise BadReport("evidence", _("Only what a device recorded by itself is reviewed."))
    if locked.reviewed_at:
        raise ReviewedAlready(_("This evidence has its review already."))
    if by == locked.added_by:
        raise BadReport("evidence", _("Who added the evidence cannot review it as well."))
    if not note.strip():
        raise BadReport("note", _("Say what was reviewed and what came out."))
    locked.reviewed_by, locked.reviewed_at, locked.review_note = by, timezone.now(), note.strip()
    locked.save(update_fields=["reviewed_by", "reviewed_at", "review_note"])
    _written_down(case, Verb.REVIEW_EVIDENCE, locked, by, locked.reviewed_at, note=locked.review_note)
    return locked


def _written_down(case, verb, piece, by, at, note) -> CaseEvent:
    return case.events.create(
        region_id=case.region_id, verb=verb, from_status=case.status, status=case.status, by=by, unit=by and by.unit,
        at=at, place=piece.captured, note=note, data={"evidence": piece.pk, "sha256": piece.sha256},
    )  # fmt: skip
