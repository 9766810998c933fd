"""What becomes of an act of the field on its case: done, or kept for a decision with what speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cases import actions
from cases.field.rules import ONCE, STATING, is_step
from cases.models import Case, CaseEvent, FieldRecord
from cases.notices import tell
from cases.verbs import Verb

State = FieldRecord.State
MOMENTS = ("held_at",)  # of the phone's clock; a date set for the party stays what was told them


@dataclass
class Outcome:
    """`since` are the steps of the case that the record did not know of."""

    state: str
    why: list[str] = field(default_factory=list)
    event: CaseEvent | None = None
    since: Sequence[CaseEvent] = ()


def tried(row: FieldRecord, before: FieldRecord | None) -> Outcome:
    """Do the act on the case as it stands, unless the case has moved on from what it knew."""
    row.case = case = actions.lock(row.case)
    since = unknown_steps(row, case)
    if row.verb in STATING and (why := _moved_on(row, before, since)):
        return held(row, case, [why], since)
    if row.verb in ONCE and (done := _done_by_others(row, case)):
        return Outcome(State.DONE, [_("{who} had done this already.").format(who=done.by)], done)
    try:
        return Outcome(State.DONE, event=perform(row, case))
    except (actions.Refused, actions.NotYours) as error:
        why = error.sentences if isinstance(error, actions.Refused) else [str(error)]
        return held(row, case, why, since)


def perform(row: FieldRecord, case: Case) -> CaseEvent:
    """The act, now; its event. It happened when the phone says so, without the skew of its clock. actions.BadInput
    names the words that its form does not take."""
    row.case = actions.perform(case, row.verb, by=row.user, given=_words(row), place=row.place, told_at=row.happened_at)
    return row.case.events.latest("id")


def unknown_steps(row: FieldRecord, case: Case) -> list[CaseEvent]:
    """Steps that the case took after the version that the phone knew, but for those of the same phone."""
    if row.base_version is None:
        return []
    own = FieldRecord.objects.filter(case=case, device=row.device_id, user=row.user_id).exclude(event=None)
    later = actions.since(case, row.base_version).exclude(pk__in=own.values("event"))
    return [event for event in later if is_step(event)]


def held(row: FieldRecord, case: Case, why: list[str], since: Sequence[CaseEvent]) -> Outcome:
    """Keep it for a decision, and say so in the case's trail, once."""
    if row.state == State.CONFLICT:
        return Outcome(State.CONFLICT, why, since=since)
    with translation.override(settings.LANGUAGE_CODE):
        label = str(Verb(row.verb).label)
    event = case.events.create(
        region_id=case.region_id, verb=Verb.FIELD_HELD, from_status=case.status, status=case.status, by=row.user,
        unit=row.user.unit, place=row.place, note=f"{label}：{' '.join(why)}",
        data={"record": str(row.key), "act": row.verb},
    )  # fmt: skip
    tell(event, case)
    return Outcome(State.CONFLICT, why, since=since)


def _moved_on(row: FieldRecord, before: FieldRecord | None, since) -> str:
    """Why a statement of the field cannot stand by itself; empty where it can."""
    if before and before.state in (State.CONFLICT, State.SET_ASIDE) and before.verb in STATING:
        return _("It builds on record {number}, which is not in force.").format(number=before.number)
    if since:
        last = since[-1]
        return _("The case has moved on: {who} — {what}. Both are kept until somebody decides.").format(
            who=last.by or "—", what=last.get_verb_display()
        )
    return ""


def _done_by_others(row: FieldRecord, case: Case) -> CaseEvent | None:
    """Of its own unit: the same step, taken after the version that the phone knew."""
    if row.base_version is None:
        return None
    later = CaseEvent.objects.filter(case=case, version__gt=row.base_version, verb=row.verb, unit=row.user.unit_id)
    return later.select_related("by").first()


def _words(row: FieldRecord) -> dict:
    """As told, with the phone's own moments put right."""
    words = dict(row.words)
    ahead = row.captured_at - row.happened_at
    for name in MOMENTS:
        moment = parse_datetime(words[name]) if isinstance(words.get(name), str) else None
        if moment and moment.tzinfo and ahead != timedelta(0):
            words[name] = (moment - ahead).isoformat()
    return words
