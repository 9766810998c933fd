"""Posts from a table: every row is tried by the verb itself, every fault of every row is told, and one of them is
enough for nothing to be posted."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils.translation import gettext as _

from boundaries import posts
from boundaries.models import CooperationGroup, Edition, GridCell, GridPost, Unit, User
from boundaries.posts import PostRefused
from gis_core.reading import Feature, ReadingError, open_rows

MOST_ROWS = 2_000
# column → the names that it may have, the first in a table written here
COLUMNS = {
    "cell": ("网格编码", "cell", "网格", "code"),
    "role": ("岗位", "role", "角色"),
    "holder": ("姓名", "holder", "name"),
    "user": ("账号", "account", "user"),
    "unit": ("单位", "unit"),
    "group_code": ("协作组", "group", "group_code"),
    "valid_from": ("开始日期", "valid_from", "起始日期", "from"),
    "valid_to": ("最后一天", "valid_to", "结束日期", "to"),
}
NEEDED = ("cell", "role", "valid_from")
ROLES = {
    **{role.value: role for role in GridPost.Role},
    "网格长": GridPost.Role.GRID_LEADER,
    "网格员": GridPost.Role.GRID_WORKER,
    "网格下沉人员": GridPost.Role.EMBEDDED_GRID_STAFF,
    "下沉人员": GridPost.Role.EMBEDDED_GRID_STAFF,
}
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]0?0:00(?::00)?)?")


@dataclass
class Line:
    """A row as it came, by our names of the columns, and what is wrong with it."""

    number: int
    cells: dict[str, str]
    faults: list[str] = field(default_factory=list)


@dataclass
class Outcome:
    lines: list[Line]
    done: bool = False

    @property
    def faulty(self) -> list[Line]:
        return [line for line in self.lines if line.faults]

    @property
    def sound(self) -> list[Line]:
        return [line for line in self.lines if not line.faults]


def read(path: Path) -> list[Line]:
    """The rows of a CSV, TSV or XLSX; ReadingError with a sentence where the table cannot be taken."""
    with open_rows(path) as rows:
        columns = _columns(rows.columns, path.name)
        lines = []
        for row in rows:
            if len(lines) == MOST_ROWS:
                raise ReadingError(_("{file}: at most {number} rows at once.").format(file=path.name, number=MOST_ROWS))
            lines.append(_line(row, columns))
    if not lines:
        raise ReadingError(_("{file}: no row below the header.").format(file=path.name))
    return lines


def read_text(text: str) -> list[Line]:
    """The same of what was pasted: commas or tabs, as a spreadsheet copies it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / _("pasted.csv")
        path.write_text(text.strip() + "\n", "utf-8", errors="replace", newline="")
        return read(path)


def as_text(lines: Iterable[Line]) -> str:
    """Tabs between the cells, as a spreadsheet takes and gives them."""
    head = "\t".join(names[0] for names in COLUMNS.values())
    rows = ("\t".join(_flat(line.cells.get(name, "")) for name in COLUMNS) for line in lines)
    return "\n".join([head, *rows])


@transaction.atomic
def post_all(region, lines: list[Line], *, by=None, dry_run=False) -> Outcome:
    """Post every row, or none: with `dry_run`, or where one is faulty, everything is as before."""
    known = _Known(region)
    for line in lines:
        told = known.told(line)
        if not line.faults:
            with suppress(PostRefused), transaction.atomic():
                _post(line, told, by)
    outcome = Outcome(lines)
    if dry_run or outcome.faulty:
        transaction.set_rollback(True)
    else:
        outcome.done = True
    return outcome


def _post(line: Line, told: dict, by) -> None:
    try:
        posts.post(**told, by=by)
    except PostRefused as refused:
        for name, sentences in refused.errors.items():
            line.faults += [f"{_named(name)}{sentence}" for sentence in sentences]
        raise


def _named(name: str) -> str:
    return f"{COLUMNS[name][0]}{_(': ')}" if name in COLUMNS else ""


