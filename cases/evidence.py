"""Photos of a site: checked before a pixel is decoded, kept untouched, shown only re-encoded.

The original is evidence: its bytes are stored as they came and its SHA-256 beside them, and it is never
served. What is served is a JPEG of our own making, upright, without the camera's data.
"""

import hashlib
import re
import struct
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from uuid import uuid4

from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from cases.models import Case, CasePhoto

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000  # the largest phone cameras in use write 50 megapixels
LONGEST_EDGE = 2048
QUALITY = 85

# HEIF is there only where a plug-in for Pillow is installed.
EXTENSIONS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "HEIF": ".heic"}

# What makes a photo a page, a program, a document or an archive as well. Too long to occur by chance in
# 20 MB of pixels; an archive is told by its directory, which stands at the end.
_SOMETHING_ELSE = re.compile(rb"<script|<html|<!doctype|<\?php|<svg[\s>]|%PDF-", re.IGNORECASE)
_ARCHIVE_END = b"PK\x05\x06"
_ARCHIVE_TAIL = 66_000

# What Pillow's readers are known to raise on damaged files, beside their own OSError.
_DAMAGED = (OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, EOFError, struct.error)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class PhotoRefused(ValueError):
    """The file is not a photo that we keep; the sentence says why and names the file."""

    field = "photos"

    def __init__(self, name: str, sentence: str):
        super().__init__(f"{name}: {sentence}")


@dataclass(frozen=True)
class ReadPhoto:
    """An accepted photo: its own bytes as uploaded, and `shown`, the JPEG made of it (`size` in pixels).

    `claimed` is the (lon, lat) in the camera's data or (None, None). It is a hint: phones write WGS 84,
    GCJ-02 or nonsense, and anybody can edit it.
    """

    uploaded: File
    sha256: str
    extension: str
    shown: bytes
    size: tuple[int, int]
    claimed: tuple[float | None, float | None]


def read_all(uploaded) -> list[ReadPhoto]:
    """Several photos, all or none; decoding takes its time, so no lock should be held meanwhile."""
    return [read(one) for one in uploaded]


def keep(case: Case, photos: list[ReadPhoto], by) -> tuple[list[CasePhoto], int]:
    """Keep photos of a case whose row the caller has locked, or just made; gives them and how many are new.

    The same bytes again are the photo that is there. Files whose row cannot be written are taken away again.
    """
    there = {photo.sha256: photo for photo in case.photos.all()}
    known = len(there)
    for photo in photos:
        if photo.sha256 not in there:
            there[photo.sha256] = _kept(case, photo, by)
    return [there[photo.sha256] for photo in photos], len(there) - known


def read(uploaded: File) -> ReadPhoto:
    """The accepted photo; PhotoRefused for anything that is not one whole image of a kind we take."""
    name = uploaded.name or ""
    _check_size(name, uploaded.size)
    sha256 = _check_content(name, uploaded)
    uploaded.seek(0)
    try:
        with Image.open(uploaded, formats=_formats()) as image:
            _check_pixels(name, image.size)
            extension, claimed = EXTENSIONS[image.format], _claimed_position(image)
            shown = _shown(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(name) from error
    except PhotoRefused:
        raise
    except _DAMAGED as error:
        raise PhotoRefused(name, _("this is not a whole JPEG, PNG or WebP photo; take or choose another.")) from error
    return ReadPhoto(uploaded, sha256, extension, _encoded(shown), shown.size, claimed)


def _formats():
    Image.init()
    return [name for name in EXTENSIONS if name in Image.OPEN]


def _check_size(name, size):
    if not size:
        raise PhotoRefused(name, _("the file is empty."))
    if size > MOST_BYTES:
        raise PhotoRefused(name, _("the file is larger than {megabytes} MB.").format(megabytes=MOST_BYTES // 1024**2))


def _check_content(name, uploaded) -> str:
    """The SHA-256 of the file; PhotoRefused for a photo that is something else as well."""
    uploaded.seek(0)
    content = uploaded.read()
    if _SOMETHING_ELSE.search(content) or _ARCHIVE_END in content[-_ARCHIVE_TAIL:]:
        raise PhotoRefused(name, _("the file holds something else than a photo."))
    return hashlib.sha256(content).hexdigest()


def _check_pixels(name, size):
    if size[0] * size[1] > MOST_PIXELS:
        raise _too_many_pixels(name)


def _too_many_pixels(name):
    most = MOST_PIXELS // 1_000_000
    return PhotoRefused(name, _("the photo has more than {most} million pixels.").format(most=most))


def _shown(image) -> Image.Image:
    """Upright, at most LONGEST_EDGE on its longer side, RGB on white, without any of the file's data."""
    image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # a JPEG is decoded at half or a quarter of its size
    image.load()
    image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))  # before anything else copies the pixels
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A"))
    return plain


def _encoded(image) -> bytes:
    encoded = BytesIO()
    image.save(encoded, "JPEG", quality=QUALITY, optimize=True)
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


def _kept(case, photo: ReadPhoto, by) -> CasePhoto:
    photo.uploaded.seek(0)
    kept = CasePhoto(
        region_id=case.region_id,
        case=case,
        sha256=photo.sha256,
        width=photo.size[0],
        height=photo.size[1],
        claimed_lon=photo.claimed[0],
        claimed_lat=photo.claimed[1],
        added_by=by,
    )
    with ExitStack() as undo:
        for field, name, content in (
            (kept.image, f"{uuid4().hex}.jpg", ContentFile(photo.shown)),
            (kept.original, f"{uuid4().hex}{photo.extension}", photo.uploaded),
        ):
            field.save(name, content, save=False)
            undo.callback(field.storage.delete, field.name)
        kept.save()
        undo.pop_all()
    return kept
