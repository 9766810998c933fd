"""What the embedded grid staff (网格下沉人员) newly found in a period, summed up for the joint office, and who was
silent (notice 四.3). It is no ranking: rows stand in the order of areas, cells and names, and nothing is scored.

A report counts by its account, for the post held on its day; of several posts for the one whose cell holds the place,
else for the one with the lowest cell code. Whoever has no account cannot be counted and is told apart.
"""

from cases.roll_up.reading import roll_up
from cases.roll_up.rows import By, Line, Period, RollUp, Row

__all__ = ["By", "Line", "Period", "RollUp", "Row", "roll_up"]
