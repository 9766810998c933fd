"""Which files are taken as evidence: told by content, whole, and nothing else besides."""

import hashlib
import os
import resource
import subprocess
import sys
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from cases import evidence
from cases.evidence import EvidenceRefused, formats
from tests.cases.evidence_files import (
    SOUND,
    amr,
    box,
    ebml,
    id3,
    movie,
    mp3,
    ogg,
    pdf,
    picture,
    wav,
)

NAME = "工地.mp4"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def archive(content=b"x", how_many=1, **options):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as made:
        for number in range(how_many):
            made.writestr(f"word/document{number}.xml", content)
    return out.getvalue()


def read(content, name=NAME):
    return evidence.read(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(("content", "extension", "medium"), SOUND.values(), ids=SOUND)
def test_every_kind_that_is_kept_is_told_by_its_content_whatever_its_name(content, extension, medium):
    found = read(content, "whatever.txt")
    assert (found.format.extension, found.format.medium) == (extension, medium)
    assert (found.sha256, found.size) == (hashlib.sha256(content).hexdigest(), len(content))


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (movie(seconds=12.5), 12.5),
        (movie(b"M4A ", seconds=61), 61),
        (wav(seconds=3), 3),
        (amr(frames=50), 1),
        (movie(seconds=0), None),
        (movie(scale=0), None),
        (ebml(), None),
    ],
    ids=["mp4", "m4a", "wav", "amr", "no length", "no scale", "not told"],
)
def test_how_long_a_recording_lasts_is_read_where_its_outline_says_so(content, seconds):
    assert read(content).duration_s == (seconds and pytest.approx(seconds))


def test_a_movie_header_of_the_wide_kind_is_read():
    header = b"\1" + bytes(19) + (90_000).to_bytes(4, "big") + (180_000).to_bytes(8, "big") + bytes(80)
    content = box(b"ftyp", b"isom" + bytes(8)) + box(b"moov", box(b"mvhd", header)) + box(b"mdat", b"x")
    assert read(content).duration_s == 2


