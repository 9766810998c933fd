"""Template files: the shipped ones, those that a bureau puts in their place, and the one in force."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cases.documents import archive, rendering
from cases.documents.sample import SAMPLE
from cases.models import DocumentKind, DocumentTemplate

DEFAULTS = settings.BASE_DIR / "fixtures" / "documents"
DESCRIPTION = "documents.json"
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


class FaultyTemplates(ValueError):
    """The folder cannot be loaded; `faults` lists every reason, each naming its file."""

    def __init__(self, faults):
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class TemplateFile:
    kind: str
    name: str
    number_word: str
    content: bytes

    @property
    def sha256(self):
        return hashlib.sha256(self.content).hexdigest()

    @property
    def stored(self):
        return {
            "name": self.name, "number_word": self.number_word, "content": self.content, "sha256": self.sha256
        }  # fmt: skip


def in_force(region_id: str, kind: str) -> DocumentTemplate:
    """The region's template of this kind; where it has none, the shipped one, which becomes its first."""
    found = DocumentTemplate.objects.filter(region_id=region_id, kind=kind, active=True)
    if not found.exists():
        shipped = _shipped(kind)
        # Two first documents at once: the second finds the first's row and keeps to it.
        DocumentTemplate.objects.bulk_create(
            [DocumentTemplate(region_id=region_id, kind=kind, **shipped.stored)], ignore_conflicts=True
        )
    return found.get()


def check(folder: Path, region=None) -> list[TemplateFile]:
    """Every template of the folder, tried with a sample; FaultyTemplates with every fault at once."""
    files, faults = [], []
    try:
        described = _described(folder)
    except UNREADABLE as error:
        raise FaultyTemplates([_("{file}: {why}").format(file=DESCRIPTION, why=error)]) from error
    paths = sorted(path for path in Path(folder).glob("*.docx") if not path.name.startswith(("~$", ".")))
    if not paths:
        raise FaultyTemplates([_("{folder}: there is no .docx here.").format(folder=folder)])
    for path in paths:
        try:
            files.append(_read(path, described, region))
        except rendering.TemplateRefused as error:
            faults += [_("{file}: {why}").format(file=path.name, why=fault) for fault in error.faults]
    if faults:
        raise FaultyTemplates(faults)
    return files


@transaction.atomic
def load(folder: Path, region) -> list[DocumentTemplate]:
    """Put the folder's templates in force; those that are so already stay. Gives the new ones."""
    return list(filter(None, (_replace(region, file) for file in check(folder, region))))


def try_out(content: bytes) -> None:
    """TemplateRefused unless the bytes are a plain .docx that a sample can be put into."""
    if fault := archive.fault_of(content):
        raise rendering.TemplateRefused([fault])
    try:
        rendering.render(content, SAMPLE)
    except rendering.TemplateRefused:
        raise
    except Exception as error:  # what two libraries may raise on a foreign file is listed nowhere
        raise rendering.TemplateRefused(
            [_("the file is damaged or is no .docx; save it anew in Word or WPS")]
        ) from error


def _replace(region, file: TemplateFile) -> DocumentTemplate | None:
    before = DocumentTemplate.objects.select_for_update().filter(region=region, kind=file.kind, active=True).first()
    if before and (before.sha256, before.name, before.number_word) == (file.sha256, file.name, file.number_word):
        return None
    if before:
        before.active = False
        before.save(update_fields=["active"])
    return DocumentTemplate.objects.create(region=region, kind=file.kind, **file.stored)


def _read(path: Path, described: dict, region) -> TemplateFile:
    kind = path.stem
    if kind not in DocumentKind.values:
        raise rendering.TemplateRefused(
            [_("its name is none of the kinds: {kinds}").format(kinds=", ".join(DocumentKind.values))]
        )
    content = path.read_bytes() if path.stat().st_size <= archive.MOST_BYTES else bytes(archive.MOST_BYTES + 1)
    try_out(content)
    said = {**_as_known(kind, region), **described.get(kind, {})}
    return TemplateFile(kind, said["name"], said["number_word"], content)


def _as_known(kind: str, region) -> dict:
    """Name and number word stay what they are where the folder says nothing of them."""
    known = DocumentTemplate.objects.filter(region=region, kind=kind, active=True) if region else ()
    for template in known:
        return {"name": template.name, "number_word": template.number_word}
    return _described(DEFAULTS)[kind]


def _described(folder: Path) -> dict:
    """What documents.json says of each kind; a folder without one says nothing."""
    path = Path(folder) / DESCRIPTION
    if not path.exists():
        return {}
    described = json.loads(path.read_text("utf-8-sig"))
    for kind, said in described.items():
        for key, most in (("name", 60), ("number_word", 12)):
            if key in said and not (isinstance(said[key], str) and 0 < len(said[key].strip()) <= most):
                raise ValueError(
                    _("{kind}: {key} must be a text of at most {most} characters").format(kind=kind, key=key, most=most)
                )
    return described


def _shipped(kind: str) -> TemplateFile:
    said = _described(DEFAULTS)[kind]
    return TemplateFile(kind, said["name"], said["number_word"], (DEFAULTS / f"{kind}.docx").read_bytes())
