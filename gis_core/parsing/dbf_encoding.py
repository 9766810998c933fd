"""Which encoding the text of a .dbf is in: Chinese files often do not say, and some say it wrongly."""

import codecs
import struct
from collections.abc import Iterator
from pathlib import Path

# Language driver byte → codec. The "Western" marks 0x03, 0x57, 0x58 are left out: programs in China write
# them over GBK text. GB18030 contains GBK and GB2312.
_LANGUAGE_DRIVERS = {
    0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5", 0x13: "cp932", 0x7B: "cp932",
    0x4E: "cp949", 0x79: "cp949",
}  # fmt: skip
_CODE_PAGES = {
    "65001": "utf-8", "936": "gb18030", "cp936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030",
    "950": "big5", "88591": "latin-1",
}  # fmt: skip
_GUESSES = ("utf-8", "gb18030")
_CHUNK_RECORDS = 4096


def encoding_of(dbf: Path, cpg: Path | None) -> str:
    """The stated encoding if every value is valid in it, else UTF-8 if all are, else GB18030."""
    with dbf.open("rb") as handle:
        head = handle.read(32)
        if len(head) < 32:
            return _GUESSES[0]
        candidates = list(dict.fromkeys([*_stated(head, cpg), *_GUESSES]))
        first = candidates[0]
        for value, is_cut in _values(handle, head):
            candidates = [codec for codec in candidates if _decodes(value, codec, is_cut)]
            if len(candidates) < 2:
                break
    return candidates[0] if candidates else first


def _stated(head: bytes, cpg: Path | None) -> list[str]:
    named = _code_page(cpg.read_text("ascii", "ignore")) if cpg else None
    return [codec for codec in (named or _LANGUAGE_DRIVERS.get(head[29]),) if codec]


def _code_page(text: str) -> str | None:
    word = text.strip().lower().removeprefix("ansi").replace(" ", "")
    try:
        return _CODE_PAGES.get(word) or codecs.lookup(word if not word.isdigit() else f"cp{word}").name
    except LookupError:
        return None


def _values(handle, head: bytes) -> Iterator[tuple[bytes, bool]]:
    """Every text value with a byte beyond ASCII; True where it fills its field, so may be cut short."""
    header_length, record_length = struct.unpack_from("<HH", head, 8)
    columns = _text_columns(handle.read(max(header_length - 32, 0)))
    while record_length and (chunk := handle.read(record_length * _CHUNK_RECORDS)):
        if chunk.isascii():
            continue
        for at in range(0, len(chunk), record_length):
            yield from _record_values(chunk[at : at + record_length], columns)


def _record_values(record: bytes, columns) -> Iterator[tuple[bytes, bool]]:
    for start, end in columns:
        value = record[start:end]
        if not value.isascii():
            trimmed = value.rstrip(b" \0")
            yield trimmed, len(trimmed) == len(value)


def _text_columns(descriptors: bytes) -> list[tuple[int, int]]:
    columns, start = [], 1  # a record begins with its deletion mark
    for at in range(0, len(descriptors) - 31, 32):
        if descriptors[at] == 0x0D:
            break
        length = descriptors[at + 16]
        if descriptors[at + 11 : at + 12] == b"C":
            columns.append((start, start + length))
        start += length
    return columns


def _decodes(value: bytes, codec: str, is_cut: bool) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(value, final=not is_cut)
    except UnicodeDecodeError:
        return False
    return True
