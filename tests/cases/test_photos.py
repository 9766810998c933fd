"""Which photos are taken in, and what of them is shown."""

import hashlib
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import translation
from PIL import ExifTags, Image

from cases import actions
from cases.evidence import EvidenceRefused, photos, read_photos
from cases.models import Evidence
from tests.factories import make_case, make_user
from tests.land import load_once

RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def half_and_half(width=40, height=20):
    """Left half red, right half blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def as_bytes(image, kind="JPEG", **options):
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def read(uploaded):
    return read_photos([uploaded])[0]


def upload(content, name="site.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def kept(case, *files, by=None):
    """The photos of a case that these files are."""
    return actions.add_photos(case, files, by=by)


def exif(**tags):
    data = Image.Exif()
    if "orientation" in tags:
        data[ExifTags.Base.Orientation] = tags["orientation"]
    if "gps" in tags:
        data.get_ifd(ExifTags.IFD.GPSInfo).update(tags["gps"])
    data[ExifTags.Base.Model] = "camera of somebody"
    return data


def gps(lon=(113.0, 22.0, 48.0), lat=(34.0, 47.0, 6.0), lon_ref="E", lat_ref="N"):
    return {1: lat_ref, 2: lat, 3: lon_ref, 4: lon}


def png_header(width, height):
    """A PNG that claims a size and holds no pixel."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("tags", "taken"),
    [
        ({"DateTimeOriginal": "2026:11:24 15:04:05"}, "2026-11-24T15:04:05+08:00"),
        ({"DateTimeOriginal": "2026:11:24 15:04:05", "OffsetTimeOriginal": "+00:00"}, "2026-11-24T15:04:05+00:00"),
        ({"DateTimeOriginal": "0000:00:00 00:00:00"}, None),
        ({"DateTimeOriginal": "yesterday"}, None),
        ({"DateTimeOriginal": 5}, None),
        ({}, None),
    ],
    ids=["the city's", "with offset", "zero", "words", "number", "none"],
)
def test_the_cameras_time_is_read_as_a_hint(tags, taken):
    data = Image.Exif()
    data.get_ifd(ExifTags.IFD.Exif).update({ExifTags.Base[name]: value for name, value in tags.items()})
    claimed = read(upload(as_bytes(half_and_half(), exif=data))).claimed_at
    assert (claimed and claimed.isoformat()) == taken


def test_the_small_picture_is_480_pixels_long_upright_and_without_the_cameras_data():
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = 6  # the camera was held on its side
    data[ExifTags.Base.Artist] = "of somebody"
    photo = read(upload(as_bytes(half_and_half(4000, 2000), exif=data)))
    small = Image.open(BytesIO(photo.small))
    assert (small.format, small.size, dict(small.getexif())) == ("JPEG", (240, 480), {})
    assert len(photo.small) * 4 < len(photo.shown)
    assert Image.open(BytesIO(read(upload(as_bytes(half_and_half()))).small)).size == (40, 20)  # never larger


def is_near(pixel, colour):
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


