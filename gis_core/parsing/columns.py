"""The header row of a table, and what a row means under it."""

from dataclasses import dataclass
from itertools import count

from gis_core.parsing.unreadable import Unreadable

# Where cells beyond the header are kept. Columns of these names count as beyond it too: so a row that was put
# aside with them is not taken before somebody has found out where they belong.
BEYOND = "import_more_cells_"
MOST_BEYOND = 20


@dataclass(frozen=True)
class Columns:
    """Names by position; None for a column without a name, which is not read."""

    by_position: tuple[str | None, ...]
    put_aside: tuple[str, ...] = ()

    @classmethod
    def of(cls, cells) -> "Columns":
        names = [str(cell).strip() if cell is not None else "" for cell in cells]
        if not any(names):
            raise Unreadable("no_header")
        for name in names:
            if name and names.count(name) > 1:
                raise Unreadable("same_column", detail=name[:80])
        return cls(tuple(name or None for name in names), tuple(name for name in names if name.startswith(BEYOND)))

    @property
    def names(self) -> list[str]:
        return [name for name in self.by_position if name]

    def read(self, cells: list) -> tuple[dict, str | None]:
        """(properties, fault): an empty or missing cell is None; cells beyond the header are a fault and kept."""
        cells = [None if cell == "" else cell for cell in cells]
        missing = len(self.by_position) - len(cells)
        properties = dict(zip(self.by_position, cells + [None] * missing, strict=False))
        properties.pop(None, None)
        beyond = self._beyond(cells[len(self.by_position) :]) if missing < 0 else {}
        has_more = beyond or any(properties[name] is not None for name in self.put_aside)
        return {**properties, **beyond}, "more_cells" if has_more else None

    def _beyond(self, cells: list) -> dict:
        """Named by their place behind the header; what is more than can be a mistake stands in the last of them."""
        names = (name for place in count(1) if (name := f"{BEYOND}{place}") not in self.put_aside)
        if len(cells) > MOST_BEYOND:
            rest = [str(cell) for cell in cells[MOST_BEYOND - 1 :] if cell is not None]
            cells = [*cells[: MOST_BEYOND - 1], ",".join(rest) or None]
        return {name: cell for name, cell in zip(names, cells, strict=False) if cell is not None}
