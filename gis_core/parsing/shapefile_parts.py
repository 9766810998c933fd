"""The files that make one Shapefile: present, and as long as their own headers say."""

import struct
from pathlib import Path

from gis_core.parsing.unreadable import Unreadable

_HEADER_BYTES = 100  # of .shp and .shx
_INDEX_BYTES = 8  # of one record in .shx


def part(shp: Path, suffix: str) -> Path | None:
    """The sibling with that suffix, in small or capital letters."""
    for candidate in (suffix, suffix.upper()):
        if (found := shp.with_suffix(candidate)).is_file():
            return found
    return None


def check(shp: Path) -> None:
    """`Unreadable` where a part is missing or cut short: GDAL would quietly give fewer features."""
    parts = {suffix: part(shp, suffix) for suffix in (".shx", ".dbf")}
    for suffix, found in parts.items():
        if found is None:
            raise Unreadable("missing_part", detail=suffix)
    shapes = (_stated_bytes(parts[".shx"]) - _HEADER_BYTES) // _INDEX_BYTES
    _stated_bytes(shp)
    if shapes != _rows(parts[".dbf"]):
        raise Unreadable("damaged")


def _stated_bytes(file: Path) -> int:
    head = _head(file, _HEADER_BYTES)
    stated = struct.unpack_from(">i", head, 24)[0] * 2
    if not _HEADER_BYTES <= stated <= file.stat().st_size:
        raise Unreadable("damaged")
    return stated


def _rows(dbf: Path) -> int:
    rows, header_length, row_length = struct.unpack_from("<IHH", _head(dbf, 32), 4)
    if header_length + rows * row_length > dbf.stat().st_size:
        raise Unreadable("damaged")
    return rows


def _head(file: Path, length: int) -> bytes:
    with file.open("rb") as handle:
        head = handle.read(length)
    if len(head) < length:
        raise Unreadable("damaged")
    return head
