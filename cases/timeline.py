"""The trail of a case in words: who did what, from which state to which, what was before and what after."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.inputs import FORMS
from cases.models import (
    Case,
    CaseEvent,
    CaseViolation,
    DocumentKind,
    Dossier,
    FieldRecord,
    Order,
    Party,
    Relief,
    Service,
)
from cases.models.case import Hold, LandOwnership, Violation
from cases.models.dossier import Stage
from cases.verbs import Verb
from cases.workflow import Status
from gis_core.sentences import listed

# Fields whose models give them no words of their own, and words that the verbs add.
LABELS = {
    "violations": gettext_lazy("violations"),
    "land_ownership": gettext_lazy("land ownership"),
    "hold": gettext_lazy("hold"),
    "handling_unit": gettext_lazy("unit in charge"),
    "unit": gettext_lazy("unit"),
    "addressee": gettext_lazy("addressee"),
    "unmasked": gettext_lazy("whose data"),
    "merged_into": gettext_lazy("merged into"),
    "into_case_no": gettext_lazy("merged into"),
    "handler": gettext_lazy("handler"),
    "co_handler": gettext_lazy("co-handler"),
    "evidence_registered_at": gettext_lazy("evidence registered"),
    "sealed_at": gettext_lazy("site sealed"),
    "announced_at": gettext_lazy("announced"),
    "disputed_at": gettext_lazy("jurisdiction disputed"),
    "notified_at": gettext_lazy("prior notice given"),
    "defence_at": gettext_lazy("defence heard"),
    "hearing_requested_at": gettext_lazy("hearing requested"),
    "hearing_waived_at": gettext_lazy("hearing waived"),
    "hearing_at": gettext_lazy("date of the hearing"),
    "hearing_held_at": gettext_lazy("hearing held"),
    "legal_reviewer": gettext_lazy("legal reviewer"),
    "legal_reviewed_at": gettext_lazy("legal review passed"),
    "discussed_at": gettext_lazy("collective discussion"),
    "decided_by": gettext_lazy("decided by"),
    "decided_at": gettext_lazy("decided"),
    "served_at": gettext_lazy("served"),
    "published_at": gettext_lazy("published"),
    "demanded_at": gettext_lazy("demand served"),
    "ended_on": gettext_lazy("ended on"),
    "court_at": gettext_lazy("application to the court"),
    "fine_due_at": gettext_lazy("fine due"),
    "follow_up_until": gettext_lazy("follow-up until"),
    "follow_up_every_days": gettext_lazy("days between visits"),
    "state": gettext_lazy("state of the order"),
    "outcome": gettext_lazy("outcome"),
    "amount": gettext_lazy("amount"),
    "present": gettext_lazy("units present"),
    "absent": gettext_lazy("units absent"),
    "outcomes": gettext_lazy("outcomes"),
    "reason": gettext_lazy("reason"),
}
# In yuan.
MONEY = frozenset({"fine", "amount", "paid", "contract_price", "construction_cost"})
CHOICES = {
    "land_ownership": LandOwnership,
    "hold": Hold,
    "construction_stage": Stage,
    "state": Order.State,
    "outcome": CaseViolation.Outcome,
    "violation": Violation,
    "violations": Violation,
    "method": Service.Method,
    "result": Relief.Result,
}
UNMASKED = {"party": gettext_lazy("party"), "reporter": gettext_lazy("reporter")}
KINDS = {**dict(Violation.choices), **dict(Party.Kind.choices), **dict(Relief.Kind.choices)}
MODELS = (Case, Dossier, CaseViolation, Party, Order)
UNSAID = frozenset(
    {"changes", "violation_label", "party", "documents", "evidence", "sha256", "id", "record", "act", "taken"}
)  # said otherwise


@dataclass(frozen=True)
class Line:
    """One event. `moved` are the states before and after where they differ; `changes` (label, before, after), before
    empty where nothing was; `details` (label, value) is what was told beside the note; `record` is the phone's."""

    event: CaseEvent
    moved: tuple[str, str] | None
    changes: tuple[tuple[str, str, str], ...]
    details: tuple[tuple[str, str], ...]
    documents: tuple[tuple[int, str, str], ...]
    record: FieldRecord | None = None


