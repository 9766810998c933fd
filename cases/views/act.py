"""A verb's own page: its form or what stands before it, and doing it; in place by HTMX, or without any script."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from cases import actions, inputs, proposals, timeline
from cases.actions.engine import check
from cases.clocks import ClockRefused
from cases.facts import Facts
from cases.forms import WhereForm
from cases.models.document import DocumentKind
from cases.permissions import Capability, requires
from cases.verbs import Verb
from cases.views.case import found_case
from cases.waiting import whose_next
from cases.workflow import Status
from gis_core.errors import NotPossibleNow
from gis_core.sentences import joined, listed

OF_THE_PAGE = ("csrfmiddlewaretoken", "version")
# Where the place of the person is worth keeping.
ON_SITE = frozenset(
    {Verb.INSPECT, Verb.SIGN_IN, Verb.CONCLUDE_JOINT, Verb.RECHECK_PASSED, Verb.RECHECK_FAILED, Verb.SEAL_SITE,
     Verb.UNSEAL_SITE, Verb.REGISTER_EVIDENCE, Verb.ORDER_STOP, Verb.ORDER_RECTIFY, Verb.FOLLOW_UP_VISIT}
)  # fmt: skip


@requires(Capability.ACT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request, case_no, verb):
    case = found_case(request.user, case_no)
    if verb not in case.table.verbs:
        raise Http404(f"No verb {verb}.")
    asked = Asked(request, case, Verb(verb))
    return _do(asked) if request.method == "POST" else _offer(asked)


@dataclass
class Asked:
    """A request for one verb on one case, and what the page has to say about it."""

    request: object
    case: object
    verb: Verb
    said: dict = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        return Facts(self.case, by=self.request.user)

    @property
    def given(self):
        """The words of the verb's form, without those of the page."""
        words = self.request.POST.copy()
        for name in [name for name in words if name in OF_THE_PAGE or name.startswith("place-")]:
            del words[name]
        return words

    @property
    def version(self) -> int:
        """The one that the person has read; none that can be where the page does not say it."""
        told = self.request.POST.get("version", "")
        return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0


def _offer(asked: Asked):
    facts = asked.facts
    sentences, status = _standing_before(asked, facts)
    form = None if sentences else inputs.form_of(asked.verb, facts)
    return _page(asked, facts, form, sentences=sentences, status=status)


def _standing_before(asked: Asked, facts: Facts) -> tuple[list[str], int]:
    try:
        check(asked.case.table.arrow(asked.verb, Status(asked.case.status)), facts)
    except actions.NotYours as error:
        return [str(error)], 403
    except actions.Refused as error:
        return error.sentences, 200
    return [], 200


def _do(asked: Asked):
    where = _where(asked)
    if not where.is_valid():
        return _faulty(asked, {"__all__": [str(one) for errors in where.errors.values() for one in errors]})
    try:
        done = actions.perform(
            asked.case, asked.verb, by=asked.request.user, given=asked.given, version=asked.version,
            place=where.cleaned_data["point"],
        )  # fmt: skip
    except actions.BadInput as error:
        return _faulty(asked, error.errors)
    except ClockRefused as error:
        return _faulty(asked, {error.field: [str(error)]})
    except actions.CaseChanged as error:
        return _changed(asked, error.events)
    except actions.NotYours as error:
        return _page(asked, asked.facts, None, sentences=[str(error)], status=403)
    except NotPossibleNow as error:
        return _page(asked, asked.facts, None, sentences=getattr(error, "sentences", [str(error)]), status=409)
    messages.success(asked.request, _done_sentence(asked.verb, done, asked.request.user))
    return HttpResponseClientRedirect(done.get_absolute_url()) if asked.request.htmx else redirect(done)


def _where(asked: Asked) -> WhereForm:
    return WhereForm(asked.request.POST, prefix="place")


def _faulty(asked: Asked, errors: dict):
    """The form as it was filled in, each sentence where it belongs."""
    facts = asked.facts
    form = inputs.form_of(asked.verb, facts, asked.given)
    for name, sentences in errors.items():
        for sentence in sentences:
            if sentence not in form.errors.get(name, ()):
                form.add_error(name if name in form.fields else None, sentence)
    return _page(asked, facts, form, status=400, version=asked.version)


def _changed(asked: Asked, events):
    """Who changed what meanwhile; the form with what was typed, ready for the case as it is now."""
    asked.case = found_case(asked.request.user, asked.case.case_no)
    facts = asked.facts
    asked.said = {"changed": timeline.lines(events), "twice": timeline.last_of(events, asked.verb, asked.request.user)}
    sentences, _status = _standing_before(asked, facts)
    form = None if sentences or asked.said["twice"] else inputs.form_of(asked.verb, facts, asked.given)
    return _page(asked, facts, form, sentences=[] if asked.said["twice"] else sentences, status=409)


def _page(asked: Asked, facts: Facts, form, *, sentences=(), status=200, version=None):
    if form is not None:
        form.auto_id = "act_%s"  # the case's page has other forms beside this one
    arrow = asked.case.table.arrow(asked.verb, Status(asked.case.status))
    context = {
        "case": asked.case,
        "verb": asked.verb,
        "arrow": arrow,
        "leads_to": Status(arrow.to).label if arrow and arrow.to and arrow.to != asked.case.status else "",
        "papers": listed(DocumentKind(kind).label for kind in arrow.documents) if arrow else "",
        "form": form,
        "sentences": sentences,
        "version": version or asked.case.version,
        "on_site": asked.verb in ON_SITE,
        "warnings": proposals.double_fines(facts) if asked.verb == Verb.DECIDE else (),
        "ranges": _ranges(facts) if asked.verb == Verb.SET_OUTCOME else (),
        **asked.said,
    }
    piece = "cases/_act.html" if asked.request.htmx else "cases/act.html"
    answer = render(asked.request, piece, context, status=status)
    patch_vary_headers(answer, ("HX-Request",))
    return answer


def _ranges(facts: Facts):
    return [(one, proposals.penalty_ranges(facts, one.kind)) for one in facts.violations]


def _done_sentence(verb: Verb, case, user) -> str:
    """What happened and whose step is next."""
    facts = Facts(case, by=user)
    done = _("Done: {what}. The case is now “{state}”.").format(what=verb.label, state=case.get_status_display())
    people = listed(whose_next(facts)) if not case.hold else ""
    return joined((done, people and _("Next: {people}.").format(people=people)))