KINDS, WHOLE, ELSE = "none of them", "not a whole", "something else"
MOVIE, SCRIPT, PHP = movie(), b"<script>alert(1)</script>", b"<?php system($_GET[0]); ?>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HOSTILE = {
    "empty": (b"", "empty"),
    "one byte": (b"\0", KINDS),
    "text": (b"no evidence at all", KINDS),
    "html": (b"<!doctype html><html><body>" + SCRIPT, KINDS),
    "svg": (SVG, KINDS),
    "svg behind a declaration": (b'<?xml version="1.0"?>' + SVG, KINDS),
    "xml with entities": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', KINDS),
    "php": (PHP, KINDS),
    "javascript": (b"import('//x')", KINDS),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", KINDS),
    "windows program": (b"MZ" + bytes(200), KINDS),
    "linux program": (b"\x7fELF" + bytes(200), KINDS),
    "zip": (archive(), KINDS),
    "zip bomb": (archive(bytes(20_000_000), 5, compresslevel=9), KINDS),
    "zip of nothing": (archive(how_many=0), KINDS),
    "docx": (archive(b"<w:document/>"), KINDS),
    "rar": (b"Rar!\x1a\x07\0" + bytes(100), KINDS),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(100), KINDS),
    "gzip": (b"\x1f\x8b\x08" + bytes(100), KINDS),
    "gif": (picture("GIF"), KINDS),
    "tiff": (picture("TIFF"), KINDS),
    "bmp": (picture("BMP"), KINDS),
    "old word file": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), KINDS),
    "avi": (b"RIFF" + (100).to_bytes(4, "little") + b"AVI LIST" + bytes(92), KINDS),
    "flash": (b"FWS\x05" + bytes(100), KINDS),
    "quicktime without a brand": (MOVIE[24:], KINDS),
    "postscript": (b"%!PS-Adobe-3.0\n", KINDS),
    "broken off mp4": (MOVIE[:-1], WHOLE),
    "mp4 broken off in its index": (MOVIE[:60], WHOLE),
    "mp4 that is its brand alone": (box(b"ftyp", b"isom" + bytes(8)), WHOLE),
    "mp4 without media": (MOVIE[: -len(box(b"mdat", b"pixels" * 50))], WHOLE),
    "mp4 without an index": (box(b"ftyp", b"isom" + bytes(8)) + box(b"mdat", b"x"), WHOLE),
    "mp4 with bytes behind it": (MOVIE + b"xyz", WHOLE),
    "mp4 with a box that ends before it begins": (MOVIE + b"\0\0\0\2free", WHOLE),
    "mp4 with a box beyond the end": (MOVIE + b"\xff\xff\xff\xfffree", WHOLE),
    "mp4 with a wide box beyond the end": (MOVIE + b"\0\0\0\1free" + b"\xff" * 8, WHOLE),
    "mp4 with two headers": (
        box(b"ftyp", b"isom" + bytes(8)) + box(b"moov", box(b"mvhd", bytes(100)) * 2) + box(b"mdat"),
        WHOLE,
    ),
    "mp4 with an endless index": (
        box(b"ftyp", b"isom" + bytes(8)) + box(b"moov", b"\0\0\0\1mvhd") + box(b"mdat"),
        WHOLE,
    ),
    "mp4 with a zip behind it": (MOVIE + archive(), WHOLE),
    "mp4 with a zip in a box of its own": (MOVIE + box(b"free", archive()), ELSE),
    "mp4 with a page": (movie(media=SCRIPT + bytes(3_000_000)), ELSE),
    "mp4 with a page in its midst": (movie(media=bytes(1_048_500) + b"<HTML >" + bytes(3_000_000)), ELSE),
    "mp4 with php": (movie(more=box(b"free", PHP)), ELSE),
    "mp4 with an svg": (movie(more=box(b"free", SVG)), ELSE),
    "mp4 with a pdf": (movie(more=box(b"free", b"%PDF-1.4")), ELSE),
    "mov broken off": (movie(b"qt  ")[:-9], WHOLE),
    "3gp broken off": (movie(b"3gp5")[:-9], WHOLE),
    "m4a with a page": (movie(b"M4A ", media=b"<!DOCTYPE html>"), ELSE),
    "webm broken off": (ebml()[:-1], WHOLE),
    "webm with bytes behind it": (ebml() + b"\xec", WHOLE),
    "webm with a zip behind it": (ebml() + archive(), WHOLE),
    "webm that is its header alone": (ebml()[:31], WHOLE),
    "mkv with a page": (ebml(b"matroska", SCRIPT), ELSE),
    "wav broken off": (wav()[:-100], WHOLE),
    "wav with a zip behind it": (wav() + archive(), WHOLE),
    "wav without sound": (b"RIFF" + (28).to_bytes(4, "little") + wav()[8:36], WHOLE),
    "wav of a wrong length": (b"RIFF\xff\xff\xff\xff" + wav()[8:], WHOLE),
    "amr broken off": (amr()[:-1], WHOLE),
    "amr without sound": (b"#!AMR\n" + b"\x48" * 40, WHOLE),
    "ogg broken off": (ogg()[:-1], WHOLE),
    "ogg with a gap": (ogg() + b"OggX" + bytes(30), WHOLE),
    "ogg with a picture in it": (ogg(b"\x80theora"), WHOLE),
    "mp3 of a few bytes": (mp3(1), WHOLE),
    "mp3 that is a tag alone": (id3(50), WHOLE),
    "mp3 that only begins so": (b"ID3\x03\0\0\0\0\0\x0a" + bytes(5000), WHOLE),
    "mp3 with a page in its tag": (mp3(tag=b"ID3\x03\0\0\0\0\0" + bytes([len(SCRIPT)]) + SCRIPT), ELSE),
    "mp3 with a zip behind it": (mp3() + archive(), ELSE),
    "pdf broken off": (pdf(tail=b""), WHOLE),
    "pdf with a program": (pdf(b"<</S/JavaScript/JS(app.alert(1))>>"), "a program or other files"),
    "pdf with a disguised program": (pdf(b"<</S/J#61vaScript>>"), "a program or other files"),
    "pdf that starts one": (pdf(b"<</S/Launch/F(cmd.exe)>>"), "a program or other files"),
    "pdf with a file in it": (pdf(b"<</Type/EmbeddedFile>>"), "a program or other files"),
    "pdf with a page in it": (pdf(SCRIPT), ELSE),
    "pdf with a zip behind it": (pdf() + archive(), ELSE),
    "jpeg broken off": (picture(size=(400, 400))[:-600], WHOLE),
    "jpeg with a page": (picture() + SCRIPT, ELSE),
    "jpeg with php": (picture(comment=PHP), ELSE),
    "jpeg with an svg": (picture() + SVG, ELSE),
    "jpeg with a zip behind it": (picture() + archive(), ELSE),
    "jpeg with a pdf behind it": (picture() + pdf(), ELSE),
    "png broken off": (picture("PNG")[:-40], WHOLE),
    "webp broken off": (picture("WEBP")[:-20], WHOLE),
}


