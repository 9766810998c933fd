"""The page on which a report is taken down, and what it asks while the place is being chosen."""

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from boundaries import places
from boundaries.models import Edition
from cases import actions, assignment, duplicates
from cases.evidence import EvidenceRefused
from cases.forms import ChosenPlaceForm, ChosenPointForm, PlaceForm, ReportForm
from cases.intake import KeyReused, once
from cases.permissions import Capability, requires, visible_cases
from gis_core.crs import BadCoordinate


@requires(Capability.REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request):
    form = _form(request)
    if request.method == "POST" and form.is_valid() and (case_no := _saved(request, form)):
        return redirect(reverse("case-detail", args=(case_no,)) + "#reported")
    edition = _edition(request.user)
    return render(
        request,
        "cases/report.html",
        {
            "form": form,
            "region_box": _region_box(edition),
            "edition": edition,
            **_answered(request.user, form),
        },
        status=400 if form.is_bound and form.errors else 200,
    )


@requires(Capability.REPORT)
@require_safe
@never_cache
def answer(request):
    """Who answers for the point of the query and what is open beside it, as a piece of the page."""
    form = ChosenPlaceForm(request.GET)
    return render(request, "cases/_answer.html", {"form": form, **_answered(request.user, form)})


@requires(Capability.REPORT)
@require_safe
@never_cache
def find_places(request):
    """Areas and villages by name, as a piece of the page."""
    form = PlaceForm(request.GET)
    edition = _edition(request.user)
    text = form.cleaned_data["place"] if form.is_valid() else ""
    context = {"places": places.find(edition, text) if edition else [], "text": text, "form": form}
    return render(request, "cases/_places.html", context, status=400 if form.errors else 200)


def _edition(user):
    return Edition.objects.current(user.region_id)


def _region_box(edition) -> str:
    """west,south,east,north of the region in degrees; empty where the pack has no outline."""
    if edition is None or edition.outline is None:
        return ""
    return ",".join(f"{edge:.5f}" for edge in edition.outline.extent)


def _form(request):
    if request.method == "POST":
        return ReportForm(request.POST, request.FILES)
    place = {name: request.GET[name] for name in ("lon", "lat", "crs", "accuracy_m") if name in request.GET}
    return ReportForm(initial={"key": uuid4().hex, **place})


def _saved(request, form) -> str:
    """The number of the case that was made, now or by an earlier sending of this form; "" after an error."""
    try:
        case_no, made = _once(request, form)
    except (actions.BadReport, BadCoordinate, EvidenceRefused) as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except assignment.NoEditionInForce as error:
        form.add_error(None, str(error))
    except KeyReused:
        _ask_again(form)
    else:
        said = _("Saved as %(case_no)s.") if made else _("Already saved as %(case_no)s.")
        messages.success(request, said % {"case_no": case_no})
        return case_no
    return ""


def _once(request, form) -> tuple[str, bool]:
    photos = form.cleaned_data["photos"]
    told = form.told()
    if request.user.region is None:
        raise actions.BadReport("", _why_nobody(request.user))
    case_no, made = once(
        region=request.user.region,
        user=request.user,
        key=f"form {form.cleaned_data['key']}",
        body=[told, [(photo.name, photo.size) for photo in photos]],
        make=lambda: _report(request, told, photos).case_no.encode(),
    )
    return case_no.decode(), made


def _report(request, told, photos):
    return actions.report(region=request.user.region, by=request.user, photos=photos, source_client="web", **told)


def _ask_again(form):
    """The form was saved, then changed and sent once more: a second case is made only when meant."""
    form.data = form.data.copy()
    form.data["key"] = uuid4().hex
    form.add_error(None, _("This form was saved already. Save once more to make a second case of it."))


def _answered(user, form) -> dict:
    """`answer` and `duplicates` (of the cases that `user` sees) for the form's point; empty without one."""
    edition = _edition(user)
    given = _point_of(form)
    if edition is None:
        return {"answer": None, "why_nobody": _why_nobody(user)}
    if given is None:
        return {"answer": None}
    point, accuracy_m = given
    return {
        "answer": assignment.locate(point.x, point.y, edition, accuracy_m),
        "point": point,
        "edition": edition,
        "duplicates": duplicates.likely(visible_cases(user), point, at=timezone.now(), text=_text_of(form)),
        "same_site_m": duplicates.REACH_M,
    }


def _why_nobody(user) -> str:
    """Why no place of this person has an answer, where their region has no edition in force."""
    if user.region_id is None:
        return _("Your account belongs to no region; an administrator can give it one.")
    return _("No map of responsibility is in force.")


def _text_of(form) -> str:
    """What was said of the site so far; the piece of the page asks with the address alone."""
    given = getattr(form, "cleaned_data", {})
    return duplicates.told(given.get("address"), given.get("description"))


def _point_of(form):
    if not form.is_bound:
        form = ChosenPointForm(form.initial)
    form.is_valid()
    given = form.cleaned_data
    if "coordinates" in form.errors:  # numbers that stand elsewhere are not what was meant
        return None
    return given.get("point") and (given["point"], given.get("accuracy_m"))
