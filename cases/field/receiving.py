"""A record of the field arrives: taken down once, tried on the case, and kept whatever comes of it."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import User
from cases import actions
from cases.field.outcome import Outcome, tried
from cases.models import Case, FieldDevice, FieldRecord
from cases.permissions import visible_cases

Kind, State = FieldRecord.Kind, FieldRecord.State
CLOCKS_DIFFER = timedelta(minutes=5)  # less is the way of a message


class KeyReused(ValueError):
    """The same key came with another record."""


@dataclass(frozen=True)
class Told:
    """A record as the phone tells it; `place` in WGS 84. `body` is all of it but `sent_at`, which a replay changes."""

    key: UUID
    seq: int
    kind: str
    captured_at: datetime
    sent_at: datetime
    body: dict
    verb: str = ""
    case_no: str = ""
    base_version: int | None = None
    after: UUID | None = None
    words: dict = field(default_factory=dict)
    photos: list = field(default_factory=list)
    place: Point | None = None
    accuracy_m: float | None = None
    second: User | None = None
    second_confirmed: bool = False


@transaction.atomic
def receive(
    told: Told, *, by: User, device: FieldDevice | None, report: Callable[[], Case],
    said: Callable[[FieldRecord, Outcome], bytes],
) -> tuple[bytes, FieldRecord]:  # fmt: skip
    """The answer to a record, and the record; the same key again has the first answer, byte for byte.

    The row that holds the key is written first: of fifty at once one is done, the others wait for its commit.
    `report` makes a case of a report, `said` the answer. actions.BadInput and KeyReused leave nothing behind.
    """
    row, made = FieldRecord.objects.get_or_create(
        region_id=by.region_id, key=told.key, defaults=_fields(told, by, device)
    )
    if not made:
        if row.body_sha256 != _digest(told.body, by):
            raise KeyReused(_("This key was already used for another record."))
        return bytes(row.answer), row
    outcome = _reported(row, report) if row.kind == Kind.REPORT else _acted(row)
    row.answer = said(row, outcome)
    row.save()
    _go_on(row)
    return row.answer, row


def _fields(told: Told, by: User, device: FieldDevice | None) -> dict:
    now = timezone.now()
    skew = told.sent_at - now
    ahead = skew if abs(skew) > CLOCKS_DIFFER else timedelta(0)
    now_then = min(told.captured_at - ahead, now)
    return {
        "device": device, "seq": told.seq, "user": by, "kind": told.kind, "verb": told.verb, "case_no": told.case_no,
        "base_version": told.base_version, "after": told.after, "words": told.words, "photos": told.photos,
        "place": told.place, "accuracy_m": told.accuracy_m, "captured_at": told.captured_at, "sent_at": told.sent_at,
        "received_at": now, "skew_s": skew.total_seconds(), "happened_at": now_then, "second": told.second,
        "second_confirmed_at": now if told.second_confirmed else None, "body_sha256": _digest(told.body, by),
        "state": State.WAITING,
    }  # fmt: skip


def _digest(body: dict, by: User) -> str:
    return hashlib.sha256(json.dumps([by.pk, body], sort_keys=True, default=str).encode()).hexdigest()


def _reported(row: FieldRecord, report: Callable[[], Case]) -> Outcome:
    row.case = report()
    return _put(row, Outcome(State.DONE, event=row.case.events.earliest("id")))


def _try_again(done: FieldRecord) -> None:
    """Records of the case that had come before the step they needed: an order before the inspection that another phone
    brings, an inspection before the check was begun. So it does not matter which phone had a line first."""
    kept = FieldRecord.objects.filter(case=done.case_id, state=State.CONFLICT).select_related("user__unit")
    if any(_done_now(row) for row in kept.order_by("happened_at", "id")):
        _try_again(done)


def _done_now(row: FieldRecord) -> bool:
    with suppress(actions.BadInput), transaction.atomic():
        outcome = tried(row, _before(row))
        if outcome.state == State.DONE:
            _put(row, outcome)
            row.save()
            return True
    return False


def _acted(row: FieldRecord) -> Outcome:
    """Try the act on its case; the row says what came of it."""
    before = _before(row)
    row.case = _case_of(row, before)
    if row.after and before is None:
        return _put(row, Outcome(State.WAITING, [_("The record before this one has not arrived yet.")]))
    if row.case is None:
        sentence = _("There is no case of this number that you may see; the record is kept.")
        return _put(row, Outcome(State.CONFLICT, [sentence]))
    return _put(row, tried(row, before))


def _before(row: FieldRecord) -> FieldRecord | None:
    """The record that this one builds on, once it was tried itself."""
    found = FieldRecord.objects.filter(region=row.region_id, key=row.after, user=row.user_id).first()
    return found if found and found.state != State.WAITING else None


def _case_of(row: FieldRecord, before: FieldRecord | None) -> Case | None:
    if not row.case_no:
        return before.case if before else None
    return visible_cases(row.user).filter(case_no=row.case_no).first()


def _put(row: FieldRecord, outcome: Outcome) -> Outcome:
    row.state, row.why, row.event = outcome.state, outcome.why, outcome.event
    return outcome


def _go_on(row: FieldRecord) -> None:
    """What this record was waited for by, and what may be possible now that it is done."""
    if row.state == State.WAITING:
        return
    for waiting in FieldRecord.objects.filter(region=row.region_id, after=row.key, state=State.WAITING).order_by("seq"):
        try:
            with transaction.atomic():
                _acted(waiting)
        except actions.BadInput as error:  # its answer was given: it is kept for a person to mend
            waiting.case = waiting.case or row.case
            _put(waiting, Outcome(State.CONFLICT, [sentence for said in error.errors.values() for sentence in said]))
        waiting.save()
        _go_on(waiting)
    if row.state == State.DONE and row.kind == Kind.ACT:
        _try_again(row)
