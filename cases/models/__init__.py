"""The work: reports, cases and what happened to them."""

from cases.models.case import Case, CaseNumber, CaseTally
from cases.models.clock import Clock, ClockExtension, ClockPause, DeadlineRule, WorkdayCorrection
from cases.models.document import (
    Document,
    DocumentKind,
    DocumentNumber,
    DocumentTemplate,
    Service,
    ServiceOfficer,
)
from cases.models.dossier import CaseViolation, DiscretionTier, Dossier, Party
from cases.models.intake import CasePhoto, IdempotencyKey, Reporter
from cases.models.measures import Inspection, InspectionOfficer, InspectionUnit, Notice, Order, Payment, Urging
from cases.models.practice import Practice
from cases.models.trail import AssignmentOverride, CaseEvent

__all__ = [
    "AssignmentOverride",
    "Case",
    "CaseEvent",
    "CaseNumber",
    "CasePhoto",
    "CaseTally",
    "CaseViolation",
    "Clock",
    "ClockExtension",
    "ClockPause",
    "DeadlineRule",
    "DiscretionTier",
    "Document",
    "DocumentKind",
    "DocumentNumber",
    "DocumentTemplate",
    "Dossier",
    "IdempotencyKey",
    "Inspection",
    "InspectionOfficer",
    "InspectionUnit",
    "Notice",
    "Order",
    "Party",
    "Payment",
    "Practice",
    "Reporter",
    "Service",
    "ServiceOfficer",
    "Urging",
    "WorkdayCorrection",
]
