"""One row of a file as one report: which column says what, and everything that is wrong with the row."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import chain

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from boundaries.spoken import words_of
from cases.models.case import Channel, LandOwnership, Violation
from cases.workflow import ENDED, Status

# Where a rejects file keeps the point of a row that came with a geometry, and the text of one that is no point.
REJECT_LON, REJECT_LAT, REJECT_SHAPE = "import_lon", "import_lat", "import_geometry"
# The names that a column may bear when no mapping says otherwise, likeliest first, in capitals or not.
COLUMNS = {
    "lon": (REJECT_LON, "lon", "lng", "longitude", "x", "经度", "东经", "东坐标", "横坐标"),
    "lat": (REJECT_LAT, "lat", "latitude", "y", "纬度", "北纬", "北坐标", "纵坐标"),
    "accuracy_m": ("accuracy_m", "accuracy", "精度", "定位精度"),
    "channel": ("channel", "来源", "案件来源", "渠道"),
    "violations": ("violations", "违法行为", "违法类型"),
    "land_ownership": ("land_ownership", "土地性质"),
    "address": ("address", "地址", "建设地点", "地点", "位置"),
    "description": ("description", "描述", "情况说明", "内容"),
    "reported_at": ("reported_at", "上报时间", "举报时间", "上报日期", "举报日期", "日期", "时间"),
    "status": ("status", "状态", "案件状态"),
    "ended_at": ("ended_at", "结案时间", "结案日期", "办结时间", "办结日期"),
}
# What offices write besides the names of the values themselves.
SPOKEN = {
    Channel.GRID_FEEDBACK: ("网格", "网格上报", "网格员上报"),
    Channel.COMPLAINT: ("信访", "投诉", "举报", "群众举报"),
    Channel.SUPERIOR_ASSIGNED: ("交办",),
    Channel.PATROL: ("巡查", "日常巡查"),
    LandOwnership.STATE: ("国有土地",),
    LandOwnership.COLLECTIVE: ("集体土地",),
    Status.FILED: ("立案",),
    Status.CLOSED: ("结案", "办结", "已办结"),
    Status.ARCHIVED: ("归档",),
    Status.TRANSFERRED_OUT: ("移送",),
}
SEPARATORS = re.compile(r"[;,、；，|/]")
LONGEST = {"address": 200, "description": 5000}
MOST_ACCURACY_M = 100_000
FIRST_YEAR = 1900  # before it a cell holds a misread number rather than a date
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ]*(.*)", re.ASCII | re.DOTALL)
_CLOCK_SIGNS = str.maketrans({"时": ":", "点": ":", "分": ":", "：": ":", "秒": None})
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MOST_SHOWN = 40


class Refused(ValueError):
    """A cell that cannot be taken; the sentence names the column."""


class UnknownColumn(ValueError):
    """The mapping names a field or a column that does not exist, or a field has no column at all."""


@dataclass(slots=True)
class ReadRow:
    """What a row says. `raw` is the pair as the file has it, None where there is none; `details` are fields
    of `cases.bulk.Row`; with any fault the row cannot become a case."""

    raw: tuple[float, float] | None = None
    details: dict = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class RowReader:
    """Reads properties by the mapping `{field: column}`; unmapped fields are found by their usual names."""

    def __init__(self, mapping: dict[str, str], default_channel: str = ""):
        unknown = sorted(set(mapping) - set(COLUMNS))
        if unknown:
            raise UnknownColumn(
                _("{field} is no field of a report: use {fields}.").format(
                    field=", ".join(unknown), fields=", ".join(COLUMNS)
                )
            )
        self._mapping = mapping
        self._default_channel = default_channel
        self._header, self._columns = None, {}
        self._readings = _readings()

    def check_columns(self, columns: Iterable[str], *, places: bool) -> None:
        """UnknownColumn where a mapped column is not among `columns`, or nothing says a field that every case
        needs. `places`: the rows have geometries, so no column need say where."""
        columns = list(columns)
        for name, column in self._mapping.items():
            if column not in columns:
                raise UnknownColumn(_("{field}: the file has no column “{column}”.").format(field=name, column=column))
        needed = ([] if places else ["lon", "lat"]) + ([] if self._default_channel else ["channel"])
        found = self._found(columns)
        if missing := [name for name in needed if not found[name]]:
            raise UnknownColumn(
                _("No column says {fields}: name it with --map FIELD=COLUMN. The file has {columns}.").format(
                    fields=", ".join(missing), columns=", ".join(map(shown, columns[:50]))
                )
            )

    def read(self, properties: dict, geometry=None) -> ReadRow:
        """Everything that the row says and everything that is wrong with it, bar where its place lies."""
        cells, row = self._cells(properties), ReadRow()
        row.raw = _attempt(row.faults, self._point, cells, geometry)
        for name, reading in self._readings.items():
            row.details[name] = _attempt(row.faults, reading, name, cells[name])
        if cells["channel"] is None:
            row.details["channel"] = self._default_channel or _attempt(row.faults, _required, "channel", None)
        _attempt(row.faults, _settle_end, row.details, cells["ended_at"] is not None)
        return row

    def _point(self, cells, geometry) -> tuple[float, float]:
        """From the geometry where there is one, else from two columns."""
        if geometry is None:
            if not self._columns["lon"] and not self._columns["lat"]:
                raise Refused(_("the geometry is missing"))
            return _number("lon", cells["lon"]), _number("lat", cells["lat"])
        if geometry.geom_type != "Point" or geometry.is_empty:
            raise Refused(_("the geometry is not a point"))
        return geometry.x, geometry.y

    def _cells(self, properties) -> dict:
        """Field → its first cell with something in it, or None."""
        header = list(properties)
        if header != self._header:
            self._header, self._columns = header, self._found(header)
        return {
            name: next((cell for column in columns if (cell := _cell(properties[column])) is not None), None)
            for name, columns in self._columns.items()
        }

    def _found(self, header) -> dict[str, list[str]]:
        """Field → those of its columns that `header` has."""
        spelled = {}
        for column in header:
            spelled.setdefault(column.strip().casefold(), []).append(column)
        usual = {name: [spelled.get(word, []) for word in words] for name, words in COLUMNS.items()}
        found = {name: list(chain.from_iterable(columns)) for name, columns in usual.items()}
        mapped = {name: [column] * (column in header) for name, column in self._mapping.items()}
        return {**found, **mapped}


def shown(value) -> str:
    """A cell's beginning as it may stand in a sentence and on a terminal."""
    text = str(value)
    plain = "".join(sign if sign.isprintable() else "�" for sign in text[:_MOST_SHOWN])
    return plain + "…" * (len(text) > _MOST_SHOWN)


