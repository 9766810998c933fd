"""Small sound files of every kind that is kept, put together by hand from the formats' descriptions."""

import struct
from io import BytesIO

from PIL import Image


def box(kind, content=b""):
    return struct.pack(">I", 8 + len(content)) + kind + content


def movie(brand=b"isom", seconds=12.5, media=b"pixels" * 50, more=b"", scale=1000, tracks=b""):
    """An ISO media file: brand, index with a movie header (version 0) and tracks, media."""
    header = bytes(12) + struct.pack(">II", scale, int(seconds * scale)) + bytes(80)
    index = box(b"moov", box(b"mvhd", header) + tracks)
    return box(b"ftyp", brand + bytes(4) + brand) + index + box(b"mdat", media) + more


def track(handler):
    return box(b"trak", box(b"tkhd", bytes(84)) + box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(13))))


def ebml(doctype=b"webm", segment=b"clusters" * 20, *, open_ended=False):
    """Header with a doctype, then a segment of known or open length (eight-byte size)."""
    head = bytes.fromhex("4286810142f7810142f2810442f38108") + b"\x42\x82" + bytes([0x80 | len(doctype)]) + doctype
    length = b"\x01" + b"\xff" * 7 if open_ended else b"\x01" + struct.pack(">Q", len(segment))[1:]
    return b"\x1aE\xdf\xa3" + bytes([0x80 | len(head)]) + head + b"\x18\x53\x80\x67" + length + segment


def wav(seconds=2, rate=8000):
    """Eight-bit mono."""
    sound = bytes(rate * seconds)
    inside = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate, 1, 8) + b"data"
    inside += struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def mp3(frames=12, tag=b""):
    """MPEG 1 layer III, 128 kbit/s, 44.1 kHz: frames of 417 bytes."""
    return tag + (b"\xff\xfb\x90\x64" + bytes(413)) * frames


def id3(length=20):
    return b"ID3\x03\0\0" + bytes([0, 0, length >> 7, length & 127]) + bytes(length)


def amr(frames=50):
    """Mode 7: 31 bytes after the first."""
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * frames


def ogg(codec=b"OpusHead", pages=3):
    def page(content):
        return b"OggS\0\0" + bytes(20) + b"\1" + bytes([len(content)]) + content

    return page(codec + bytes(11)) + page(bytes(200)) * (pages - 1)


def pdf(inside=b"", tail=b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"):
    page = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    return b"%PDF-1.7\n" + page + inside + tail


def picture(kind="JPEG", size=(40, 20), **options):
    out = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **options)
    return out.getvalue()


SOUND = {
    "mp4": (movie(), ".mp4", "video"),
    "mp4 for streaming": (movie(b"iso5").replace(b"mdat", b"moof") + box(b"mdat", b"x"), ".mp4", "video"),
    "mp4 with picture and sound": (movie(b"mp42", tracks=track(b"soun") + track(b"vide")), ".mp4", "video"),
    "mp4 of a voice recorder": (movie(b"mp42", tracks=track(b"soun")), ".m4a", "audio"),
    "m4v": (movie(b"M4V "), ".mp4", "video"),
    "mov": (movie(b"qt  "), ".mov", "video"),
    "3gp": (movie(b"3gp4"), ".3gp", "video"),
    "webm": (ebml(), ".webm", "video"),
    "webm of a browser": (ebml(open_ended=True), ".webm", "video"),
    "mkv": (ebml(b"matroska"), ".mkv", "video"),
    "m4a": (movie(b"M4A "), ".m4a", "audio"),
    "mp3": (mp3(), ".mp3", "audio"),
    "mp3 with tags": (mp3(tag=id3(300)) + b"TAG" + bytes(125), ".mp3", "audio"),
    "wav": (wav(), ".wav", "audio"),
    "amr": (amr(), ".amr", "audio"),
    "ogg opus": (ogg(), ".ogg", "audio"),
    "ogg vorbis": (ogg(b"\x01vorbis"), ".ogg", "audio"),
    "pdf": (pdf(), ".pdf", "scan"),
    "pdf with a page of pixels": (pdf(b"stream\n/JS /Launch \xff\nendstream\n"), ".pdf", "scan"),
    "jpeg": (picture(), ".jpg", "photo"),
    "png": (picture("PNG"), ".png", "photo"),
    "webp": (picture("WEBP"), ".webp", "photo"),
}  # fmt: skip
