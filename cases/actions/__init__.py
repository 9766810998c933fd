"""The verbs: everything that changes a case. One transaction, one lock, one line of history each."""

from cases.actions.engine import lock, perform, since
from cases.actions.evidence import ReviewedAlready, add_evidence, keep_evidence, receive, review_evidence
from cases.actions.refusals import BadInput, CaseChanged, NotYours, Refused
from cases.actions.reporting import (
    BadReport,
    add_photos,
    answer_to_store,
    case_numbers,
    convert,
    override,
    report,
)
from cases.actions.steps import Step, step, steps
from cases.actions.unmasking import unmask
from cases.actions.views import choose_default_view, delete_view, move_view, rename_view, save_view

__all__ = [
    "BadInput",
    "BadReport",
    "CaseChanged",
    "NotYours",
    "Refused",
    "ReviewedAlready",
    "Step",
    "add_evidence",
    "add_photos",
    "answer_to_store",
    "case_numbers",
    "choose_default_view",
    "convert",
    "delete_view",
    "keep_evidence",
    "lock",
    "move_view",
    "override",
    "perform",
    "receive",
    "rename_view",
    "report",
    "review_evidence",
    "save_view",
    "since",
    "step",
    "steps",
    "unmask",
]
