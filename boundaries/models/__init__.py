"""The land: who answers for which ground, under which edition of the map of responsibility."""

from boundaries.models.draft import DraftCell, DraftStep, DraftVerb, GridDraft
from boundaries.models.edition import Area, Edition, Neighbour, Village
from boundaries.models.grid import GridCell, GridPost, PostLeave
from boundaries.models.measured import MeasuredArea
from boundaries.models.organisation import Appointment, CooperationGroup, LeadUnit, Liaison, Region, Unit
from boundaries.models.patrol import CheckIn, Doubt, Patrol, PatrolVisit
from boundaries.models.people import User
from boundaries.models.plan import PatrolPlan, PlanRoute, PlanStop
from boundaries.models.rule import CoverageRule
from boundaries.models.square import Holding, Square
from boundaries.models.version import DataVersion

__all__ = [
    "Appointment",
    "Area",
    "CheckIn",
    "CooperationGroup",
    "CoverageRule",
    "DataVersion",
    "Doubt",
    "DraftCell",
    "DraftStep",
    "DraftVerb",
    "Edition",
    "GridCell",
    "GridDraft",
    "GridPost",
    "Holding",
    "LeadUnit",
    "Liaison",
    "MeasuredArea",
    "Neighbour",
    "Patrol",
    "PatrolPlan",
    "PatrolVisit",
    "PlanRoute",
    "PlanStop",
    "PostLeave",
    "Region",
    "Square",
    "Unit",
    "User",
    "Village",
]
