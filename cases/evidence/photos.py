"""Photos and scanned pages: checked before a pixel is decoded, shown only re-encoded.

The original of a picture is never served. What is served is a JPEG of our own making, upright, without the
camera's data.
"""

import hashlib
import struct
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from cases.evidence import formats, polyglots
from cases.evidence.formats import HEIF, JPEG, PNG, WEBP, Format
from cases.evidence.refusal import EvidenceRefused

MOST_BYTES = JPEG.most_bytes
MOST_PIXELS = 60_000_000  # the largest phone cameras in use write 50 megapixels
LONGEST_EDGE = 2048
SMALL_EDGE = 480  # of the small picture in lists, sharp at twice the pixels of its place
QUALITY = 85
SMALL_QUALITY = 78

FORMATS = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP, "HEIF": HEIF}

# What Pillow's readers are known to raise on damaged files, beside their own OSError.
_DAMAGED = (OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, EOFError, struct.error)

_EXIF_TIME = "%Y:%m:%d %H:%M:%S"

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


@dataclass(frozen=True)
class ReadPhoto:
    """An accepted picture and `shown`, the JPEG made of it (`pixels` wide and high); `small` is the one for lists."""

    format: Format
    sha256: str
    shown: bytes
    small: bytes
    pixels: tuple[int, int]
    claimed: tuple[float | None, float | None]
    claimed_at: datetime | None


def read(uploaded: File, name: str) -> ReadPhoto:
    """The accepted photo; EvidenceRefused for anything that is not one whole image of a kind we take."""
    formats.check_size(name, uploaded.size, MOST_BYTES)
    sha256 = _check_content(name, uploaded)
    uploaded.seek(0)
    try:
        with Image.open(uploaded, formats=_formats()) as image:
            _check_pixels(name, image.size)
            found, claimed, claimed_at = FORMATS[image.format], _claimed_position(image), _claimed_time(image)
            shown = _shown(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(name) from error
    except EvidenceRefused:
        raise
    except _DAMAGED as error:
        raise EvidenceRefused(
            name, _("this is not a whole JPEG, PNG or WebP photo; take or choose another.")
        ) from error
    return ReadPhoto(found, sha256, _encoded(shown), _encoded(_small(shown), SMALL_QUALITY), shown.size, claimed,
                     claimed_at)  # fmt: skip


def _formats():
    Image.init()
    return [name for name in FORMATS if name in Image.OPEN]


def _check_content(name, uploaded) -> str:
    """The SHA-256 of the file; EvidenceRefused for a photo that is something else as well."""
    uploaded.seek(0)
    content = uploaded.read()
    if polyglots.picture_holds_another(content):
        raise EvidenceRefused(name, _("the file holds something else than a photo."))
    return hashlib.sha256(content).hexdigest()


def _check_pixels(name, size):
    if size[0] * size[1] > MOST_PIXELS:
        raise _too_many_pixels(name)


def _too_many_pixels(name):
    most = MOST_PIXELS // 1_000_000
    return EvidenceRefused(name, _("the photo has more than {most} million pixels.").format(most=most))


def _shown(image) -> Image.Image:
    """Upright, at most LONGEST_EDGE on its longer side, RGB on white, without any of the file's data."""
    image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # a JPEG is decoded at half or a quarter of its size
    image.load()
    image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))  # before anything else copies the pixels
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A"))
    return plain


def _small(shown) -> Image.Image:
    small = shown.copy()
    small.thumbnail((SMALL_EDGE, SMALL_EDGE))
    return small


def _encoded(image, quality=QUALITY) -> bytes:
    encoded = BytesIO()
    image.save(encoded, "JPEG", quality=quality, optimize=True)
    return encoded.getvalue()


def _claimed_position(image):
    """(lon, lat) of the camera's data, or (None, None) where it is missing, broken or off the globe."""
    try:
        gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
    except (*_DAMAGED, ZeroDivisionError):
        return None, None
    if abs(lon) <= 180 and abs(lat) <= 90 and (lon or lat):
        return lon, lat
    return None, None


def _degrees(parts, reference, negative) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(reference).upper().startswith(negative) else value


def _claimed_time(image) -> datetime | None:
    """When the camera says that it took the picture; without an offset it means the city's own time."""
    try:
        taken = image.getexif().get_ifd(ExifTags.IFD.Exif)
        text = taken[ExifTags.Base.DateTimeOriginal].strip("\0 ")
        if offset := taken.get(ExifTags.Base.OffsetTimeOriginal, "").strip("\0 "):
            return datetime.strptime(f"{text}{offset}", f"{_EXIF_TIME}%z")
        return datetime.strptime(text, _EXIF_TIME).replace(tzinfo=timezone.get_default_timezone())
    except (*_DAMAGED, AttributeError):
        return None
