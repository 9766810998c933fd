"""Reading a .docx with nothing but zipfile and ElementTree: a second opinion on what the libraries wrote."""

from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZipFile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paragraphs(content: bytes) -> list[str]:
    """The texts of all paragraphs in order, those in table cells too; a line break is a line break."""
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        root = ElementTree.fromstring(archive.read("word/document.xml"))  # noqa: S314 -- a file of our own
    return ["".join(map(_said, one.iter())) for one in root.iter(f"{W}p")]


def _said(element):
    if element.tag == f"{W}t":
        return element.text or ""
    return "\n" if element.tag == f"{W}br" else ""


def text(content: bytes) -> str:
    return "\n".join(paragraphs(content))


def changed(content: bytes, name="word/document.xml", **replaced) -> bytes:
    """The file with `old` made `new` in one part; `added` writes a further part, `whole` the part anew."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for part in source.namelist():
            data = source.read(part)
            if part == name:
                data = replaced.get("whole") or data.replace(
                    replaced.get("old", "").encode() or b"\x00", replaced.get("new", "").encode()
                )
            target.writestr(part, data)
        for part, data in replaced.get("added", {}).items():
            target.writestr(part, data)
    return out.getvalue()