def lines(events: Iterable[CaseEvent], records: Iterable[FieldRecord] = ()) -> list[Line]:
    """`records` are those of the field that the events come from."""
    by_event = {record.event_id: record for record in records}
    return [replace(line(event), record=by_event.get(event.pk)) for event in events]


def line(event: CaseEvent) -> Line:
    """A reason that is the note itself is said once."""
    changed = event.data.get("changes", {})
    changes = tuple(
        (label(name), before and said(name, before), said(name, after))
        for name, (before, after) in changed.items()
        if (name, after) != ("reason", event.note)
    )
    return Line(
        event=event, moved=_moved(event), changes=changes, details=tuple(_details(event, changes)),
        documents=tuple(_documents(event)),
    )  # fmt: skip


def _documents(event):
    for one in event.data.get("documents", ()):
        yield one["id"], str(DocumentKind(one["kind"]).label), one["doc_no"]


def _moved(event):
    if not event.from_status or event.from_status == event.status:
        return None
    return str(Status(event.from_status).label), str(Status(event.status).label)


def _details(event, changes):
    """What was told and stands in no change: a unit that was named and set is said once."""
    form, named = FORMS.get(event.verb), event.data.get("changes", {})
    after = {words for _label, _before, words in changes}
    for name, value in event.data.items():
        if name in UNSAID or name in named or value in (event.note, False, [], None):
            continue
        if (words := said(name, value)) not in after:
            yield label(name, form), words


def label(name: str, form=None) -> str:
    """What a field is called: in the verb's form, in our table, or in its model."""
    field = form and form.base_fields.get(name)
    if field is not None and field.label:
        return str(field.label)
    if name in LABELS:
        return str(LABELS[name])
    return next((str(model._meta.get_field(name).verbose_name) for model in MODELS if _has(model, name)), name)


def _has(model, name) -> bool:
    return name in {field.name for field in model._meta.fields}


def said(name: str, value) -> str:
    """A value as `actions.act.plain` keeps it, as people read it."""
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "outcomes":
        return listed(map(_outcome, value))
    if isinstance(value, list):
        return listed(said(name, one) for one in value)
    if isinstance(value, dict):
        return str(value.get("name", ""))
    return _chosen(name, value) or _moment(value) or _number(name, value) or str(value)


def _outcome(one) -> str:
    words = f"{KINDS.get(one['violation'], one['violation'])} {said('outcome', one['outcome'])}"
    return f"{words} {_number('fine', one['fine'])}".strip()


def _chosen(name, value) -> str:
    words = {"kind": KINDS, "unmasked": UNMASKED}.get(name) or dict(getattr(CHOICES.get(name), "choices", ()))
    return str(words.get(value, ""))


def _number(name, value) -> str:
    """“60,000.00” for money, “833.33” for a measure; empty where the value is none."""
    if name in MONEY and isinstance(value, str):
        try:
            return f"{Decimal(value):,.2f}"
        except InvalidOperation:
            return ""
    return f"{round(value, 2):,}" if isinstance(value, float) else ""


def _moment(value) -> str:
    """An ISO time with its zone, as everywhere in the interface; empty for any other text."""
    if not isinstance(value, str) or "T" not in value:
        return ""
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return ""
    return timezone.localtime(when).strftime("%Y-%m-%d %H:%M") if when.tzinfo else ""


def last_of(events: Iterable[CaseEvent], verb: Verb, by) -> CaseEvent | None:
    """The person's own act of that verb among the events: a button that was pressed twice."""
    return next((event for event in reversed(list(events)) if event.verb == verb and event.by_id == by.pk), None)
