"""Files that come in pieces and outlive a broken connection: the bytes on disk beside their row.

Of two who send at once one holds the file's lock and the other is told so; the lock ends with its holder, however
that ends. No database transaction is open while a slow sender sends. The row's offset is moved only after the
bytes before it are on the disk.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.evidence import formats
from cases.evidence.formats import HEAD_BYTES, MB
from cases.evidence.keeping import check_open
from cases.evidence.reading import ReadFile, digest, read
from cases.evidence.refusal import EvidenceRefused, plain_name
from cases.models import Case, Upload
from gis_core.errors import NotPossibleNow

KEPT_FOR = timedelta(days=7)
MOST_UNFINISHED = 20  # per person
DURABLE_EVERY = 8 * MB  # what a broken connection or a killed server may cost at most
LEFT_FREE = 1024 * MB  # of the disk, for everything else that is stored there


class BadOffset(NotPossibleNow):
    """The piece does not begin where the upload stands."""


class InUse(NotPossibleNow):
    """Another request is writing to this upload."""


class NoRoom(NotPossibleNow):
    """Too many unfinished uploads, or too little disk."""


class BadPiece(ValueError):
    """The piece is longer than what is left, or not the one that its check sum is of."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


def begin(case: Case, *, by, length: int, name: str, sha256="", told: dict | None = None) -> Upload:
    """A new upload of `length` bytes for a case; EvidenceRefused where no such file would be kept."""
    name = plain_name(name)
    check_open(case, name)
    formats.check_size(name, length)
    if unfinished(by).count() >= MOST_UNFINISHED:
        raise NoRoom(_("You have {number} unfinished uploads; finish or remove one.").format(number=MOST_UNFINISHED))
    if shutil.disk_usage(_folder()).free < length + LEFT_FREE:
        raise NoRoom(_("{name}: there is no room for it at the moment.").format(name=name))
    return Upload.objects.create(
        region_id=case.region_id, case=case, by=by, length=length, name=name, sha256=sha256.lower(), told=told or {},
        expires_at=timezone.now() + KEPT_FOR,
    )  # fmt: skip


def unfinished(by):
    return Upload.objects.filter(by=by, evidence=None, expires_at__gt=timezone.now())


@contextmanager
def alone(upload: Upload) -> Iterator[BinaryIO]:
    """The upload's file, while nobody else may write to it; the row as it stands now. InUse otherwise."""
    path = part_of(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUse(_("Another request is sending this file; ask again where it stands.")) from error
        upload.refresh_from_db()
        yield part


def append(upload: Upload, part: BinaryIO, offset: int, pieces: Iterable[bytes], checksum=None) -> None:
    """Write behind the durable bytes. Whatever arrived before a broken connection is kept.

    `checksum` is (name of hashlib, digest); then the piece counts only as a whole. The last byte's offset is
    left to `actions.receive`, which stores it with the evidence.
    """
    if offset != upload.offset or part.seek(0, os.SEEK_END) < offset:
        raise BadOffset(_("{name} stands at byte {offset}.").format(name=upload.name, offset=upload.offset))
    part.seek(offset)
    part.truncate()
    seen = hashlib.new(checksum[0]) if checksum else None
    try:
        for piece in pieces:
            _write(upload, part, piece)
            if seen:
                seen.update(piece)
            elif part.tell() - upload.offset >= DURABLE_EVERY:
                _make_durable(upload, part)
    except OSError:
        if not seen:
            _make_durable(upload, part)
        raise
    if seen and seen.digest() != checksum[1]:
        raise BadPiece("Upload-Checksum", _("The piece was changed on its way; send it again."))
    _make_durable(upload, part)


def _write(upload, part, piece):
    if part.tell() + len(piece) > upload.length:
        raise BadPiece("Upload-Length", _("{name}: more bytes than announced.").format(name=upload.name))
    part.write(piece)


def _make_durable(upload, part):
    """First the bytes, then the row that vouches for them; the whole file's offset is stored with the evidence."""
    part.flush()
    os.fsync(part.fileno())
    upload.offset = part.tell()
    if upload.offset < upload.length:
        Upload.objects.filter(pk=upload.pk).update(offset=upload.offset)


def check_beginning(upload: Upload, part: BinaryIO) -> None:
    """EvidenceRefused before two gigabytes of the wrong kind are sent; says nothing while too little is there."""
    if upload.offset >= min(HEAD_BYTES, upload.length):
        formats.check_beginning(upload.name, formats.head_of(part), upload.length)


class _Part(File):
    """A whole upload. Storing it moves a second name of the same bytes, so that nothing is lost by a rollback."""

    def temporary_file_path(self):
        taken = Path(f"{self.file.name}.taken")
        taken.unlink(missing_ok=True)
        os.link(self.file.name, taken)
        return str(taken)


@contextmanager
def whole(upload: Upload) -> Iterator[ReadFile]:
    """The finished file, read; EvidenceRefused also where it is not the one that was announced."""
    with part_of(upload).open("rb") as content:
        file = _Part(content, name=upload.name)
        if upload.sha256 and digest(file) != upload.sha256:
            raise EvidenceRefused(upload.name, _("the file was changed on its way: its SHA-256 is another."))
        yield read(file)


def discard(upload: Upload) -> None:
    """Row and bytes of an upload that comes to nothing."""
    Upload.objects.filter(pk=upload.pk).delete()
    remove_part(upload)


def remove_part(upload: Upload) -> None:
    for path in (part_of(upload), Path(f"{part_of(upload)}.taken")):
        path.unlink(missing_ok=True)


def part_of(upload: Upload) -> Path:
    return _folder() / upload.region_id / str(upload.pk)


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