def shown(content, name="site.jpg"):
    return Image.open(BytesIO(read(upload(content, name)).shown))


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp")])
def test_the_three_kinds_are_told_by_content_and_shown_as_jpeg(kind, extension):
    content = as_bytes(half_and_half(), kind)
    photo = read(upload(content, "whatever.txt"))
    image = Image.open(BytesIO(photo.shown))
    assert (photo.format.extension, image.format, photo.pixels) == (extension, "JPEG", (40, 20))
    assert photo.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("content", "part_of_the_reason"),
    [
        (b"", "empty"),
        (b"not a photo at all", "not a whole"),
        (as_bytes(half_and_half(400, 400))[:-2000], "not a whole"),
        (as_bytes(half_and_half(400, 400), "PNG")[:-100], "not a whole"),
        (as_bytes(half_and_half(), "GIF"), "not a whole"),
        (as_bytes(half_and_half(), "TIFF"), "not a whole"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>', "something else"),
        (as_bytes(half_and_half()) + b"<SCRIPT>x</SCRIPT>", "something else"),
        (as_bytes(half_and_half()) + b"%PDF-1.7", "something else"),
        (as_bytes(half_and_half()) + b"PK\x03\x04" + b"PK\x05\x06" + bytes(18), "something else"),
        (png_header(10_000, 6_001), "pixels"),
        (png_header(100_000, 100_000), "pixels"),
        (png_header(0, 10), "not a whole"),
    ],
    ids=[
        *("empty", "text", "cut-jpeg", "cut-png", "gif", "tiff"),
        *("svg", "html", "pdf", "zip", "flood", "deluge", "no-width"),
    ],
)
def test_what_is_not_one_whole_photo_is_refused_with_its_name(content, part_of_the_reason):
    with pytest.raises(EvidenceRefused) as refused:
        read(upload(content, "工地.jpg"))
    assert str(refused.value).startswith("工地.jpg: ")
    assert part_of_the_reason in str(refused.value)
    assert refused.value.field == "photos"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_flood_of_pixels_is_refused_where_pillow_only_warns():
    with pytest.raises(EvidenceRefused, match="more than 60 million pixels"):
        read(upload(png_header(10_000, 6_001)))


def test_the_size_is_refused_above_20_megabytes_and_not_at_them():
    content = as_bytes(half_and_half())
    with pytest.raises(EvidenceRefused, match="larger than 20 MB"):
        read(upload(content + bytes(photos.MOST_BYTES + 1 - len(content))))
    assert read(upload(content + bytes(photos.MOST_BYTES - len(content)))).pixels == (40, 20)


def test_a_picture_taken_sideways_is_shown_upright():
    """Orientation 6: the camera was turned right; its left column is the upright picture's top row."""
    turned = shown(as_bytes(half_and_half(), exif=exif(orientation=6)))
    assert turned.size == (20, 40)
    assert is_near(turned.getpixel((10, 3)), RED)
    assert is_near(turned.getpixel((10, 36)), BLUE)


def test_what_is_shown_is_at_most_2048_on_its_longer_side_and_never_enlarged():
    assert shown(as_bytes(half_and_half(5000, 100))).size == (2048, 41)
    assert shown(as_bytes(half_and_half(100, 5000))).size == (41, 2048)
    assert shown(as_bytes(half_and_half(30, 30))).size == (30, 30)


def test_what_is_shown_carries_none_of_the_cameras_data():
    content = as_bytes(half_and_half(), exif=exif(gps=gps()), comment=b"of somebody", icc_profile=b"of somebody")
    photo = read(upload(content))
    image = Image.open(BytesIO(photo.shown))
    assert b"of somebody" in content
    assert b"of somebody" not in photo.shown
    assert dict(image.getexif()) == {}


