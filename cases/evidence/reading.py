"""Reads a file that is to become evidence: told by content, refused with a sentence, hashed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.files import File
from django.utils.translation import gettext as _

from cases.evidence import containers, formats, photos, polyglots
from cases.evidence.formats import Format
from cases.evidence.refusal import EvidenceRefused, plain_name
from cases.models.evidence import Medium


@dataclass(frozen=True)
class ReadFile:
    """An accepted file: its own bytes as `uploaded`, and for pictures `shown`, the JPEG made of it (`pixels` wide
    and high), and `small`, the one for lists.

    `claimed` is the (lon, lat) and `claimed_at` the time in the file's own data, or None. They are hints: phones
    write WGS 84, GCJ-02 or nonsense, and anybody can edit them.
    """

    uploaded: File
    name: str
    format: Format
    sha256: str
    size: int
    shown: bytes = b""
    small: bytes = b""
    pixels: tuple[int | None, int | None] = (None, None)
    duration_s: float | None = None
    claimed: tuple[float | None, float | None] = (None, None)
    claimed_at: datetime | None = None


def read_photos(uploaded) -> list[ReadFile]:
    """Several photos, all or none; decoding takes its time, so no lock should be held meanwhile."""
    try:
        return [_read_photo(one) for one in uploaded]
    except EvidenceRefused as error:
        error.field = "photos"
        raise


def read(uploaded: File) -> ReadFile:
    """The accepted file; EvidenceRefused for anything that is not one whole file of a kind we take."""
    name = plain_name(uploaded.name or "")
    found = formats.check_beginning(name, formats.head_of(uploaded), uploaded.size)
    return _read_photo(uploaded) if found.medium == Medium.PHOTO else _read_other(uploaded, name, found)


def _read_photo(uploaded) -> ReadFile:
    name = plain_name(uploaded.name or "")
    picture = photos.read(uploaded, name)
    return ReadFile(
        uploaded, name, picture.format, picture.sha256, uploaded.size, picture.shown, picture.small, picture.pixels,
        claimed=picture.claimed, claimed_at=picture.claimed_at,
    )  # fmt: skip


def _read_other(uploaded, name, found) -> ReadFile:
    size = uploaded.size
    try:
        outline = containers.outline(found, uploaded, size)
    except containers.Broken as error:
        raise EvidenceRefused(name, _("this is not a whole {kind} file.").format(kind=found.name)) from error
    except containers.Active as error:
        raise EvidenceRefused(name, _("the PDF holds a program or other files; print it to a plain PDF.")) from error
    if polyglots.holds_another(uploaded, size, is_pdf=found is formats.PDF):
        raise EvidenceRefused(name, _("the file holds something else than it begins as."))
    if outline.sound_alone:
        found = formats.M4A
    return ReadFile(uploaded, name, found, digest(uploaded), size, duration_s=outline.seconds)


def digest(file: File) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()
