"""Accepted files become rows and stored files of a case: both, or neither."""

from contextlib import ExitStack
from uuid import uuid4

from django.core.files.base import ContentFile

from cases.evidence.reading import ReadFile
from cases.models import Case, Evidence
from cases.models.evidence import EvidenceKind, Medium

# The same file is called otherwise where it stands for a paper, or for data of a machine.
_MEDIUM_AS = {
    (Medium.PHOTO, EvidenceKind.DOCUMENTARY): Medium.SCAN,
    (Medium.SCAN, EvidenceKind.ELECTRONIC): Medium.FILE,
}


def keep(case: Case, files: list[ReadFile], by, **told) -> tuple[list[Evidence], int]:
    """Keep files of a case whose row the caller has locked, or just made; gives them and how many are new.

    `told` are fields of the evidence that a person stated. The same bytes again are the evidence that is there.
    Stored files whose row cannot be written are taken away again.
    """
    there = {one.sha256: one for one in case.evidence.filter(sha256__in=[file.sha256 for file in files])}
    known = len(there)
    for file in files:
        if file.sha256 not in there:
            there[file.sha256] = _kept(case, file, by, told)
    return [there[file.sha256] for file in files], len(there) - known


def _kept(case, file: ReadFile, by, told) -> Evidence:
    kind = told.get("kind") or EvidenceKind.AUDIOVISUAL
    kept = Evidence(
        region_id=case.region_id,
        case=case,
        medium=_MEDIUM_AS.get((file.format.medium, kind), file.format.medium),
        sha256=file.sha256,
        size=file.size,
        width=file.pixels[0],
        height=file.pixels[1],
        duration_s=file.duration_s,
        claimed_lon=file.claimed[0],
        claimed_lat=file.claimed[1],
        claimed_at=file.claimed_at,
        unit_id=by.unit_id if by else None,
        added_by=by,
        **{"title": file.name, **{name: value for name, value in told.items() if value not in ("", None)}},
    )
    with ExitStack() as undo:
        file.uploaded.seek(0)
        _store(kept.original, file.format.extension, file.uploaded, undo)
        if file.shown:
            _store(kept.shown, ".jpg", ContentFile(file.shown), undo)
        kept.save()
        undo.pop_all()
    return kept


def _store(field, extension, content, undo):
    """Under a name that tells nothing."""
    field.save(f"{uuid4().hex}{extension}", content, save=False)
    undo.callback(field.storage.delete, field.name)
