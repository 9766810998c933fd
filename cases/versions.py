"""What the map's pictures of cases are held against: one number that changes with every act, and with the clock."""

from django.db import connection

from boundaries.versions import LAND
from cases.workflow import OPEN

# The moment of the latest deadline that has passed: behind it, a case turned overdue.
OF = f"""
SELECT coalesce((SELECT sum(number) FROM boundaries_dataversion WHERE scope = ANY(%(scopes)s)), 0)::text || ' '
    || coalesce((SELECT max(due_at) FROM cases_case WHERE region_id = %(region)s AND due_at < now()
                 AND status IN ({", ".join(f"'{state.value}'" for state in OPEN)}))::text, '')
"""  # noqa: S608 - only this module's constants are put in


def of(user) -> str:
    """Changes with any committed write to the cases of the person's region or to the land, and with each deadline
    that passes; two reads of an index."""
    region = user.region_id or ""
    with connection.cursor() as cursor:
        cursor.execute(OF, {"region": region, "scopes": [LAND, f"cases:{region}"]})
        return cursor.fetchone()[0]
