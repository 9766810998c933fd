"""A document is issued: numbered without a gap, filled in, kept. And declared void, with its number."""

import hashlib
import re
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.documents import rendering, templates
from cases.documents.context import context
from cases.models import Case, Document
from gis_core.errors import NotPossibleNow

AUTHORITY_WORD = re.compile(r"^\s*(\w{1,12})\s*[〔\[(（【]")  # 荥建 of 荥建〔2015〕21号


@transaction.atomic
def issue(case: Case, kind: str, *, by, at: datetime, extra: dict | None = None, facts=None) -> Document:
    """Number and fill in a document of `case`, whose row the caller holds locked in the same transaction.

    `extra` has the shape of `sample.json`, with plain values (dates, Decimal yuan, float m², people). The number's
    row lock holds until commit; a transaction taken back gives its number back. `facts` as in `context`.
    """
    template = templates.in_force(case.region_id, kind)
    prefix, year = authority_word(case) + template.number_word, timezone.localtime(at).year
    sequence = _next(case.region_id, prefix, year)
    doc_no = f"{prefix}〔{year}〕第{sequence:03}号"
    data = context(case, kind, extra, at=at, doc_no=doc_no, name=template.name, facts=facts)
    content = rendering.render(bytes(template.content), data)
    return Document.objects.create(
        region_id=case.region_id, case=case, kind=kind, doc_no=doc_no, prefix=prefix, year=year, sequence=sequence,
        template=template, data=data, content=content, sha256=hashlib.sha256(content).hexdigest(), issued_by=by,
        issued_at=at,
    )  # fmt: skip


def preview(case: Case, kind: str, extra: dict | None = None, *, at: datetime | None = None) -> bytes:
    """The .docx as it would be now, without a number; nothing is stored but the region's first template."""
    template = templates.in_force(case.region_id, kind)
    data = context(case, kind, extra, at=at or timezone.now(), doc_no="", name=template.name)
    return rendering.render(bytes(template.content), data)


@transaction.atomic
def void(document: Document, *, by, reason: str, at: datetime) -> Document:
    """Declare a document void. It stays readable, and its number is never given to another."""
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if locked.voided_at:
        raise NotPossibleNow(_("{document} is void already.").format(document=locked.doc_no))
    if not reason.strip():
        raise DocumentRefused("reason", _("Say why the document is void: the reason is kept with it."))
    locked.voided_at, locked.voided_by, locked.void_reason = at, by, reason.strip()
    locked.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return locked


class DocumentRefused(ValueError):
    """Something about a document cannot be accepted; `field` names it."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


def authority_word(case: Case) -> str:
    """The authority's own word in its numbers, as its founding notice has it; else the region's short name."""
    found = AUTHORITY_WORD.match(case.edition.document_no)
    return found[1] if found else case.region.name.removesuffix("市").removesuffix("县")


def _next(region_id: str, prefix: str, year: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_documentnumber AS d (region_id, prefix, year, last) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (region_id, prefix, year) DO UPDATE SET last = d.last + 1 RETURNING last",
            [region_id, prefix, year],
        )
        (last,) = cursor.fetchone()
    return last
