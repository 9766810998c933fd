"""The verbs of a record: each one transaction, a lock, one act that stays. Two people stand behind a publication."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import identity
from cases.models import Document, DocumentKind, Party
from oversight import trail
from oversight.conduct import falling, periods
from oversight.models.conduct import PUBLIC, BadConductRecord, ConductState, ConductVerb, Use
from oversight.refusals import NotNow, Refused
from oversight.trail import another, kept, said

CHANGEABLE = ("facts", "months", "penalty_until")
MOST_FACTS = 1000


def may_rest_on(case) -> list[Document]:
    """The penalty decisions of a case that stand: neither void nor fallen."""
    known = list(case.documents.filter(kind=DocumentKind.PENALTY_DECISION, voided_at=None).defer("content"))
    fallen = falling.falls(known)
    return [one for one in known if one.pk not in fallen]


@transaction.atomic
def draft(*, party: Party, decision: Document, uses, facts: str, by, months=6, penalty_until=None, at=None):
    """Begin a record of a party of the decision's case. The party must have a unified social credit code."""
    at = at or timezone.now()
    case = decision.case
    if decision.pk not in {one.pk for one in may_rest_on(case)}:
        raise Refused("decision", _("The decision does not stand: it is void, annulled or changed."))
    if party.case_id != case.pk:
        raise Refused("party", _("This is no party of the case."))
    decided_on = timezone.localdate(decision.issued_at)
    record = BadConductRecord(
        region_id=case.region_id, case=case, decision=decision, decided_on=decided_on, name=party.name,
        uscc=_code_of(party), is_person=party.is_natural, handler=by, made_at=at,
        publish_by=periods.limit(case.region_id, periods.PUBLISH, decided_on),
    )  # fmt: skip
    _tell(record, uses, facts=facts, months=months, penalty_until=penalty_until)
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        raise Refused("party", _("There is a record of this firm for this decision already.")) from error
    return kept(record, ConductVerb.DRAFT, by=by, at=at)


@transaction.atomic
def change(record, *, uses, facts: str, by, months=6, penalty_until=None, at=None):
    """Another text, uses or period, as long as it is a draft. Whoever changes it is its handler from then on."""
    record = _locked(record, ConductState.DRAFTED)
    _tell(record, uses, facts=facts, months=months, penalty_until=penalty_until)
    record.handler = by
    return kept(record, ConductVerb.CHANGE, by=by, at=at)


@transaction.atomic
def propose(record, *, by, at=None):
    record = _locked(record, ConductState.DRAFTED)
    _stands(record)
    record.state, record.handler = ConductState.PROPOSED, by
    return kept(record, ConductVerb.PROPOSE, by=by, at=at)


@transaction.atomic
def approve(record, *, by, at=None):
    record = _locked(record, ConductState.PROPOSED)
    _stands(record)
    another(by, record.handler_id)
    record.state, record.approver = ConductState.APPROVED, by
    return kept(record, ConductVerb.APPROVE, by=by, at=at)


@transaction.atomic
def send_back(record, *, by, note: str, at=None):
    """To be worked over: proposed or approved ones become drafts again."""
    record = _locked(record, ConductState.PROPOSED, ConductState.APPROVED)
    record.state, record.approver = ConductState.DRAFTED, None
    return kept(record, ConductVerb.SEND_BACK, by=by, at=at, note=said(note))


@transaction.atomic
def publish(record, *, by, publish_from: date | None = None, at=None):
    """From that day on, today without one; the period counts from there."""
    at = at or timezone.now()
    record, today = _locked(record, ConductState.APPROVED), timezone.localdate(at)
    _stands(record)
    first = publish_from or today
    if first < today:
        raise Refused("publish_from", _("The first day has gone by."))
    if first > max(today, record.publish_by):
        sentence = _("It must be published by {day}: not later.").format(day=record.publish_by)
        raise Refused("publish_from", sentence)
    record.state, record.publish_from = ConductState.PUBLISHED, first
    record.publish_until = periods.last_day(first, record.months, record.penalty_until)
    days = {"from": str(first), "until": str(record.publish_until)}
    return kept(record, ConductVerb.PUBLISH, by=by, at=at, data=days)


@transaction.atomic
def ask_shortening(record, *, by, until: date, note: str, at=None):
    """After a correction; `note` says what was corrected and what proves it. In force unchanged until approved."""
    at = at or timezone.now()
    record = _in_force(record, at)
    if record.shorten_to:
        raise NotNow(_("A shortening waits for a decision already."))
    _shortens(record, until, timezone.localdate(at))
    record.shorten_to = until
    return kept(record, ConductVerb.ASK_SHORTENING, by=by, at=at, note=said(note), data={"until": str(until)})


