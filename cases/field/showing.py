"""A record of the field as people read it: what was told, beside what happened to the case meanwhile."""

from dataclasses import dataclass
from datetime import timedelta

from boundaries.models import User
from cases import timeline
from cases.field.outcome import unknown_steps
from cases.field.receiving import CLOCKS_DIFFER
from cases.inputs import FORMS
from cases.models import Evidence, FieldRecord

PEOPLE = ("officers", "handlers")


@dataclass(frozen=True)
class Shown:
    """`told` are pairs of label and words; `since` the steps of the case that the phone did not know of; `clock` by how
    long the phone's clock was off, where that matters."""

    record: FieldRecord
    told: list[tuple[str, str]]
    since: list[timeline.Line]
    photos: list[Evidence]
    clock: timedelta | None


def shown(records) -> list[Shown]:
    """The people whom the words name are read once for all."""
    records = list(records)
    named = {name for record in records for field in PEOPLE for name in _names(record, field)}
    people = {one.username: str(one) for one in User.objects.filter(username__in=named)}
    return [_shown(record, people) for record in records]


def _shown(record: FieldRecord, people: dict[str, str]) -> Shown:
    skew = timedelta(seconds=record.skew_s)
    case = record.case
    return Shown(
        record=record,
        told=list(_told(record, people)),
        since=timeline.lines(unknown_steps(record, case)) if case else [],
        photos=list(case.evidence.for_list().filter(record=record.key)) if case else [],
        clock=skew if abs(skew) > CLOCKS_DIFFER else None,
    )


def _told(record: FieldRecord, people):
    form = FORMS.get(record.verb)
    asked = list(form.base_fields) if form else []
    for name in sorted(record.words, key=lambda name: asked.index(name) if name in asked else len(asked)):
        value = record.words[name]
        if name in PEOPLE:
            value = [people.get(one, one) for one in _names(record, name)]
        if value not in (None, "", [], False):
            yield timeline.label(name, form), timeline.said(name, value)


def _names(record: FieldRecord, field: str) -> list[str]:
    told = record.words.get(field)
    return [one for one in told if isinstance(one, str)] if isinstance(told, list) else []
