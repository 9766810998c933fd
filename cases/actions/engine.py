"""One way through the workflow for the page, the API and a script.

`perform` locks the case, asks the table, the policy, the gates and the form, does what the verb does, moves the
case, its clocks and its documents, and writes one event: all of it or nothing.
"""

from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases import clocks, inputs
from cases.actions import papers
from cases.actions.act import Act
from cases.actions.effects import EFFECTS
from cases.actions.refusals import BadInput, CaseChanged, NotYours, Refused
from cases.facts import Facts
from cases.gates import missing
from cases.inputs import raw
from cases.models import Case, CaseEvent
from cases.notices import tell
from cases.permissions import may_act
from cases.verbs import Verb
from cases.workflow import ALL, Arrow, Status

# What a clock is paused for, so that the end of a hearing does not end a suspension, nor the other way round.
PAUSED_FOR = {
    Verb.SCHEDULE_HEARING: "hearing",
    **dict.fromkeys((Verb.NOTIFY, Verb.WAIVE_HEARING, Verb.HOLD_HEARING, Verb.SUBMIT_REVIEW), "hearing"),
    Verb.SUSPEND: "suspension",
    Verb.RESUME: "suspension",
}


@transaction.atomic
def perform(
    case: Case, verb: str, *, by, given=None, version: int | None = None, at: datetime | None = None,
    place: Point | None = None, told_at: datetime | None = None,
) -> Case:  # fmt: skip
    """Do a verb of the workflow; the case as it is then.

    `given` are the words of the verb's form (`cases.inputs`), raw; `version` is the one that the person has read;
    `place` is where the person stood, WGS 84; `told_at` when they did it, where that was earlier. Raises CaseChanged,
    Refused, NotYours or BadInput.
    """
    given = given or {}
    if verb == Verb.MERGE:
        _lock_both(case, given.get("into"))
    locked = lock(case, version)
    arrow = locked.table.arrow(Verb(verb), Status(locked.status))
    facts = Facts(locked, by=by, at=at, told_at=told_at)
    check(arrow, facts)
    act = Act(arrow=arrow, facts=facts, given=told(arrow.verb, facts, given))
    origin = locked.status
    EFFECTS.get(arrow.verb, _nothing)(act)
    locked.status = act.to
    _end_or_reopen(act)
    _move_clocks(act)
    papers.issue(act)
    _save(act)
    event = locked.events.create(
        region_id=locked.region_id, verb=arrow.verb, from_status=origin, status=locked.status, by=by, unit=by.unit,
        at=facts.at, place=place, version=locked.version, note=act.note, data=act.told(),
    )  # fmt: skip
    tell(event, locked)
    return locked


def lock(case: Case, version: int | None = None) -> Case:
    """The case with its row locked; CaseChanged where it is no longer the version that was read."""
    locked = Case.objects.select_for_update(of=("self",)).select_related("lead_unit", "edition").get(pk=case.pk)
    if version is not None and version != locked.version:
        raise CaseChanged(since(locked, version))
    return locked


def _lock_both(case: Case, into):
    """Lock a case and the one that it goes into, the older first: two merged into each other must not wait for ever."""
    either = Q(pk=case.pk)
    if isinstance(into, str) and into.isprintable():
        either |= Q(region=case.region_id, case_no=into.strip())
    list(Case.objects.select_for_update(of=("self",)).filter(either).order_by("pk").values_list("pk"))


def since(case: Case, version: int):
    """What happened after a version that somebody has read, the oldest first."""
    return CaseEvent.objects.filter(case=case, version__gt=version).select_related("by").order_by("id")


def check(arrow: Arrow | None, facts: Facts):
    """Raise where the arrow is none, is another's, or is closed for the time being."""
    if arrow is None:
        raise Refused([_("The case is “{state}”: this step does not lead on from there.").format(
            state=facts.case.get_status_display()
        )])  # fmt: skip
    if not any(may_act(facts.by, who, facts.case) for who in arrow.who):
        raise NotYours
    if sentences := obstacles(arrow, facts):
        raise Refused(sentences)


def obstacles(arrow: Arrow, facts: Facts) -> list[str]:
    """What stands before the arrow, in sentences; the page shows them beside the button."""
    hold = facts.case.hold
    if hold and not (arrow.held or arrow.while_held):
        return [_("The case is {hold}: resume it first.").format(hold=facts.case.get_hold_display())]
    if arrow.held and not hold:
        return [_("The case is neither suspended nor deferred.")]
    return missing(arrow.needs, facts)


def told(verb: Verb, facts: Facts, given) -> dict:
    """The checked words; BadInput names each field at fault and each name that the verb does not know."""
    form = inputs.form_of(verb, facts, given)
    errors = raw.faults(form.fields, given) or {
        name: [str(sentence) for sentence in sentences] for name, sentences in form.errors.items()
    }
    known = ", ".join(form.fields) or "—"
    for name in set(given) - set(form.fields):
        errors[name] = [_("Not known here. Known are: {names}.").format(names=known)]
    if errors:
        raise BadInput(errors)
    return {**form.cleaned_data, "note": str(form.cleaned_data.get(form.note) or "")}


def _nothing(_act):
    """Many verbs only move the case and say so."""


def _end_or_reopen(act: Act):
    """A case that ends waits for nobody any more; one that is closed, followed up and archived ended once."""
    if act.case.is_open:
        act.case.ended_at = None
        return
    act.case.ended_at = act.case.ended_at or act.at
    if act.case.hold:
        act.set(act.case, hold="")


def _move_clocks(act: Act):
    """As the arrow says, where the clock applies to this case; then the case's nearest date."""
    case, arrow = act.case, act.arrow
    for code in arrow.stops:
        stop = clocks.stop_all if code == ALL else clocks.stop
        stop(case, *([] if code == ALL else [code]), at=act.at, verb=arrow.verb)
    for code in filter(act.applies, arrow.starts):
        clocks.start(case, code, at=act.begins_at)
    cause = PAUSED_FOR.get(arrow.verb, "")
    if arrow.pauses:
        clocks.pause(case, arrow.pauses, at=act.at, reason=act.pause_reason, document=act.pause_document, cause=cause)
    if arrow.resumes:
        clocks.resume(case, arrow.resumes, at=act.at, cause=cause)
    clocks.refresh_due(case)


def _save(act: Act):
    act.dossier.save()
    act.case.version += 1
    act.case.save()
