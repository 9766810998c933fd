"""A zipped Shapefile, unpacked with suspicion: names, links, sizes, and only the parts we read."""

import os
import stat
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from django.utils.translation import gettext as _

from gis_core.reading.errors import ReadingError, reading_error

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
MOST_BYTES = 2 << 30
# Blank padded text packs about 100 : 1 at best; a bomb 1000 : 1. Small files may pack as they like.
MOST_RATIO = 250
RATIO_COUNTS_FROM_BYTES = 16 << 20
_CHUNK_BYTES = 1 << 20


def unpack_shapefile(path: Path, folder: Path) -> Path:
    """The path of the .shp in `folder`. No name of the archive is used on disk."""
    try:
        with ZipFile(path) as archive:
            check_sizes(path, archive)
            parts = _parts(path, archive.infolist())
            for suffix, member in parts.items():
                _write(path, archive, member, folder / f"layer{suffix}")
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise reading_error(path, "damaged") from error
    return folder / "layer.shp"


def check_sizes(path: Path, archive: ZipFile) -> None:
    """`ReadingError` for a bomb. The stated sizes suffice: zipfile never unpacks more than is stated."""
    total = sum(member.file_size for member in archive.infolist())
    if total > MOST_BYTES or total > max(RATIO_COUNTS_FROM_BYTES, MOST_RATIO * path.stat().st_size):
        raise ReadingError(
            _("%(file)s unpacks to %(size)s MB, which is refused.") % {"file": path.name, "size": total >> 20}
        )


def _parts(path: Path, members: list[ZipInfo]) -> dict[str, ZipInfo]:
    """Suffix → member, of the one .shp and what lies beside it under the same name."""
    named = {_name(member): member for member in members if not member.is_dir()}
    for name, member in named.items():
        _refuse_escape(path, name, member)
    named = {name: member for name, member in named.items() if "__MACOSX" not in name.parts}
    shapes = [name for name in named if name.suffix.lower() == ".shp"]
    if len(shapes) != 1:
        raise ReadingError(
            _("%(file)s must hold exactly one Shapefile, it holds %(count)s.")
            % {"file": path.name, "count": len(shapes)}
        )
    wanted = shapes[0].with_suffix("").as_posix().lower()
    return {
        name.suffix.lower(): member
        for name, member in named.items()
        if name.with_suffix("").as_posix().lower() == wanted and name.suffix.lower() in PARTS
    }


def _name(member: ZipInfo) -> PurePosixPath:
    """Names are UTF-8 when marked so; else Chinese programs mean GBK, and zipfile has read cp437."""
    name = member.filename
    if not member.flag_bits & 0x800:
        name = name.encode("cp437", "replace").decode("gb18030", "replace")
    return PurePosixPath(name.replace("\\", "/"))


def _refuse_escape(path: Path, name: PurePosixPath, member: ZipInfo) -> None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    is_link = kind not in (0, stat.S_IFREG)
    if is_link or name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        raise ReadingError(
            _("%(file)s holds “%(name)s”, which points outside the archive; it is refused.")
            % {"file": path.name, "name": str(name)[:80]}
        )


def _write(path: Path, archive: ZipFile, member: ZipInfo, target: Path) -> None:
    if member.flag_bits & 0x1:
        raise ReadingError(_("%(file)s is locked with a password.") % {"file": path.name})
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as output, archive.open(member) as source:
        while chunk := source.read(_CHUNK_BYTES):
            output.write(chunk)
