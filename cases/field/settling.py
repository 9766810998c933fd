"""A person decides on a record that the case has moved on from; and the second officer says that he was there."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import User
from cases import actions
from cases.field import outcome
from cases.models import Case, FieldRecord
from cases.permissions import scope_of, visible_cases
from cases.verbs import Verb
from gis_core.errors import NotPossibleNow

State = FieldRecord.State
LONGEST_REASON = 500
WAITS_IN_VAIN = timedelta(hours=24)  # for the record before it: the phone is lost, or was emptied


class NothingToSettle(NotPossibleNow):
    """It was decided on already, or needs no decision."""


class BadReason(ValueError):
    """No reason, or one that is too long."""


@transaction.atomic
def settle(record: FieldRecord, *, by: User, take: bool, why: str) -> FieldRecord:
    """Put a kept record in force on the case as it stands now, or keep it as it is, not in force; with a reason.

    The law's order of steps holds: actions.Refused, NotYours and BadInput say why it cannot be put in force.
    """
    why = why.strip()
    if not why or len(why) > LONGEST_REASON:
        raise BadReason(_("Say in up to 500 characters why you decide so."))
    case = actions.lock(record.case) if record.case_id else None
    locked = FieldRecord.objects.select_for_update(of=("self",)).select_related("user__unit", "case").get(pk=record.pk)
    if locked.state not in (State.CONFLICT, State.WAITING):
        raise NothingToSettle(_("This record waits for no decision."))
    if take and case is None:
        raise NothingToSettle(_("This record belongs to no case that its author may see."))
    if take:
        locked.event = outcome.perform(locked, case)
    locked.state = State.DONE if take else State.SET_ASIDE
    locked.decided_by, locked.decided_at, locked.decision = by, timezone.now(), why
    locked.save()
    if case:
        _written_down(case, locked, by, why)
    return locked


@transaction.atomic
def confirm(record: FieldRecord, *, by: User) -> FieldRecord:
    """The second officer says so on a device of his own."""
    locked = FieldRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if locked.second_id != by.pk:
        raise NothingToSettle(_("You are not the second officer of this record."))
    if locked.second_confirmed_at is None:
        locked.second_confirmed_at = timezone.now()
        locked.save(update_fields=["second_confirmed_at"])
    return locked


def open_conflicts(user: User):
    """The records that wait for a decision, and those that wait in vain, of cases that the person sees; who sees all
    has those of no case too."""
    seen = Q(case__in=visible_cases(user))
    if scope_of(user).everything:
        seen |= Q(case=None)
    in_vain = Q(state=State.WAITING, received_at__lt=timezone.now() - WAITS_IN_VAIN)
    here = FieldRecord.objects.filter(seen, Q(state=State.CONFLICT) | in_vain, region=user.region_id)
    return here.select_related("user__unit", "case", "device", "second")


def unconfirmed(user: User):
    """The records on which the person is named as the second officer and has not said so yet."""
    open_ones = FieldRecord.objects.filter(region=user.region_id, second=user, second_confirmed_at=None)
    return open_ones.select_related("user", "case")


def _written_down(case: Case, record: FieldRecord, by: User, why: str) -> None:
    now = Case.objects.get(pk=case.pk)
    case.events.create(
        region_id=case.region_id, verb=Verb.FIELD_SETTLED, from_status=now.status, status=now.status, by=by,
        unit=by.unit, note=why,
        data={"record": str(record.key), "act": record.verb, "taken": record.state == State.DONE},
    )  # fmt: skip
