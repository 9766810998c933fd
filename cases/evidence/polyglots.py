"""Files that are something else as well: a page, a program, a document or an archive inside."""

import re
from typing import BinaryIO

CHUNK = 1024 * 1024
EDGE = 66_000  # an archive's directory stands at most this far from the end

# Long enough not to occur by chance in two gigabytes of compressed video.
_ANYWHERE = re.compile(rb"<script[\s>]|<html[\s>]|<!doctype\s+html|<\?php\s|<svg\s+xmlns", re.IGNORECASE)
_LONGEST = 64
# Shorter ones, looked for where a reader would: at the two ends.
_AT_THE_ENDS = re.compile(rb"<svg[\s>]|%PDF-|PK\x05\x06|\x7fELF", re.IGNORECASE)
_ARCHIVE_OR_SVG = re.compile(rb"<svg[\s>]|PK\x05\x06", re.IGNORECASE)
# In up to 20 MB of pixels these too are long enough.
_IN_PICTURES = re.compile(rb"<script|<html|<!doctype|<\?php|<svg[\s>]|%PDF-", re.IGNORECASE)
_ARCHIVE_END = b"PK\x05\x06"


def picture_holds_another(content: bytes) -> bool:
    return bool(_IN_PICTURES.search(content)) or _ARCHIVE_END in content[-EDGE:]


def holds_another(file: BinaryIO, size: int, *, is_pdf: bool) -> bool:
    """Whether a recording or a PDF of `size` bytes is something else as well; read in pieces of CHUNK bytes."""
    wanted = _ARCHIVE_OR_SVG if is_pdf else _AT_THE_ENDS
    if wanted.search(_part(file, 0, EDGE)) or wanted.search(_part(file, max(0, size - EDGE), EDGE)):
        return True
    file.seek(0)
    kept = b""
    while piece := file.read(CHUNK):
        if _ANYWHERE.search(kept + piece):
            return True
        kept = piece[-_LONGEST:]
    return False


def _part(file, place, how_many) -> bytes:
    file.seek(place)
    return file.read(how_many)
