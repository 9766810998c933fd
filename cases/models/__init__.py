"""The work: reports, cases and what happened to them."""

from cases.models.case import Case, CaseNumber, CaseTally
from cases.models.clock import Clock, ClockExtension, ClockPause, DeadlineRule, WorkdayCorrection
from cases.models.intake import CasePhoto, IdempotencyKey, Reporter
from cases.models.trail import AssignmentOverride, CaseEvent

__all__ = [
    "AssignmentOverride",
    "Case",
    "CaseEvent",
    "CaseNumber",
    "CasePhoto",
    "CaseTally",
    "Clock",
    "ClockExtension",
    "ClockPause",
    "DeadlineRule",
    "IdempotencyKey",
    "Reporter",
    "WorkdayCorrection",
]
