"""A document of a case: as a page to read and print, and as the .docx itself."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.documents import printing
from cases.models import Document
from cases.permissions import Capability, requires, visible_cases
from gis_core.tokens import accepts_token

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SANDBOX = "default-src 'none'; sandbox"


@requires(Capability.READ_DOCUMENTS)
@require_safe
@never_cache
def document(request, pk):
    found = _found(request.user, pk)
    body = mark_safe(printing.as_html(bytes(found.content)))  # noqa: S308 -- mammoth has escaped every text
    return render(request, "cases/document.html", {"document": found, "body": body})


@accepts_token
@requires(Capability.READ_DOCUMENTS)
@require_safe
@never_cache
def document_file(request, pk):
    """The file as it was issued, byte for byte."""
    found = _found(request.user, pk)
    return HttpResponse(
        bytes(found.content),
        content_type=DOCX,
        headers={
            "Content-Disposition": content_disposition_header(True, f"{found.doc_no} {found.name}.docx"),
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
        },
    )


def _found(user, pk):
    """404 alike for one that is missing and one of a case that is not theirs."""
    return get_object_or_404(Document.objects.select_related("case", "voided_by"), pk=pk, case__in=visible_cases(user))
