"""Accepted files become rows and stored files of a case: both, or neither."""

from contextlib import ExitStack
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from cases.evidence.reading import ReadFile
from cases.evidence.refusal import EvidenceRefused, plain_name
from cases.models import Case, Evidence
from cases.models.evidence import EvidenceKind, Medium
from cases.workflow import Status

# Its file is handed on or put away: what comes later belongs to another case, or needs this one reopened.
FILE_CLOSED = frozenset({Status.ARCHIVED, Status.TRANSFERRED_OUT, Status.VOID, Status.MERGED})

# The same file is called otherwise where it stands for a paper, or for data of a machine.
_MEDIUM_AS = {
    (Medium.PHOTO, EvidenceKind.DOCUMENTARY): Medium.SCAN,
    (Medium.SCAN, EvidenceKind.ELECTRONIC): Medium.FILE,
}


def takes_more(case: Case) -> bool:
    return case.status not in FILE_CLOSED


def check_open(case: Case, name: str | None, field: str = EvidenceRefused.field) -> None:
    """EvidenceRefused where nothing is added to the case any more; asked before a file is sent or read."""
    if not takes_more(case):
        said = _("the case is “{state}”: nothing is added to its file.").format(state=case.get_status_display())
        refused = EvidenceRefused(plain_name(name or ""), said)
        refused.field = field
        raise refused


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
            _store(kept.small, ".jpg", ContentFile(file.small), undo)
        kept.save()
        undo.pop_all()
    return kept


def _store(field, extension, content, undo):
    """Under a name that tells nothing."""
    field.save(f"{uuid4().hex}{extension}", content, save=False)
    undo.callback(field.storage.delete, field.name)
