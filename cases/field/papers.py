"""The orders as a party reads them on the phone: the text of the templates in force, before there is a number."""

from functools import lru_cache
from io import BytesIO

from docx import Document as Docx

from cases import documents
from cases.documents import templates
from cases.models import Case, DocumentKind

KINDS = (DocumentKind.STOP_ORDER, DocumentKind.RECTIFY_ORDER)
DEMANDS = "〔要求〕"  # where the phone puts what the officers demand


def blank(region: str) -> dict[str, list[str]]:
    """The paragraphs of each order's template, placeholders and all, for a case of which nothing is carried."""
    return {str(kind): _template_text(region, kind, templates.in_force(region, kind).sha256) for kind in KINDS}


def drafts(case: Case) -> dict[str, list[str]]:
    """The paragraphs of each order as it would say about this case now, DEMANDS in place of the demands."""
    told = {"order": {"measures": DEMANDS}}
    return {str(kind): _paragraphs(documents.preview(case, kind, told)) for kind in KINDS}


@lru_cache(maxsize=64)
def _template_text(region: str, kind: str, _sha256: str) -> list[str]:
    return _paragraphs(bytes(templates.in_force(region, kind).content))


def _paragraphs(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Docx(BytesIO(content)).paragraphs if paragraph.text.strip()]
