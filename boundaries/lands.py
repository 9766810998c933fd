"""Names of areas and groups by edition and code: two queries for a whole page of cases."""

from boundaries.models import Area, CooperationGroup


class Lands:
    """Looks names up in the editions that a page's cases were assigned under; reads each edition once."""

    def __init__(self):
        self._areas: dict[int, dict[str, dict]] = {}
        self._groups: dict[int, dict[str, dict]] = {}

    def area(self, edition_id: int, code: str) -> dict | None:
        """{code, name} or None where the code is empty or unknown."""
        return self._named(self._areas, Area, edition_id, code)

    def group(self, edition_id: int, code: str) -> dict | None:
        return self._named(self._groups, CooperationGroup, edition_id, code)

    @staticmethod
    def _named(known, model, edition_id, code):
        if not code:
            return None
        if edition_id not in known:
            rows = model.objects.filter(edition=edition_id).values("code", "name")
            known[edition_id] = {row["code"]: row for row in rows}
        return known[edition_id].get(code)
