"""The header row of a table, and what a row means under it."""

from dataclasses import dataclass

from gis_core.parsing.unreadable import Unreadable


@dataclass(frozen=True)
class Columns:
    """Names by position; None for a column without a name, which is not read."""

    by_position: tuple[str | None, ...]

    @classmethod
    def of(cls, cells) -> "Columns":
        names = [str(cell).strip() if cell is not None else "" for cell in cells]
        if not any(names):
            raise Unreadable("no_header")
        for name in names:
            if name and names.count(name) > 1:
                raise Unreadable("same_column", detail=name[:80])
        return cls(tuple(name or None for name in names))

    @property
    def names(self) -> list[str]:
        return [name for name in self.by_position if name]

    def read(self, cells: list) -> tuple[dict, str | None]:
        """(properties, fault): an empty or missing cell is None; cells beyond the header are a fault."""
        cells = [None if cell == "" else cell for cell in cells]
        missing = len(self.by_position) - len(cells)
        properties = dict(zip(self.by_position, cells + [None] * missing, strict=False))
        properties.pop(None, None)
        beyond = any(cell is not None for cell in cells[len(self.by_position) :])
        return properties, "more_cells" if beyond else None