@transaction.atomic
def shorten(record, *, by, at=None):
    """Approve what was asked for; by another person than who asked."""
    at = at or timezone.now()
    record, asked_by = _asked(record, at)
    another(by, asked_by)
    today = timezone.localdate(at)
    _shortens(record, record.shorten_to, today)
    data = {"before": str(record.publish_until), "until": str(record.shorten_to)}
    record.state, record.shortened_on = ConductState.SHORTENED, record.shortened_on or today
    record.publish_until, record.shorten_to = record.shorten_to, None
    return kept(record, ConductVerb.SHORTEN, by=by, at=at, data=data)


@transaction.atomic
def keep_period(record, *, by, note: str, at=None):
    """Refuse the shortening, with the reason."""
    record, asked_by = _asked(record, at or timezone.now())
    another(by, asked_by)
    record.shorten_to = None
    return kept(record, ConductVerb.KEEP_PERIOD, by=by, at=at, note=said(note))


@transaction.atomic
def withdraw(record, *, by, note: str, at=None):
    """At once and for good, published or not: the decision fell, or the record was wrong."""
    record = _locked(record, *(state for state in ConductState if state is not ConductState.WITHDRAWN))
    fallen = falling.due([record], record.region_id).get(record.pk)
    data = {"fell_on": str(fallen.on), "withdraw_by": str(fallen.withdraw_by)} if fallen else {}
    record.state, record.shorten_to = ConductState.WITHDRAWN, None
    return kept(record, ConductVerb.WITHDRAW, by=by, at=at, note=said(note), data=data)


def _locked(record, *states) -> BadConductRecord:
    locked = trail.locked(record)
    if locked.state not in states:
        raise NotNow(_("The record is “{state}” by now.").format(state=locked.get_state_display()))
    return locked


def _in_force(record, at: datetime) -> BadConductRecord:
    locked = _locked(record, *PUBLIC)
    if locked.publish_until < timezone.localdate(at):
        raise NotNow(_("The record has expired."))
    return locked


def _asked(record, at: datetime):
    """A record whose shortening waits, and the key of who asked for it."""
    locked = _in_force(record, at)
    if not locked.shorten_to:
        raise NotNow(_("No shortening was asked for."))
    return locked, trail.last_by(locked, ConductVerb.ASK_SHORTENING)


def _stands(record):
    if falling.falls([record.decision]):
        raise NotNow(_("The decision has fallen: the record can only be withdrawn."))


def _code_of(party: Party) -> str:
    """A record is of a firm or of somebody registered as one (A20)."""
    if not party.uscc:
        raise Refused("party", _("Only firms and registered persons have such records: no unified social credit code."))
    try:
        return identity.credit_code(party.uscc)
    except identity.BadNumber as error:
        raise Refused("party", str(error)) from error


def _tell(record, uses, *, facts: str, months: int, penalty_until: date | None):
    uses = {Use(use) for use in uses}
    if not uses:
        raise Refused("uses", _("Choose at least one of the five uses."))
    if not facts.strip() or len(facts) > MOST_FACTS:
        raise Refused("facts", _("Say what was done, in at most {number} characters.").format(number=MOST_FACTS))
    if not periods.LEAST_MONTHS <= months <= periods.MOST_MONTHS:
        raise Refused("months", _("Six months at least and three years at most."))
    if penalty_until and penalty_until > periods.months_later(record.decided_on, periods.MOST_MONTHS):
        raise Refused("penalty_until", _("Nothing is published longer than three years."))
    record.facts, record.months, record.penalty_until = facts.strip(), months, penalty_until
    for use in Use:
        setattr(record, f"applies_to_{use.value}", use in uses)


def _shortens(record, until: date, today: date):
    """Not below three months, nor below the penalty's own period, nor into the past, nor longer than it is."""
    least = periods.months_later(record.publish_from, periods.LEAST_MONTHS_SHORTENED)
    if record.penalty_until:
        least = max(least, record.penalty_until)
    if until < max(least, today):
        sentence = _("Not before {day}: three months at least, and as long as the penalty itself.")
        raise Refused("until", sentence.format(day=max(least, today)))
    if until >= record.publish_until:
        raise Refused("until", _("It ends on {day} anyway.").format(day=record.publish_until))
