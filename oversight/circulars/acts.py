"""The verbs of a circular: the inspection section proposes, a leader decides, the unit receives it and may object."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import Region, Unit
from cases.metrics import Period
from oversight import trail
from oversight.models.circular import (
    AT_THE_UNIT,
    IN_FORCE,
    IN_PREPARATION,
    Circular,
    CircularKind,
    CircularRules,
    CircularState,
    CircularVerb,
    Objection,
)
from oversight.refusals import NotNow, Refused
from oversight.trail import another, kept, said

MOST_TEXT = 1000
ASSESSED = (Unit.Kind.OFFICE, Unit.Kind.SECTION, Unit.Kind.STATION, Unit.Kind.BRIGADE)


@transaction.atomic
def propose(unit: Unit, *, kind: str, period: Period, text: str, by, figures=(), at=None) -> Circular:
    """`figures` are what `proposing.proposals` found; without them somebody proposes by their own judgement."""
    Region.objects.select_for_update(no_key=True).get(pk=unit.region_id)  # two proposals of one period: one waits
    _may_be_told_of(unit, CircularKind(kind), period, at)
    row = Circular(
        region_id=unit.region_id, unit=unit, kind=kind, since=period.since, until=period.until, proposer=by,
        text=_text(text), figures=list(figures), made_at=at or timezone.now(),
    )  # fmt: skip
    return kept(row, CircularVerb.PROPOSE, by=by, at=at, data=_version(row))


@transaction.atomic
def change(circular, *, text: str, by, at=None) -> Circular:
    """Another version before the decision; the one before stays with its act."""
    row = _in(circular, IN_PREPARATION, _("The circular is decided: its text stays."))
    row.text, row.proposer, row.state = _text(text), by, CircularState.PROPOSED
    return kept(row, CircularVerb.CHANGE, by=by, at=at, data=_version(row))


@transaction.atomic
def send_back(circular, *, note: str, by, at=None) -> Circular:
    row = _in(circular, [CircularState.PROPOSED], _("Nothing waits for a decision."))
    row.state = CircularState.SENT_BACK
    return kept(row, CircularVerb.SEND_BACK, by=by, at=at, note=said(note))


@transaction.atomic
def issue(circular, *, by, at=None) -> Circular:
    """From now on it counts. Nobody who proposed or changed it may decide."""
    row = _in(circular, [CircularState.PROPOSED], _("Nothing waits for a decision."))
    another(by, *_preparers(row))
    row.state, row.decider, row.decided_at = CircularState.ISSUED, by, at or timezone.now()
    return kept(row, CircularVerb.ISSUE, by=by, at=at)


@transaction.atomic
def deliver(circular, *, by, at=None) -> Circular:
    """The days to object begin with the day after."""
    row = _in(circular, [CircularState.ISSUED], _("Only what is decided and not delivered yet is delivered."))
    row.state, row.delivered_at = CircularState.DELIVERED, at or timezone.now()
    days = CircularRules.of(row.region_id).objection_days
    row.object_until = timezone.localdate(row.delivered_at) + timedelta(days=days)
    return kept(row, CircularVerb.DELIVER, by=by, at=at)


@transaction.atomic
def acknowledge(circular, *, by, at=None) -> Circular:
    row = _in(circular, [CircularState.DELIVERED], _("Nothing was delivered that is not acknowledged."))
    _of_the_unit(row, by)
    row.state = CircularState.ACKNOWLEDGED
    return kept(row, CircularVerb.ACKNOWLEDGE, by=by, at=at)


@transaction.atomic
def object_to(circular, *, note: str, by, at=None) -> Circular:
    """Once, until its last day; what is objected to goes on counting until somebody answers."""
    row = _in(circular, AT_THE_UNIT, _("The unit can object to what was delivered to it."))
    _of_the_unit(row, by)
    if row.objection:
        raise NotNow(_("The unit has objected already."))
    if timezone.localdate(at or timezone.now()) > row.object_until:
        raise NotNow(_("The last day to object was {day}.").format(day=row.object_until))
    row.objection = Objection.OPEN
    return kept(row, CircularVerb.OBJECT, by=by, at=at, note=said(note))


@transaction.atomic
def reject(circular, *, note: str, by, at=None) -> Circular:
    row = _objected(circular, by)
    row.objection = Objection.REJECTED
    return kept(row, CircularVerb.REJECT, by=by, at=at, note=said(note))


@transaction.atomic
def uphold(circular, *, note: str, by, at=None) -> Circular:
    """The circular is withdrawn by it, and counts never again."""
    row = _objected(circular, by)
    row.objection, row.state = Objection.UPHELD, CircularState.WITHDRAWN
    return kept(row, CircularVerb.UPHOLD, by=by, at=at, note=said(note))


@transaction.atomic
def withdraw(circular, *, note: str, by, at=None) -> Circular:
    """For good. What is decided is not taken back by who proposed it alone."""
    row = trail.locked(circular)
    if row.state == CircularState.WITHDRAWN:
        raise NotNow(_("The circular is withdrawn."))
    if row.state in IN_FORCE:
        another(by, *_preparers(row))
    if row.objection == Objection.OPEN:
        raise NotNow(_("The unit has objected: answer the objection."))
    row.state = CircularState.WITHDRAWN
    return kept(row, CircularVerb.WITHDRAW, by=by, at=at, note=said(note))


def _version(row) -> dict:
    return {"text": row.text, "figures": row.figures}


def _text(text: str) -> str:
    if not text.strip():
        raise Refused("text", _("This may not be empty."))
    if len(text.strip()) > MOST_TEXT:
        raise Refused("text", _("At most {most} characters.").format(most=MOST_TEXT))
    return text.strip()


def _preparers(row) -> list[int]:
    made = row.acts.filter(verb__in=(CircularVerb.PROPOSE, CircularVerb.CHANGE))
    return list(made.values_list("by", flat=True))


def _in(circular, states, sentence: str) -> Circular:
    row = trail.locked(circular)
    if row.state not in states:
        raise NotNow(sentence)
    return row


def _objected(circular, by) -> Circular:
    row = _in(circular, AT_THE_UNIT, _("There is no objection to answer."))
    if row.objection != Objection.OPEN:
        raise NotNow(_("There is no objection to answer."))
    another(by, *_preparers(row))
    return row


def _of_the_unit(row, by):
    if by.unit_id != row.unit_id:
        raise NotNow(_("Only people of the unit do this."))


def _may_be_told_of(unit, kind, period, at):
    if unit.kind not in ASSESSED:
        raise Refused("unit", _("This body is not assessed."))
    if period.until >= timezone.localdate(at or timezone.now()):
        raise Refused("period", _("The period has not ended yet."))
    others = Circular.objects.filter(region=unit.region_id, unit=unit, kind=kind).exclude(state="withdrawn")
    if others.filter(since__lte=period.until, until__gte=period.since).exists():
        raise Refused("kind", _("There is such a circular of this unit for this period already."))
