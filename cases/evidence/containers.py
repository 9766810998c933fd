"""Whether a video, a recording or a PDF is one whole file of its kind, told from its outline.

Nothing is decoded or unpacked: only the lengths that the parts of a file give for themselves are followed,
and they must lead exactly to its end. That finds a broken-off upload and whatever was hung on behind.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from cases.evidence import formats
from cases.evidence.formats import Format

MOST_PARTS = 1_000_000  # far more than two gigabytes of short fragments have


class Broken(ValueError):
    """The parts of the file do not fill it, or those that it cannot do without are missing."""


@dataclass(frozen=True)
class Outline:
    """What the parts of a whole file tell: the seconds it lasts, None where they do not say; whether it is sound
    alone in a wrapping that is usual for video."""

    seconds: float | None = None
    sound_alone: bool = False


def outline(kind: Format, file: BinaryIO, size: int) -> Outline:
    """Raises Broken for a file that is not whole, Active for a PDF that is more than a paper."""
    file.seek(0)
    return _CHECKS[kind](file, size)


def _iso_media(file, size) -> Outline:
    """MP4, MOV, 3GP, M4A: boxes of (length, four letters), the index (moov) and the media among them."""
    index, found = Outline(), set()
    for kind, start, end in _boxes(file, 0, size):
        found.add(kind)
        if kind == b"moov":
            index = _iso_index(file, start, end)
    if b"moov" not in found or not found & {b"mdat", b"moof"}:
        raise Broken
    return index


def _boxes(file, start, end):
    """(kind, start, end) of the content of each box between two places; they follow one another without a gap."""
    for _part in range(MOST_PARTS):
        if start == end:
            return
        header = _exactly(file, start, 8)
        length, kind, head = int.from_bytes(header[:4], "big"), header[4:], 8
        if length == 1:
            length, head = int.from_bytes(_exactly(file, start + 8, 8), "big"), 16
        elif length == 0:
            length = end - start
        if length < head or start + length > end:
            raise Broken
        yield kind, start + head, start + length
        start += length
    raise Broken


def _iso_index(file, start, end) -> Outline:
    seconds, handlers, headers = None, set(), 0
    for kind, inner, inner_end in _boxes(file, start, end):
        if kind == b"mvhd":
            seconds, headers = _iso_seconds(file, inner), headers + 1
        elif kind == b"trak":
            handlers |= _iso_handlers(file, inner, inner_end)
    if headers != 1:
        raise Broken
    return Outline(seconds, sound_alone=b"soun" in handlers and b"vide" not in handlers)


def _iso_seconds(file, start) -> float | None:
    """From the movie header: its time scale and duration, in one of two widths."""
    wide = _exactly(file, start, 1) == b"\1"
    scale = int.from_bytes(_exactly(file, start + (20 if wide else 12), 4), "big")
    units = int.from_bytes(_exactly(file, start + (24 if wide else 16), 8 if wide else 4), "big")
    unknown = units >= (2**64 - 1 if wide else 2**32 - 1)
    return None if unknown or not scale or not units else units / scale


def _iso_handlers(file, start, end) -> set[bytes]:
    """What a track is handled by: `vide`, `soun`, …"""
    return {
        _exactly(file, inner + 8, 4)
        for kind, media, media_end in _boxes(file, start, end)
        if kind == b"mdia"
        for kind, inner, _end in _boxes(file, media, media_end)
        if kind == b"hdlr"
    }


_EBML, _SEGMENT = 0x1A45DFA3, 0x18538067
_MAY_STAND_BESIDE = {_EBML, _SEGMENT, 0xEC, 0xBF}  # padding and check sums


def _matroska(file, size) -> Outline:
    """WebM and MKV: a header and a segment; one that a browser recorded may leave its length open."""
    place, found = 0, set()
    while place < size:
        kind, place = _ebml_number(file, place, keep_marker=True)
        length, place = _ebml_number(file, place, keep_marker=False)
        found.add(kind)
        if kind not in _MAY_STAND_BESIDE:
            raise Broken
        if length is None:
            place = size
        elif place + length > size:
            raise Broken
        else:
            place += length
    if not {_EBML, _SEGMENT} <= found:
        raise Broken
    return Outline()


def _ebml_number(file, place, *, keep_marker):
    """(number, place after it); None for the length that stands for “open”."""
    first = _exactly(file, place, 1)[0]
    width = 9 - first.bit_length()
    if width > 8:
        raise Broken
    number = int.from_bytes(_exactly(file, place, width), "big")
    if not keep_marker:
        number &= (1 << 7 * width) - 1
        number = None if number == (1 << 7 * width) - 1 else number
    return number, place + width


def _wav(file, size) -> Outline:
    """A RIFF whose own length is the file's, give or take the byte that makes it even."""
    if int.from_bytes(_exactly(file, 4, 4), "little") + 8 not in (size, size - 1):
        raise Broken
    place, rate, seconds = 12, 0, None
    while place + 8 <= size:
        header = _exactly(file, place, 8)
        length = int.from_bytes(header[4:], "little")
        if place + 8 + length > size:
            raise Broken
        if header[:4] == b"fmt ":
            rate = int.from_bytes(_exactly(file, place + 16, 4), "little")
        elif header[:4] == b"data":
            seconds = length / rate if rate else None
        place += 8 + length + length % 2
    if seconds is None:
        raise Broken
    return Outline(seconds)


