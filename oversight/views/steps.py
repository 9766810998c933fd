"""How a page turns a verb of the record into an answer: who may do it, what is told with it, how a refusal is said."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.permissions import Capability, may, visible_cases
from gis_core.errors import NotPossibleNow


@dataclass(frozen=True)
class Step:
    """A verb on a page: any of `who` may do it, `form` asks what is told, `done` is said afterwards."""

    verb: str
    who: tuple[Capability, ...]
    form: type
    done: str

    def is_for(self, user) -> bool:
        return any(may(user, one) for one in self.who)


def by_name(*steps: Step) -> dict[str, Step]:
    return {str(one.verb): one for one in steps}


def wanted(known: dict[str, Step], name: str, user) -> Step:
    """404 for a verb that is none, 403 for whom it is not."""
    step = known.get(name)
    if step is None:
        raise Http404
    if not step.is_for(user):
        raise PermissionDenied
    return step


def taken(request, form, act, done: str) -> bool:
    """Whether the page goes on: the act is done, or is not possible now, and a message says so. Otherwise what was told
    cannot be, and the form says why at its field."""
    try:
        if not form.carry_out(act, by=request.user):
            return False
    except NotPossibleNow as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return True


def begun(request, template: str, *, form_of, act, done: str, page: str, more=lambda _form: {}):
    """The page of a new record: of the case that `case` names; without one it is asked for. `act` is given the case,
    `more` the form for what else the template asks."""
    posted = request.method == "POST"
    number = request.GET.get("case", "").strip()[:20].upper()
    case = visible_cases(request.user).filter(case_no=number).first() if number else None
    if case is None:
        fault = _("There is no case of this number that you may see.") if number else ""
        return render(request, template, {"number": number, "fault": fault}, status=400 if posted else 200)
    form = form_of(request.POST if posted else None, case=case)
    if posted and taken(request, form, lambda **told: act(case, **told), done) and form.result:
        return redirect(page, form.result.pk)
    return render(request, template, {"case": case, "form": form, **more(form)}, status=400 if posted else 200)
