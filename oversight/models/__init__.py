"""The record: what joint enforcement leaves behind. It reads cases and events, and never changes them."""

from oversight.models.assessment import AssessmentRules, AssessmentYear
from oversight.models.circular import Circular, CircularAct, CircularRules
from oversight.models.conduct import ApiKey, BadConductRecord, ConductAct, ConductAnswer, ConductView
from oversight.models.exposure import ExposureAct, ExposureEntry, ExposureVersion
from oversight.models.ledger import LedgerLine, LedgerMonth
from oversight.models.public_report import PublicReceipt, PublicTally
from oversight.models.publicity import PressItem, PublicityOpening

__all__ = [
    "ApiKey",
    "AssessmentRules",
    "AssessmentYear",
    "BadConductRecord",
    "Circular",
    "CircularAct",
    "CircularRules",
    "ConductAct",
    "ConductAnswer",
    "ConductView",
    "ExposureAct",
    "ExposureEntry",
    "ExposureVersion",
    "LedgerLine",
    "LedgerMonth",
    "PressItem",
    "PublicReceipt",
    "PublicTally",
    "PublicityOpening",
]
