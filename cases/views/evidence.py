"""Evidence on a case's page, its files, and the review of what a device recorded."""

from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import actions, evidence
from cases.evidence.opened import file_opened
from cases.forms import EvidenceForm, ReviewForm
from cases.models import Evidence
from cases.permissions import Capability, may, requires, visible_cases, visible_evidence
from gis_core.ranges import file_answer
from gis_core.tokens import accepts_token

SANDBOX = "default-src 'none'; sandbox"


@requires(Capability.SEE_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_case(request, case_no):
    """The evidence of a case as a piece of its page; a form adds one file more."""
    adds = may(request.user, Capability.ADD_EVIDENCE)
    if request.method == "POST" and not adds:
        raise PermissionDenied
    pieces = Prefetch("evidence", queryset=Evidence.objects.for_list())
    case = get_object_or_404(visible_cases(request.user).prefetch_related(pieces), case_no=case_no)
    shows_form = adds and (request.method == "POST" or evidence.takes_more(case))
    form = EvidenceForm(request.POST or None, request.FILES or None) if shows_form else None
    if request.method == "POST" and form.is_valid() and _added(request, case, form):
        return redirect(f"{case.get_absolute_url()}#evidence")
    context = {"case": case, "evidence_form": form, "page": True}
    page = "cases/evidence.html" if request.method == "POST" else "cases/_evidence.html"
    return render(request, page, context, status=400 if request.method == "POST" else 200)


def _added(request, case, form) -> bool:
    try:
        actions.add_evidence(case, form.cleaned_data["file"], by=request.user, **form.told())
    except evidence.EvidenceRefused as error:
        form.add_error("file", str(error))
        return False
    messages.success(request, _("The evidence is kept."))
    return True


@requires(Capability.REVIEW_EVIDENCE)
@require_POST
def review(request, pk):
    piece = get_object_or_404(visible_evidence(request.user).select_related("case"), pk=pk)
    form = ReviewForm(request.POST)
    try:
        actions.review_evidence(piece, by=request.user, note=form.data.get("note", ""))
    except (actions.BadReport, actions.ReviewedAlready) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The review is recorded; the evidence is usable."))
    return redirect(f"{piece.case.get_absolute_url()}#evidence")


@accepts_token
@requires(Capability.SEE_CASES)
@require_safe
def photo(request, pk):
    """The re-encoded picture, to whoever sees its case; it can run nothing and stays in one browser."""
    shown = get_object_or_404(visible_evidence(request.user).exclude(shown=""), pk=pk)
    return _guarded(_picture(shown, shown.shown))


@accepts_token
@requires(Capability.SEE_CASES)
@require_safe
def small_photo(request, pk):
    """The same for a list; of evidence older than its small picture the large one."""
    shown = get_object_or_404(visible_evidence(request.user).exclude(shown=""), pk=pk)
    return _guarded(_picture(shown, shown.small or shown.shown))


@accepts_token
@requires(Capability.SEE_CASES)
@require_safe
def piece(request, pk):
    """The re-encoded picture; or the file itself as a download, of which players may ask a part."""
    found = get_object_or_404(visible_evidence(request.user).select_related("case"), pk=pk)
    if found.shown:
        return _guarded(_picture(found, found.shown))
    answer = _guarded(_download(request, found))
    if request.method == "GET":
        file_opened.send(Evidence, piece=found, by=request.user)
    return answer


def _picture(found: Evidence, file):
    return FileResponse(_opened(file), content_type="image/jpeg", filename=f"{found.sha256[:12]}.jpg")


def _download(request, found: Evidence):
    kind = evidence.format_of(found.original.name)
    content = _opened(found.original)
    size = Path(content.name).stat().st_size
    name = f"{found.case.case_no}-{found.pk}{kind.extension}"
    return file_answer(request, content, size, content_type=kind.content_type, as_attachment=True, filename=name)


def _opened(field):
    try:
        return field.open("rb").file
    except FileNotFoundError as error:
        raise Http404 from error


def _guarded(answer):
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