def test_the_corpus_has_more_than_sixty_files():
    assert len(HOSTILE) > 60


@pytest.mark.parametrize(("content", "part_of_the_reason"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_not_one_whole_file_of_a_kind_that_is_kept_is_refused_with_its_name(content, part_of_the_reason):
    with pytest.raises(EvidenceRefused) as refused:
        read(content)
    assert str(refused.value).startswith(f"{NAME}: ")
    assert part_of_the_reason in str(refused.value)
    assert refused.value.field == "file"


@pytest.mark.parametrize("kind", SOUND)
def test_a_file_cut_at_any_of_fifty_places_is_refused_or_read_and_never_an_error_of_ours(kind):
    content = SOUND[kind][0]
    for cut in range(0, len(content), max(1, len(content) // 50)):
        try:
            read(content[:cut])
        except EvidenceRefused:
            continue
        # An MP3 or a live WebM says nowhere how long it is; this PNG has all its pixels before its end.
        assert content[cut:].strip() == b"" or kind.startswith(("mp3", "webm of a browser", "png")), cut


@pytest.mark.parametrize("kind", SOUND)
def test_a_file_with_any_byte_of_its_beginning_turned_is_refused_or_read_and_never_an_error_of_ours(kind):
    content = SOUND[kind][0]
    for place in range(min(len(content), 300)):
        for bits in (0xFF, 0x01, 0x80):
            changed = bytearray(content)
            changed[place] ^= bits
            with suppress(EvidenceRefused):
                read(bytes(changed))


@pytest.mark.parametrize(("content", "most"), [(picture(), 20), (pdf(), 50)], ids=["jpeg", "pdf"])
def test_a_file_may_have_as_many_bytes_as_its_kind_and_not_one_more(content, most):
    head = content[: formats.HEAD_BYTES]
    assert formats.check_beginning(NAME, head, most * formats.MB).most_bytes == most * formats.MB
    with pytest.raises(EvidenceRefused, match=f"larger than {most} MB"):
        formats.check_beginning(NAME, head, most * formats.MB + 1)


def test_no_file_has_more_than_two_gigabytes():
    assert formats.check_beginning(NAME, MOVIE, 2 * 1024**3)
    with pytest.raises(EvidenceRefused, match="larger than 2048 MB"):
        formats.check_beginning(NAME, MOVIE, 2 * 1024**3 + 1)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\院墙.mp4", "院墙.mp4"),
        ("a\0b\r\nSet-Cookie: x\x1b[31m.mp4", "abSet-Cookie: x[31m.mp4"),
        ("photo\u202e4pm.exe", "photo4pm.exe"),
        ("  many   spaces .mp4 ", "many spaces .mp4"),
        ("长" * 500, "长" * 120),
        ("..", ".."),
        ("", ""),
    ],
    ids=["folders", "windows", "control", "turned round", "spaces", "long", "dots", "none"],
)
def test_a_files_name_is_kept_without_folders_and_control_characters(name, title):
    uploaded = SimpleUploadedFile("x", MOVIE)
    uploaded._name = name
    assert evidence.read(uploaded).name == title


FLOOD = """
import io, resource, struct, sys, zlib
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from cases import evidence

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

row, squeezed = bytes(1 + 30_000 * 3), zlib.compressobj(9)
pixels = b"".join(squeezed.compress(row) for _row in range(30_000)) + squeezed.flush()
size = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
flood = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", size) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    evidence.read(SimpleUploadedFile("flood.png", flood))
except evidence.EvidenceRefused as error:
    print(error, file=sys.stderr)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_picture_of_30000_by_30000_pixels_is_refused_within_50_megabytes():
    """2.7 GB once decoded; in a process of its own, whose highest memory is measured before and after."""
    done = subprocess.run(
        [sys.executable, "-c", FLOOD], capture_output=True, text=True, check=True, timeout=120,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gis_core.settings"},
    )  # fmt: skip
    assert "flood.png" in done.stderr
    assert int(done.stdout) * 1024 < 50 * formats.MB


def test_a_large_video_is_read_without_holding_it_in_memory(tmp_path):
    """A sparse file of one gigabyte."""
    path = tmp_path / "long.mp4"
    gigabyte = 1024 * formats.MB
    with path.open("wb") as file:
        file.write(MOVIE[: -len(box(b"mdat", b"pixels" * 50))])
        file.write((gigabyte + 8).to_bytes(4, "big") + b"mdat")
        file.truncate(file.tell() + gigabyte)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with path.open("rb") as content:
        assert evidence.read(evidence.reading.File(content, name="long.mp4")).size > gigabyte
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 50 * formats.MB
