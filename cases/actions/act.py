"""A verb while it is being done: the case, who does it, what was told, and what has changed so far."""

from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import Unit, User
from cases.facts import Facts
from cases.models import Inspection, Relief
from cases.models.case import Violation
from cases.workflow import Arrow, Status

# Named by their number alone in the trail: what they say is personal (Party), or stands elsewhere.
PERSONAL = frozenset({"name", "uscc", "id_no", "legal_representative", "phone", "address", "received_by", "witness"})


class Act:
    """What an effect works on. `told_at` is when it happened, `at` when it is written down. `to` may be set by the few
    verbs whose end is not the table's."""

    def __init__(self, *, arrow: Arrow, facts: Facts, given: dict):
        self.told_at = facts.told_at
        self.arrow, self.facts, self.given = arrow, facts, given
        self.case, self.by, self.at = facts.case, facts.by, facts.at
        self.note = given["note"]
        self.to = arrow.leads_to(Status(self.case.status))
        self.changes: dict[str, list] = {}
        self.data: dict = {}

    @cached_property
    def dossier(self):
        return self.facts.dossier

    def set(self, thing: Model, **values):
        """Write values over a row and remember before and after; the caller or the engine saves it."""
        for name, value in values.items():
            before = getattr(thing, name)
            if before != value:
                self.changes[name] = [plain(before, name), plain(value, name)]
                setattr(thing, name, value)

    def involve(self, *units: Unit):
        """From now on people of these units see the case."""
        new = [unit.pk for unit in units if unit and unit.pk not in self.case.units_involved]
        self.case.units_involved = [*self.case.units_involved, *dict.fromkeys(new)]

    def inspection(self, kind: str, officers=(), **fields) -> Inspection:
        """A visit of these officers, with the certificate numbers of this day."""
        visit = Inspection.objects.create(region_id=self.case.region_id, case=self.case, kind=kind, **fields)
        self.attend(visit, officers)
        return visit

    def attend(self, visit: Inspection, officers):
        for officer in officers:
            visit.officer_rows.create(
                region_id=self.case.region_id, user=officer, officer_cert_no=officer.officer_cert_no
            )

    def applies(self, code: str) -> bool:
        """Whether a clock that the arrow starts is one of this case."""
        return CONDITIONS.get(code, _always)(self)

    @property
    def begins_at(self) -> datetime:
        """When the clocks that the act starts begin: with a service on its day, not on the day it is written down."""
        return self.given.get("served_at") or self.told_at

    @property
    def pause_reason(self) -> str:
        return self.note or str(self.arrow.verb.label)

    @property
    def pause_document(self) -> str:
        return self.given.get("document") or _("hearing")

    def told(self) -> dict:
        """What the event keeps beside its text."""
        words = {
            name: plain(value, name) for name, value in self.given.items() if name != "note" and value not in ("", None)
        }
        return {**words, **self.data, **({"changes": self.changes} if self.changes else {})}


def plain(value, name=""):
    """A value as JSON keeps it: people by account and name, units by code, money as text."""
    if name in PERSONAL and value:
        return "＊"
    if isinstance(value, User):
        return {"username": value.username, "name": str(value), "officer_cert_no": value.officer_cert_no}
    if isinstance(value, Unit):
        return {"code": value.code, "name": value.name}
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, list | tuple) or hasattr(value, "iterator"):
        return [plain(one) for one in value]
    return value


def _always(_act):
    return True


def _to_enforce(act):
    over = act.dossier.court_at or act.facts.annulled_on_appeal
    return not over and (act.facts.unpaid > 0 or act.facts.order_in_force is not None)


def _may_be_sued(act):
    """Clocks behind the time to sue need one: there is none in imported cases, nor where the rule has been ended."""
    return act.case.clocks.filter(code="D15").exists()


# A ruling that leaves the decision as it was published.
STANDING = frozenset({Relief.Result.UPHELD})

# A clock that an arrow starts only sometimes.
CONDITIONS = {
    "D06": lambda act: act.facts.hearing_required,
    "D11": lambda act: bool(act.dossier.published_at) and act.given.get("result") not in STANDING,
    "D12": lambda act: act.facts.unpaid > 0,
    "D15b": lambda act: act.facts.last_ruling.kind == Relief.Kind.RECONSIDERATION and not act.facts.annulled_on_appeal,
    "D16": lambda act: _to_enforce(act) and _may_be_sued(act),
    "D19": lambda act: _may_be_sued(act),
    "D21": lambda act: any(one.kind == Violation.PLANNING_PERMIT for one in act.facts.violations),
    "D26": lambda act: not act.case.clocks.running().filter(code="D22").exists(),  # the city has it already
}
