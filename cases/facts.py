"""What stands in the file of one case, read once and asked often: by the gates, the proposals and the page."""

from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from boundaries.models import User
from cases.models import Case, CaseEvent, Dossier, Inspection, Practice
from cases.models.case import LandOwnership, Rule, Violation
from cases.models.dossier import CaseViolation, DiscretionTier, Party
from cases.models.evidence import Medium
from cases.models.measures import Order, Payment, Relief
from cases.verbs import Verb
from cases.workflow import Status

FEWEST_OFFICERS = 2  # 行政处罚法 42


class Facts:
    """`by` is who looks and `at` when: both matter to some gates. `told_at` is earlier where a phone brings later what
    was done and said then. Nothing here writes."""

    def __init__(self, case: Case, *, by=None, at=None, told_at=None):
        self.case, self.by, self.at = case, by, at or timezone.now()
        self.told_at = told_at or self.at

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    @cached_property
    def practice(self) -> Practice:
        return Practice.of(self.case.region_id)

    @cached_property
    def dossier(self) -> Dossier:
        """The stored one, or an empty one that is not stored yet."""
        found = Dossier.objects.select_related("handler", "co_handler", "legal_reviewer").filter(case=self.case).first()
        return found or Dossier(case=self.case, region_id=self.case.region_id)

    @cached_property
    def violations(self) -> list[CaseViolation]:
        return list(self.case.found_violations.select_related("handling_unit"))

    @cached_property
    def tiers(self) -> list[DiscretionTier]:
        """The region's discretion tiers for the kinds of violation that the case has."""
        kinds = {one.kind for one in self.violations}
        return list(DiscretionTier.objects.filter(region=self.case.region_id, kind__in=kinds)) if kinds else []

    @cached_property
    def parties(self) -> list[Party]:
        return list(self.case.parties.all())

    @cached_property
    def orders(self) -> list[Order]:
        return list(self.case.orders.all())

    @cached_property
    def inspections(self) -> list[Inspection]:
        return list(
            self.case.inspections.prefetch_related("officer_rows__user__unit", "units__unit", "units__signed_in_by")
        )

    @cached_property
    def certified(self) -> list[User]:
        """Officers of the region who hold a certificate and are active."""
        holders = User.objects.filter(region=self.case.region_id, is_active=True).exclude(officer_cert_no="")
        return list(holders.select_related("unit").order_by("unit_id", "username"))

    @property
    def certified_here(self) -> list[User]:
        """Those among them whose unit takes part in the case."""
        units = {self.case.handling_unit_id, self.case.filing_unit_id, *self.case.units_involved}
        return [officer for officer in self.certified if officer.unit_id in units]

    @property
    def named_kinds(self) -> list[Violation]:
        return [Violation(kind) for kind in self.case.violations]

    @property
    def is_state_land(self) -> bool:
        return self.case.land_ownership == LandOwnership.STATE

    @property
    def is_inside(self) -> bool:
        return self.case.rule != Rule.OUTSIDE or bool(self.case.group_code)

    # Inspections and orders

    @property
    def called(self) -> Inspection | None:
        """The joint inspection that is called and not yet held."""
        return next((one for one in self.inspections if one.kind == Inspection.Kind.JOINT and not one.held_at), None)

    @property
    def joint_held(self) -> list[Inspection]:
        return [one for one in self.inspections if one.kind == Inspection.Kind.JOINT and one.held_at]

    def units_present(self, inspection: Inspection) -> list:
        return [row.unit for row in inspection.units.all() if row.signed_in_at]

    @property
    def order_in_force(self) -> Order | None:
        """The newest order that was not obeyed yet, disobeyed or not."""
        open_orders = [order for order in self.orders if order.state != Order.State.COMPLIED]
        return open_orders[-1] if open_orders else None

    # Outcomes, hearing, decision

    @property
    def penalised(self) -> list[CaseViolation]:
        return [one for one in self.violations if one.outcome == CaseViolation.Outcome.PENALTY]

    @property
    def pending(self) -> list[CaseViolation]:
        return [one for one in self.violations if one.outcome == CaseViolation.Outcome.PENDING]

    @property
    def own_violations(self) -> list[CaseViolation]:
        """Those whose outcome the person may propose: all for the handling unit, else those of the person's unit."""
        if self.by is None or self.by.unit_id == self.case.handling_unit_id:
            return self.violations
        return [one for one in self.violations if one.handling_unit_id == self.by.unit_id]

    @cached_property
    def fines_told(self) -> dict[str, Decimal] | None:
        """The fine of each violation in yuan, as the party was told last; None before any notice."""
        if not self.dossier.notified_at:
            return None
        told = self.case.events.filter(verb=Verb.NOTIFY).last()
        outcomes = told and told.data.get("outcomes")
        return outcomes and {one["violation"]: Decimal(one["fine"] or 0) for one in outcomes}

    @property
    def handlers(self) -> set[int]:
        """Keys of the people who handle the case."""
        return {self.dossier.handler_id, self.dossier.co_handler_id} - {None}

    @property
    def fine(self) -> Decimal:
        return sum((one.fine for one in self.penalised), Decimal(0))

    @property
    def hearing_from(self) -> Decimal:
        """The fine in yuan from which the party may ask for a hearing: lower where a natural person is fined."""
        natural = any(party.is_natural for party in self.parties)
        return self.practice.hearing_fine_natural if natural else self.practice.hearing_fine_organisation

    @property
    def hearing_required(self) -> bool:
        """Whether the party must be told of the right to a hearing (行政处罚法 63; 河南省行政处罚听证办法 4)."""
        return self.fine >= self.hearing_from

    @property
    def needs_discussion(self) -> bool:
        """Complicated or major (行政处罚法 57): marked as major, joint, or heard."""
        return self.case.is_major or self.case.is_joint or bool(self.dossier.hearing_held_at)

    @cached_property
    def reliefs(self) -> list[Relief]:
        """What the party undertook against the newest decision."""
        decided_at = self.dossier.decided_at
        return list(self.case.reliefs.filter(recorded_at__gte=decided_at) if decided_at else self.case.reliefs.all())

    @property
    def relief_pending(self) -> Relief | None:
        return next((one for one in self.reliefs if not one.result), None)

    @property
    def last_ruling(self) -> Relief | None:
        """What was ruled last; one that the party withdrew was never ruled on."""
        ruled = [one for one in self.reliefs if one.result not in ("", Relief.Result.WITHDRAWN)]
        return ruled[-1] if ruled else None

    @property
    def annulled_on_appeal(self) -> Relief | None:
        """The ruling by which the decision is no more, until the leaders annul it here."""
        ruling = self.last_ruling
        return ruling if ruling and ruling.result == Relief.Result.ANNULLED else None

    @cached_property
    def payments(self) -> list[Payment]:
        return list(self.case.payments.all())

    @property
    def unpaid(self) -> Decimal:
        return max(Decimal(0), (self.dossier.fine or Decimal(0)) - self.dossier.paid)

    # Evidence, urgings, the trail

    @cached_property
    def evidence_count(self) -> int:
        return self.case.evidence.count()

    @property
    def unreviewed_evidence(self) -> int:
        """Pieces of device evidence without a legal and technical review (行政处罚法 41)."""
        return self.case.evidence.unreviewed().count()

    @property
    def videos(self) -> int:
        return self.case.evidence.filter(medium=Medium.VIDEO).count()

    @cached_property
    def open_urgings(self) -> list:
        return list(self.case.urgings.filter(replied_at__isnull=True).select_related("by"))

    @cached_property
    def visited(self) -> bool:
        """Whether follow-up supervision has seen the site."""
        return self.case.events.filter(verb=Verb.FOLLOW_UP_VISIT).exists()

    def state_before(self) -> str:
        """The state that the case had before its last change of state."""
        moved = CaseEvent.objects.filter(case=self.case).exclude(Q(from_status="") | Q(from_status=self.case.status))
        last = moved.filter(status=self.case.status).last()
        return last.from_status if last else Status.TRIAGED