def test_transparent_parts_are_shown_white():
    assert is_near(shown(as_bytes(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG")).getpixel((4, 4)), (255,) * 3)


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "I;16"])
def test_every_way_to_hold_colours_can_be_shown(mode):
    assert shown(as_bytes(Image.new(mode, (8, 8)), "PNG")).mode == "RGB"


def test_a_cmyk_jpeg_can_be_shown():
    assert shown(as_bytes(Image.new("CMYK", (8, 8)))).mode == "RGB"


@pytest.mark.parametrize(
    ("tags", "claimed"),
    [
        (gps(), (113.38, 34.785)),
        (gps(lon_ref="W", lat_ref="S"), (-113.38, -34.785)),
        (gps(lon=(913.0, 0.0, 0.0)), (None, None)),
        (gps(lon=(0.0, 0.0, 0.0), lat=(0.0, 0.0, 0.0)), (None, None)),
        ({1: "N", 2: (34.0, 47.0, 6.0)}, (None, None)),
        ({1: "N", 2: (34.0,), 3: "E", 4: (113.0,)}, (None, None)),
        ({}, (None, None)),
    ],
    ids=["east-north", "west-south", "off-the-globe", "zero", "half", "short", "none"],
)
def test_the_cameras_position_is_read_as_a_hint(tags, claimed):
    photo = read(upload(as_bytes(half_and_half(), exif=exif(gps=tags))))
    assert photo.claimed == (pytest.approx(claimed[0]), pytest.approx(claimed[1]))


def test_the_original_is_kept_byte_for_byte_under_a_name_that_tells_nothing(xingyang, media):
    content = as_bytes(half_and_half(), "PNG")
    by = make_user("inspector")
    photo = kept(make_case(by=by), upload(content, "../../张三家.png"), by=by)[0]
    original = Path(photo.original.path)
    assert original.read_bytes() == content
    assert photo.sha256 == hashlib.sha256(content).hexdigest()
    assert original.is_relative_to(media)
    assert "张三" not in photo.original.name
    assert original.suffix == ".png"
    assert (photo.width, photo.height, photo.added_by) == (40, 20, by)


def test_the_same_photo_twice_is_kept_once(xingyang, media):
    case = make_case()
    content = as_bytes(half_and_half())
    first = kept(case, upload(content))[0]
    assert kept(case, upload(content, "again.jpg"))[0] == first
    assert len([path for path in media.rglob("*") if path.is_file()]) == 3  # original, shown, small
    assert [event.verb for event in case.events.all()] == ["report", "photo"]


def test_the_same_photo_sent_twice_at_once_is_one_photo_with_three_files(transactional_db, media):
    load_once()
    case, content = make_case(), as_bytes(half_and_half(400, 300))
    together = Barrier(4)

    def send(_number):
        try:
            together.wait()
            return kept(case, upload(content))[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, range(4)))) == 1
    assert len([path for path in media.rglob("*") if path.is_file()]) == 3  # original, shown, small
    assert case.events.filter(verb="photo").count() == 1


def test_files_whose_row_cannot_be_written_are_taken_away_again(xingyang, media, monkeypatch):
    def refuse(*_given, **_options):
        raise IntegrityError

    case = make_case()
    monkeypatch.setattr(Evidence, "save", refuse)
    with pytest.raises(IntegrityError):
        kept(case, upload(as_bytes(half_and_half())))
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_one_refused_photo_leaves_no_file_of_the_others(xingyang, media):
    case = make_case()
    with pytest.raises(EvidenceRefused, match=r"bad\.jpg"):
        kept(case, upload(as_bytes(half_and_half())), upload(b"no", "bad.jpg"))
    assert case.photos.count() == 0
    assert list(media.rglob("*.*")) == []


@pytest.fixture
def photo(xingyang):
    case = make_case(by=make_user("grid_member", username="grid"))
    return kept(case, upload(as_bytes(half_and_half(), "PNG")))[0]


def test_a_photo_is_served_re_encoded_and_can_do_nothing(client, photo):
    client.force_login(photo.case.reported_by)
    answer = client.get(reverse("photo", args=[photo.pk]))
    assert Image.open(BytesIO(b"".join(answer.streaming_content))).format == "JPEG"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, max-age=3600"
    assert answer["Content-Disposition"].startswith("inline")


def test_a_photo_of_a_case_one_may_not_see_is_as_missing_as_none(client, photo):
    client.force_login(make_user("grid_member"))
    assert client.get(reverse("photo", args=[photo.pk])).status_code == 404
    assert client.get(reverse("photo", args=[photo.pk + 1])).status_code == 404


def test_nobody_sees_a_photo_without_signing_in(client, photo):
    assert client.get(reverse("photo", args=[photo.pk])).status_code == 302


def test_a_photo_whose_file_is_gone_is_missing(client, photo):
    Path(photo.shown.path).unlink()
    client.force_login(photo.case.reported_by)
    assert client.get(reverse("photo", args=[photo.pk])).status_code == 404
