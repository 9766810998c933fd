"""The work: reports, cases and what happened to them."""

from cases.models.case import Case, CaseNumber
from cases.models.clock import Clock, ClockExtension, ClockPause, DeadlineRule, WorkdayCorrection
from cases.models.coverage import CellFacts, CellMark, CoverageDay, CoverageState
from cases.models.document import (
    Document,
    DocumentKind,
    DocumentNumber,
    DocumentTemplate,
    Service,
    ServiceOfficer,
)
from cases.models.dossier import CaseViolation, DiscretionTier, Dossier, Party
from cases.models.evidence import Evidence, Upload
from cases.models.field import FieldDevice, FieldRecord
from cases.models.intake import IdempotencyKey, Reporter
from cases.models.measures import (
    Inspection,
    InspectionEntry,
    InspectionOfficer,
    InspectionUnit,
    Notice,
    Order,
    Payment,
    Relief,
    Urging,
)
from cases.models.practice import Practice
from cases.models.seal import Seal
from cases.models.spell import CaseDay, CaseSpell
from cases.models.tally import CaseCount, CaseTally
from cases.models.trail import AssignmentOverride, CaseEvent
from cases.models.view import SavedView

__all__ = [
    "AssignmentOverride",
    "Case",
    "CaseCount",
    "CaseDay",
    "CaseEvent",
    "CaseNumber",
    "CaseSpell",
    "CaseTally",
    "CaseViolation",
    "CellFacts",
    "CellMark",
    "Clock",
    "ClockExtension",
    "ClockPause",
    "CoverageDay",
    "CoverageState",
    "DeadlineRule",
    "DiscretionTier",
    "Document",
    "DocumentKind",
    "DocumentNumber",
    "DocumentTemplate",
    "Dossier",
    "Evidence",
    "FieldDevice",
    "FieldRecord",
    "IdempotencyKey",
    "Inspection",
    "InspectionEntry",
    "InspectionOfficer",
    "InspectionUnit",
    "Notice",
    "Order",
    "Party",
    "Payment",
    "Practice",
    "Relief",
    "Reporter",
    "SavedView",
    "Seal",
    "Service",
    "ServiceOfficer",
    "Upload",
    "Urging",
    "WorkdayCorrection",
]