def _readings() -> dict[str, Callable]:
    return {
        "accuracy_m": _accuracy,
        "channel": _chosen(words_of(Channel, SPOKEN)),
        "violations": _chosen_many(words_of(Violation, SPOKEN)),
        "land_ownership": _chosen(words_of(LandOwnership, SPOKEN), LandOwnership.UNVERIFIED.value),
        "address": _text,
        "description": _text,
        "reported_at": _reported,
        "status": _chosen(words_of(Status, SPOKEN), Status.REPORTED.value),
        "ended_at": _moment,
    }


def _attempt(faults: list[str], reading: Callable, *arguments):
    try:
        return reading(*arguments)
    except Refused as fault:
        faults.append(str(fault))
        return None


def _cell(value):
    """Strings without blanks about them; None for an empty cell."""
    if isinstance(value, str):
        value = value.strip()
    return None if value == "" else value


def _required(name, value):
    if value is None:
        raise Refused(_("{field}: is missing").format(field=name))
    return value


def _number(name, value) -> float:
    value = _required(name, value)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise Refused(_("{field}: “{value}” is not a number").format(field=name, value=shown(value)))
    return number


def _accuracy(name, value) -> float | None:
    if value is None:
        return None
    metres = _number(name, value)
    if not 0 <= metres <= MOST_ACCURACY_M:
        raise Refused(_("accuracy_m: must be 0 to 100000 metres"))
    return metres


def _text(name, value) -> str:
    text = "" if value is None else str(value)
    if _UNSTORABLE.search(text):
        raise Refused(_("{field}: contains a NUL or half a character").format(field=name))
    if len(text) > LONGEST[name]:
        raise Refused(_("{field}: longer than {longest} characters").format(field=name, longest=LONGEST[name]))
    return text


def _chosen(choices, otherwise=None) -> Callable:
    return lambda name, value: otherwise if value is None else _one_of(choices, name, str(value))


def _chosen_many(choices) -> Callable:
    def read(name, value) -> list[str]:
        words = [] if value is None else (word.strip(" []\"'") for word in SEPARATORS.split(str(value)))
        return list(dict.fromkeys(_one_of(choices, name, word) for word in words if word))

    return read


def _one_of(choices, name: str, word: str) -> str:
    try:
        return choices[word.strip().casefold()]
    except KeyError as error:
        raise Refused(_("{field}: “{value}” is not known").format(field=name, value=shown(word))) from error


def _settle_end(details: dict, has_end: bool) -> None:
    """An ended case needs the day it ended, not before it was reported; no other has one. `has_end`: its cell is
    filled. A day alone is midnight: on the day of the report the case ended when it was reported."""
    status, reported, ended = details["status"], details["reported_at"], details["ended_at"]
    if status is None:
        return
    if status not in ENDED:
        if has_end:
            raise Refused(_("ended_at: is given, but the status is not one of an ended case"))
        return
    if not has_end:
        raise Refused(_("ended_at: is missing, though the status is one of an ended case"))
    if reported is None or ended is None or ended >= reported:
        return
    day, reported_day = timezone.localtime(ended), timezone.localtime(reported)
    if day.time() != time.min or day.date() != reported_day.date():
        raise Refused(_("ended_at: lies before reported_at"))
    details["ended_at"] = reported


def _reported(name, value) -> datetime:
    return timezone.now() if value is None else _moment(name, value)


def _moment(name, value) -> datetime | None:
    """A moment in the past. Without a zone it is the city's own time."""
    if value is None:
        return None
    moment = _parsed(str(value))
    if moment is None or moment.year < FIRST_YEAR:
        raise Refused(_("{field}: “{value}” is not a date (YYYY-MM-DD HH:MM)").format(field=name, value=shown(value)))
    moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    if moment > timezone.now():
        raise Refused(_("{field}: lies in the future").format(field=name))
    return moment


def _parsed(text: str) -> datetime | None:
    """2024-05-06, 2024/5/6, 2024.5.6, 2024年5月6日, 20240506, each alone or with a time of day."""
    if found := _DATE.fullmatch(text):
        year, month, day, clock = found.groups()
        clock = clock.translate(_CLOCK_SIGNS).rstrip(": ")
        clock = f"{clock}:00" if clock.isdigit() else clock or "00:00"
        text = f"{year}-{month:0>2}-{day:0>2} {clock}"
    try:
        return parse_datetime(text)
    except ValueError:
        return None
