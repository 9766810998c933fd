"""The land: who answers for which ground, under which edition of the map of responsibility."""

from boundaries.models.edition import Area, Edition, Front, Neighbour, Village
from boundaries.models.grid import GridCell, GridPost
from boundaries.models.organisation import Appointment, CooperationGroup, LeadUnit, Region, Unit
from boundaries.models.people import User

__all__ = [
    "Appointment",
    "Area",
    "CooperationGroup",
    "Edition",
    "Front",
    "GridCell",
    "GridPost",
    "LeadUnit",
    "Neighbour",
    "Region",
    "Unit",
    "User",
    "Village",
]
