"""The land: who answers for which ground, under which edition of the map of responsibility."""

from boundaries.models.edition import Area, Edition, Neighbour, Village
from boundaries.models.grid import GridCell, GridPost
from boundaries.models.organisation import Appointment, CooperationGroup, LeadUnit, Region, Unit
from boundaries.models.people import User
from boundaries.models.square import Holding, Square
from boundaries.models.version import DataVersion

__all__ = [
    "Appointment",
    "Area",
    "CooperationGroup",
    "DataVersion",
    "Edition",
    "GridCell",
    "GridPost",
    "Holding",
    "LeadUnit",
    "Neighbour",
    "Region",
    "Square",
    "Unit",
    "User",
    "Village",
]