def _columns(found: list[str], file: str) -> dict[str, str]:
    """Our name → the table's; ReadingError names what is missing or unknown."""
    ours = {alias.casefold(): name for name, aliases in COLUMNS.items() for alias in aliases}
    columns = {ours[column.strip().casefold()]: column for column in found if column.strip().casefold() in ours}
    missing = [COLUMNS[name][0] for name in NEEDED if name not in columns]
    if missing:
        sentence = _("{file}: the header row lacks {missing}. Columns are: {known}.")
        known = ", ".join(names[0] for names in COLUMNS.values())
        raise ReadingError(sentence.format(file=file, missing=", ".join(missing), known=known))
    unknown = [column for column in found if column.strip() and column.strip().casefold() not in ours]
    if unknown:
        raise ReadingError(_("{file}: unknown columns: {names}.").format(file=file, names=", ".join(unknown)))
    return columns


def _line(row: Feature, columns: dict[str, str]) -> Line:
    cells = {name: _text(row.properties.get(column)) for name, column in columns.items()}
    return Line(row.number, cells, [row.fault] if row.fault else [])


def _text(value) -> str:
    if value is None:
        return ""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()


def _flat(text: str) -> str:
    return re.sub(r"[\t\r\n]+", " ", text)


class _Known:
    """The region's cells, accounts, units and groups, each by what a table may call it."""

    def __init__(self, region):
        self.region = region
        edition = Edition.objects.current(region)
        groups = CooperationGroup.objects.filter(edition=edition).values_list("code", "name")
        self.groups = {alias: code for code, name in groups for alias in (code, name)}
        self.units = {alias: unit for unit in Unit.objects.filter(region=region) for alias in (unit.code, unit.name)}
        people = User.objects.filter(region=region, is_active=True)
        self.people = {person.username: person for person in people.select_related("unit")}
        self.cells: dict[str, list[GridCell]] = {}
        for cell in GridCell.objects.filter(region=region).defer("geom").order_by("valid_from"):
            self.cells.setdefault(cell.code, []).append(cell)

    def told(self, line: Line) -> dict:
        """What the verb is told of a row; faults go to the row."""
        given = line.cells
        first, last = (self._day(line, name) for name in ("valid_from", "valid_to"))
        if not given.get("valid_from"):
            self._fault(line, "valid_from", _("Name the first day."))
        if not given.get("holder") and not given.get("user"):
            self._fault(line, "holder", _("Name who is posted."))
        return {
            "cell": self._cell(line, first),
            "role": self._one_of(line, "role", ROLES, _("There is no such role: {name}.")),
            "holder": given.get("holder", ""),
            "user": self._one_of(line, "user", self.people, _("There is no account {name} here.")),
            "unit": self._one_of(line, "unit", self.units, _("There is no unit {name}.")),
            "group_code": self._one_of(line, "group_code", self.groups, _("There is no group {name} in force.")) or "",
            "valid_from": first,
            "valid_to": last,
        }

    def _cell(self, line: Line, day: date | None) -> GridCell | None:
        """Of cells that had the code one after another, the one in force on the first day."""
        code = line.cells.get("cell", "")
        found = self.cells.get(code)
        if not found:
            self._fault(line, "cell", _("There is no cell {code}.").format(code=code or "—"))
            return None
        begun = [cell for cell in found if day and cell.valid_from <= day]
        return begun[-1] if begun else found[0]

    def _one_of(self, line: Line, name: str, known: dict, sentence: str):
        given = line.cells.get(name, "")
        if given and given not in known:
            self._fault(line, name, sentence.format(name=given))
        if not given and name in NEEDED:
            self._fault(line, name, sentence.format(name="—"))
        return known.get(given)

    def _day(self, line: Line, name: str) -> date | None:
        given = line.cells.get(name, "")
        if not given:
            return None
        parts = DAY.fullmatch(given)
        try:
            return date(*map(int, parts.groups())) if parts else self._no_day(line, name, given)
        except ValueError:
            return self._no_day(line, name, given)

    def _no_day(self, line: Line, name: str, given: str) -> None:
        self._fault(line, name, _("“{given}” is no day: write it as 2026-11-28.").format(given=given))

    def _fault(self, line: Line, name: str, sentence: str) -> None:
        line.faults.append(f"{_named(name)}{sentence}")