_OGG_CODECS = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")


def _ogg(file, size) -> Outline:
    """Pages without a gap, and the first begins a codec that is sound alone."""
    if not _exactly(file, 28, 8).startswith(_OGG_CODECS):
        raise Broken
    place = 0
    while place < size:
        header = _exactly(file, place, 27)
        if not header.startswith(b"OggS\0"):
            raise Broken
        table = _exactly(file, place + 27, header[26])
        place += 27 + len(table) + sum(table)
    if place != size:
        raise Broken
    return Outline()


# Bytes of a frame by its mode; the modes between are reserved, 15 is a frame without data.
_AMR = {b"#!AMR\n": (12, 13, 15, 17, 19, 20, 26, 31, 5), b"#!AMR-WB\n": (17, 23, 32, 36, 40, 46, 50, 58, 60, 5)}
_AMR_NO_DATA = 15
_AMR_FRAME_S = 0.02


def _amr(file, size) -> Outline:
    content = file.read()
    signature = next((one for one in _AMR if content.startswith(one)), None)
    if signature is None:
        raise Broken
    lengths = {**dict(enumerate(_AMR[signature])), _AMR_NO_DATA: 0}
    place, frames = len(signature), 0
    while place < size:
        mode = content[place] >> 3 & 15
        if mode not in lengths:
            raise Broken
        place += 1 + lengths[mode]
        frames += 1
    if place != size or not frames:
        raise Broken
    return Outline(frames * _AMR_FRAME_S)


_MP3_RATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_MP3_SAMPLES = (44100, 48000, 32000)
_MP3_SURE_AFTER = 8  # frames: their eleven set bits do not stand in the right place by chance so often


def _mp3(file, size) -> Outline:
    """Layer III frames one behind the other. What stands behind them is left alone: players write tags there."""
    place = 0
    header = _exactly(file, 0, 10)
    if header.startswith(b"ID3"):
        place = 10 + sum((byte & 127) << 7 * (3 - i) for i, byte in enumerate(header[6:]))
    for _frame in range(_MP3_SURE_AFTER):
        place += _mp3_frame_bytes(_exactly(file, place, 4))
        if place > size:
            raise Broken
    return Outline()


def _mp3_frame_bytes(header) -> int:
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate, sampling = header[2] >> 4, header[2] >> 2 & 3
    if header[0] != 255 or header[1] < 0xE0 or version == 1 or layer != 1 or rate in (0, 15) or sampling == 3:
        raise Broken
    first = version == 3
    samples = _MP3_SAMPLES[sampling] // {3: 1, 2: 2, 0: 4}[version]
    kilobits = _MP3_RATES[0 if first else 1][rate]
    return (144 if first else 72) * kilobits * 1000 // samples + (header[2] >> 1 & 1)


# Outside of streams: what makes a PDF act, or carry other files. Inside compressed parts it cannot be seen,
# which is one reason why a PDF is only ever handed out as a download.
_PDF_PARTS = re.compile(rb"stream\r?\n.*?endstream|/([A-Za-z0-9#]{2,60})", re.DOTALL)
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_ACTIVE = {b"JavaScript", b"JS", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"XFA"}


class Active(ValueError):
    """A PDF that holds a program or other files."""


def _pdf(file, size) -> Outline:
    content = file.read()
    if b"%%EOF" not in content[-2048:] or b"startxref" not in content[-4096:]:
        raise Broken
    for part in _PDF_PARTS.finditer(content):
        name = part[1] and _PDF_ESCAPE.sub(lambda digits: bytes.fromhex(digits[1].decode()), part[1])
        if name in _PDF_ACTIVE:
            raise Active
    return Outline()


def _exactly(file, place, how_many) -> bytes:
    file.seek(place)
    content = file.read(how_many)
    if len(content) != how_many:
        raise Broken
    return content


_CHECKS: dict[Format, Callable[[BinaryIO, int], Outline]] = {
    **dict.fromkeys((formats.MP4, formats.MOV, formats.THREE_GP, formats.M4A), _iso_media),
    **dict.fromkeys((formats.WEBM, formats.MKV), _matroska),
    formats.WAV: _wav,
    formats.OGG: _ogg,
    formats.AMR: _amr,
    formats.MP3: _mp3,
    formats.PDF: _pdf,
}
