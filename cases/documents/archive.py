"""Looking at a .docx with suspicion before any library opens it: a template may come from anybody's computer."""

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from django.utils.translation import gettext as _

MOST_BYTES = 5 << 20
MOST_UNPACKED_BYTES = 40 << 20
MOST_PARTS = 300
NEEDED = {"[Content_Types].xml", "word/document.xml"}
PROGRAMS = re.compile(r"vbaProject|vbaData|activeX|embeddings/|\.bin$|\.exe$|afchunk", re.IGNORECASE)
DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
# UTF-16 would hide what the next patterns look for; Word and WPS write UTF-8.
OTHER_ENCODING = re.compile(rb"\A(\xff\xfe|\xfe\xff|<\x00|\x00<)|\A[^>]{0,100}encoding=[\"'](?!utf-8)", re.IGNORECASE)
OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
FETCHING = re.compile(
    rb"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|LINK|IMPORT|DATABASE|MACROBUTTON|RD)\b", re.IGNORECASE
)
FIELD = re.compile(rb"<w:instrText[^>]*>(.*?)</w:instrText>|w:instr\s*=\s*\"([^\"]*)\"", re.DOTALL)
ALT_CHUNK = re.compile(rb"<w:altChunk\b|macroEnabled", re.IGNORECASE)


def fault_of(content: bytes) -> str:
    """The sentence that refuses these bytes, empty for a plain .docx."""
    if not content:
        return _("the file is empty")
    if len(content) > MOST_BYTES:
        return _("the file is larger than {most} MB").format(most=MOST_BYTES >> 20)
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _fault_of_sizes(archive.infolist()) or _fault_of_parts(archive)
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return _("the file is damaged or is no .docx; save it anew in Word or WPS")


def _fault_of_sizes(members) -> str:
    """The stated sizes suffice: zipfile never unpacks more than is stated."""
    names = [member.filename for member in members]
    if not set(names) >= NEEDED or len(names) != len(set(names)):
        return _("the file is damaged or is no .docx; save it anew in Word or WPS")
    if len(names) > MOST_PARTS or sum(member.file_size for member in members) > MOST_UNPACKED_BYTES:
        return _("the file unpacks to more than a template can need")
    if any(PROGRAMS.search(name) for name in names):
        return _("the file holds a macro or another file; save it as a plain .docx")
    return ""


def _fault_of_parts(archive) -> str:
    for name in archive.namelist():
        part = archive.read(name)
        if name.endswith((".xml", ".rels")) and (fault := _fault_of_xml(part)):
            return fault
    return ""


def _fault_of_xml(part: bytes) -> str:
    if DECLARATION.search(part) or OTHER_ENCODING.search(part):
        return _("the file holds a declaration that Word does not write")
    if ALT_CHUNK.search(part):
        return _("the file holds a macro or another file; save it as a plain .docx")
    if OUTSIDE.search(part):
        return _("the file points to something outside itself (a link, a picture or a template); take it out")
    fields = b"".join(b" ".join(found) for found in FIELD.findall(part))
    if FETCHING.search(fields):
        return _("the file holds a field that fetches something from outside; take it out")
    return ""
