"""The kinds of file that are kept, told from their first bytes and never from their name."""

from dataclasses import dataclass
from typing import BinaryIO

import filetype
from django.utils.translation import gettext as _

from cases.evidence.refusal import EvidenceRefused
from cases.models.evidence import Medium

MB = 1024 * 1024
HEAD_BYTES = 4096
MOST_BYTES = 2048 * MB  # no file is larger, whatever it is


@dataclass(frozen=True)
class Format:
    """A kind of file: what it counts as, how it is served, how many bytes it may have."""

    name: str
    extension: str
    content_type: str
    medium: Medium
    most_bytes: int


def _video(name, extension, content_type):
    return Format(name, extension, content_type, Medium.VIDEO, MOST_BYTES)


def _audio(name, extension, content_type):
    return Format(name, extension, content_type, Medium.AUDIO, 500 * MB)


def _photo(name, extension):
    return Format(name, extension, f"image/{name.lower()}", Medium.PHOTO, 20 * MB)


JPEG, PNG, WEBP = _photo("JPEG", ".jpg"), _photo("PNG", ".png"), _photo("WebP", ".webp")
HEIF = _photo("HEIF", ".heic")  # there only where a plug-in for Pillow is installed
MP4, MOV = _video("MP4", ".mp4", "video/mp4"), _video("MOV", ".mov", "video/quicktime")
THREE_GP = _video("3GP", ".3gp", "video/3gpp")
WEBM, MKV = _video("WebM", ".webm", "video/webm"), _video("MKV", ".mkv", "video/x-matroska")
M4A, MP3 = _audio("M4A", ".m4a", "audio/mp4"), _audio("MP3", ".mp3", "audio/mpeg")
WAV, AMR = _audio("WAV", ".wav", "audio/wav"), _audio("AMR", ".amr", "audio/amr")
OGG = _audio("Ogg", ".ogg", "audio/ogg")
PDF = Format("PDF", ".pdf", "application/pdf", Medium.SCAN, 50 * MB)

# As `filetype` names what it recognises. Office files and archives are left out on purpose: a document is
# evidence as the PDF or the picture of it, and no archive is ever opened.
RECOGNISED = {
    "image/jpeg": JPEG, "image/png": PNG, "image/webp": WEBP, "image/heic": HEIF,
    "video/webm": WEBM, "video/x-matroska": MKV, "audio/mpeg": MP3,
    "audio/x-wav": WAV, "audio/amr": AMR, "audio/ogg": OGG,
    "application/pdf": PDF,
}  # fmt: skip
KNOWN = (JPEG, PNG, WEBP, MP4, MOV, THREE_GP, WEBM, MKV, M4A, MP3, WAV, AMR, OGG, PDF)
BY_EXTENSION = {one.extension: one for one in (*KNOWN, HEIF)}

# First brand of an ISO media file by its beginning; `filetype` looks at the compatible ones and calls all MP4.
_BRANDS = {
    b"qt  ": MOV, b"3g": THREE_GP, b"M4A": M4A, b"M4B": M4A,
    **dict.fromkeys((b"iso", b"mp4", b"avc1", b"M4V", b"dash", b"MSNV", b"XAVC", b"mmp4"), MP4),
}  # fmt: skip


def recognise(head: bytes) -> Format | None:
    """The format that the first bytes are of; None for everything that is not kept."""
    if head[4:8] == b"ftyp":
        for brand, found in _BRANDS.items():
            if head[8:12].startswith(brand):
                return found
    guess = filetype.guess(head)
    return RECOGNISED.get(guess.mime) if guess else None


def check_beginning(name: str, head: bytes, size: int) -> Format:
    """The format of a file of `size` bytes that begins so; EvidenceRefused where it is none, or is too large for it."""
    check_size(name, size)
    found = recognise(head)
    if found is None:
        raise EvidenceRefused(name, _("kept are {kinds}; this file is none of them.").format(kinds=said_kinds()))
    check_size(name, size, found.most_bytes)
    return found


def check_size(name: str, size: int, most: int = MOST_BYTES) -> None:
    if not size:
        raise EvidenceRefused(name, _("the file is empty."))
    if size > most:
        raise EvidenceRefused(name, _("the file is larger than {megabytes} MB.").format(megabytes=most // MB))


def format_of(stored_name: str) -> Format:
    """The format of an original, whose stored name we made ourselves."""
    return BY_EXTENSION["." + stored_name.rpartition(".")[2]]


def head_of(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(HEAD_BYTES)


def said_kinds() -> str:
    return ", ".join(one.name for one in KNOWN)
