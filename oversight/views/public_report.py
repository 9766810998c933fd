"""The public's own report and its receipt: no account, no session, nothing of anybody in an answer."""

import json
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from boundaries.models import Edition, Region
from cases import actions, assignment
from cases.evidence import EvidenceRefused
from cases.intake import KeyReused
from cases.views.map import extent
from gis_core.crs import BadCoordinate
from oversight.public_forms import PublicReportForm
from oversight.public_reports import limits, sending, standing

PHOTOS_AGAIN = 413  # the whole body, with everything typed, was not read


def _opened(code: str) -> Region:
    """The region of this code, if the settings open its form; otherwise there is no such page."""
    if code not in settings.PUBLIC_REPORTS:
        raise Http404
    return get_object_or_404(Region, code=code)


def _private(answer):
    """Kept by no cache and listed by no search engine."""
    patch_cache_control(answer, no_store=True, private=True)
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer


@csrf_exempt  # what is too large or too much is refused before its body is read; `_received` is protected
def report(request, code):
    region = _opened(code)
    if request.method not in ("GET", "HEAD", "POST"):
        return _private(HttpResponseNotAllowed(("GET", "HEAD", "POST")))
    edition = Edition.objects.current(region)
    if edition is None:
        raise Http404
    if request.method == "POST":
        return _private(_posted(request, region, edition))
    return _private(_page(request, region, PublicReportForm(edition=edition, initial={"key": uuid4()})))


def _posted(request, region, edition):
    blank = partial(_refused, request, region, edition)
    if _length(request) > limits.MOST_BYTES:
        return blank(_("Everything together is larger than 64 MB: choose fewer or smaller photos."), PHOTOS_AGAIN)
    try:
        limits.tried(region, _who(request))
    except limits.TooMany as error:
        return blank(str(error), 429)
    return _received(request, region, edition)


def _who(request) -> str:
    return limits.who(request, timezone.localdate())


def _length(request) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdigit() else 0


def _refused(request, region, edition, sentence, status):
    """The body is not read, so nothing that was typed can be given back: the browser's way back has it."""
    form = PublicReportForm(edition=edition, initial={"key": uuid4()})
    return _page(request, region, form, status, refused=sentence)


@csrf_protect
def _received(request, region, edition):
    form = PublicReportForm(request.POST, request.FILES, edition=edition)
    if not form.is_valid():
        return _page(request, region, form, 400)
    try:
        found, _new = sending.send(
            region, key=form.cleaned_data["key"], who=_who(request), told=form.told(),
            photos=form.cleaned_data["photos"],
        )  # fmt: skip
    except limits.TooMany as error:
        form.add_error(None, str(error))
        return _page(request, region, form, 429)
    except (actions.BadReport, BadCoordinate, EvidenceRefused) as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except assignment.NoEditionInForce as error:
        form.add_error(None, str(error))
    except KeyReused:
        form.data = form.data.copy()
        form.data["key"] = uuid4()
        form.add_error(None, _("This form was sent already. Send it once more to make a second report of it."))
    else:
        asked = urlencode({"number": sending.said(found.number)})
        return redirect(f"{reverse('public-receipt', args=(region.code,))}?{asked}")
    return _page(request, region, form, 400)


def _page(request, region, form, status=200, refused=""):
    context = {"region": region, "form": form, "refused": refused, **_map(form.edition)}
    return render(request, "oversight/public_report.html", context, status=status)


def _map(edition) -> dict:
    """A map is shown to everybody only where it was reviewed and says its number (地图管理条例 15, 22): the ground
    alone, round the region, with nothing of ours on it."""
    ground = settings.BASEMAP
    if not (ground.ground and ground.audit_no and edition.outline):
        return {}
    return {"basemap": ground, "basemap_sources": json.dumps(ground.sources), "extent": extent(edition)}


def receipt(request, code):
    """How far a report is, for whoever has its number."""
    region = _opened(code)
    if request.method not in ("GET", "HEAD"):
        return _private(HttpResponseNotAllowed(("GET", "HEAD")))
    typed = request.GET.get("number", "").strip()[:40]
    context = {"region": region, "number": typed, "asked": bool(typed)}
    page = "oversight/public_receipt.html"
    try:
        found = _found(region, typed, _who(request)) if typed else None
    except limits.TooMany as error:
        return _private(render(request, page, {**context, "refused": str(error)}, status=429))
    if found:
        now = standing.of(found)
        context |= {"number": sending.said(found.number), "standing": now, "steps": _steps(now.state)}
    return _private(render(request, page, context, status=404 if typed and not found else 200))


def _found(region, typed, who):
    """The receipt of this number, or None, which is counted."""
    limits.guesses(region, who)
    found = sending.find(region, typed)
    if not found:
        limits.missed(region, who)
    return found


def _steps(now: standing.PublicState) -> list[tuple[standing.PublicState, str]]:
    """The states in their order, each with where it lies: "past", "now" or "" for what is to come."""
    order = list(standing.PublicState)
    lies = ("past", "now", "")
    return [(state, lies[(at >= order.index(now)) + (at > order.index(now))]) for at, state in enumerate(order)]
