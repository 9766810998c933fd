"""Takes away what broken-off work has left on the disk, and never a file that a row names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings

from cases.evidence import uploads
from cases.models import Evidence, Upload

# Younger files may belong to a row that is being written.
YOUNGEST = timedelta(days=1)
BATCH = 1000
EVIDENCE_FOLDERS = ("originals", "photos", "small")


@dataclass
class Swept:
    """How many of each were taken away."""

    uploads: int = 0
    files: int = 0


def sweep(now: datetime) -> Swept:
    """Expired uploads with their bytes, then files older than a day that no row names."""
    done = Swept()
    for upload in Upload.objects.filter(expires_at__lte=now).iterator():
        done.uploads += _end(upload)
    media = Path(settings.MEDIA_ROOT)
    old = (path for folder in EVIDENCE_FOLDERS for path in _old_files(media / folder, now))
    while batch := list(islice(old, BATCH)):
        done.files += _remove_orphans(media, batch)
    done.files += _remove_stray_parts(media / "uploads", now)
    return done


def _end(upload) -> bool:
    """False where somebody is sending to it at this moment: the next sweep finds it again."""
    try:
        with uploads.alone(upload):
            uploads.discard(upload)
    except (uploads.InUse, Upload.DoesNotExist):
        return False
    return True


def _old_files(folder: Path, now) -> Iterator[Path]:
    """Files that were last written, moved or linked more than a day ago."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_ctime < (now - YOUNGEST).timestamp():
            yield path


def _remove_orphans(media, batch) -> int:
    names = {path.relative_to(media).as_posix(): path for path in batch}
    known = {
        name
        for field in ("original", "shown", "small")
        for name in Evidence.objects.filter(**{f"{field}__in": list(names)}).values_list(field, flat=True)
    }
    orphans = [path for name, path in names.items() if name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _remove_stray_parts(folder, now) -> int:
    """Bytes of uploads whose row is gone, or that have become evidence."""
    old = {path: path.name.partition(".")[0] for path in _old_files(folder, now)}
    waited_for = {str(pk) for pk in Upload.objects.filter(evidence=None).values_list("pk", flat=True)}
    stray = [path for path, name in old.items() if name not in waited_for or path.suffix]
    for path in stray:
        path.unlink(missing_ok=True)
    return len(stray)
