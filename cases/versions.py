"""What pictures of cases are held against: a number that changes with every act, and the clock's last deadline."""

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from boundaries import versions
from boundaries.versions import LAND
from cases.workflow import OPEN
from gis_core.db import prepared

NUMBER = """
SELECT coalesce(sum(number), 0)::text FROM boundaries_dataversion WHERE scope IN ('{land}', 'cases:' || {region})
"""
LAST_DUE = f"""
SELECT max(due_at) FROM cases_case WHERE region_id = {{region}} AND due_at < now()
AND status IN ({", ".join(f"'{state.value}'" for state in OPEN)})
"""  # noqa: S608 - only this module's constants are put in
READ = f"SELECT ({NUMBER}), ({LAST_DUE})".format(land=LAND, region="%(region)s::text")
THEIRS = "coalesce(person.region_id, '')"
versions.NUMBERS["cases"] = NUMBER.format(land=LAND, region=THEIRS)
versions.NUMBERS["last_due"] = LAST_DUE.format(region=THEIRS)


class Version(NamedTuple):
    """`number` changes with any committed write to the region's cases, their trail or the land; `last_due` is the
    latest deadline of an open case that has passed: behind it, a case turned overdue."""

    number: str
    last_due: datetime | None

    def __str__(self):
        return f"{self.number} {self.last_due and self.last_due.isoformat()}"


def of(user) -> Version:
    """Of what the person may see of cases; two reads of an index, unless it came with the person."""
    if told := versions.told_with(user):
        return Version(told["cases"], told["last_due"])
    with connection.cursor() as cursor:
        prepared.execute(cursor, READ, {"region": user.region_id or ""})
        return Version(*cursor.fetchone())
