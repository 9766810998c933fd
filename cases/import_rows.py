"""One row of a file as one report: which column says what, and why a row is refused."""

import re
from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.models.case import Channel, LandOwnership, Violation

# The names that a column may bear when no mapping says otherwise.
COLUMNS = {
    "lon": ("lon", "lng", "longitude", "x", "经度", "东经"),
    "lat": ("lat", "latitude", "y", "纬度", "北纬"),
    "accuracy_m": ("accuracy_m", "accuracy", "精度", "定位精度"),
    "channel": ("channel", "来源", "案件来源", "渠道"),
    "violations": ("violations", "违法行为", "违法类型"),
    "land_ownership": ("land_ownership", "土地性质"),
    "address": ("address", "地址", "建设地点", "地点", "位置"),
    "description": ("description", "描述", "情况说明", "内容"),
    "reported_at": ("reported_at", "上报时间", "举报时间", "日期", "时间"),
}
SEPARATORS = re.compile(r"[;,、；，|/]")


class Refused(ValueError):
    """A row that cannot become a case; the sentence names the column."""


class UnknownColumn(ValueError):
    """The mapping names a field or a column that does not exist."""


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
        self._names = {field: (mapping[field],) if field in mapping else names for field, names in COLUMNS.items()}
        self._default_channel = default_channel
        self._channels = _choices(Channel)
        self._violations = _choices(Violation)
        self._ownerships = _choices(LandOwnership)

    def check_columns(self, columns) -> None:
        """UnknownColumn where a mapped column is not in the file."""
        for field, names in self._names.items():
            if len(names) == 1 and names[0] not in columns:
                raise UnknownColumn(_("{field}: the file has no column “{column}”.").format(field=field, column=names[0]))

    def point(self, properties, geometry) -> tuple[float, float]:
        """The pair as the file has it: from the geometry where there is one, else from two columns."""
        if geometry is not None:
            if geometry.geom_type != "Point" or geometry.is_empty:
                raise Refused(_("the geometry is not a point"))
            return geometry.x, geometry.y
        return self._number(properties, "lon"), self._number(properties, "lat")

    def details(self, properties) -> dict:
        """Everything but the point, as `cases.bulk.Row` calls it; Refused names the column."""
        return {
            "accuracy_m": self._accuracy(properties),
            "channel": self._channel(properties),
            "violations": self._chosen_many(properties, "violations", self._violations),
            "land_ownership": self._chosen(properties, "land_ownership", self._ownerships) or LandOwnership.UNVERIFIED,
            "address": self._text(properties, "address", 200),
            "description": self._text(properties, "description", 5000),
            "reported_at": self._moment(properties),
        }

    def _value(self, properties, field):
        found = (properties.get(name) for name in self._names[field])
        return next((value for value in found if value not in (None, "")), None)

    def _number(self, properties, field) -> float:
        value = self._value(properties, field)
        if value is None:
            raise Refused(_("{field}: is missing").format(field=field))
        try:
            return float(value)
        except (TypeError, ValueError) as error:
            raise Refused(_("{field}: “{value}” is not a number").format(field=field, value=value)) from error

    def _accuracy(self, properties) -> float | None:
        if self._value(properties, "accuracy_m") is None:
            return None
        metres = self._number(properties, "accuracy_m")
        if not 0 <= metres <= 100_000:
            raise Refused(_("accuracy_m: must be 0 to 100000 metres"))
        return metres

    def _text(self, properties, field, longest) -> str:
        text = str(self._value(properties, field) or "").strip()
        if "\x00" in text:
            raise Refused(_("{field}: contains a NUL character").format(field=field))
        if len(text) > longest:
            raise Refused(_("{field}: longer than {longest} characters").format(field=field, longest=longest))
        return text

    def _channel(self, properties) -> str:
        channel = self._chosen(properties, "channel", self._channels) or self._default_channel
        if not channel:
            raise Refused(_("{field}: is missing").format(field="channel"))
        return channel

    def _chosen(self, properties, field, choices) -> str:
        value = self._value(properties, field)
        return "" if value is None else _one_of(choices, str(value), field)

    def _chosen_many(self, properties, field, choices) -> list[str]:
        words = SEPARATORS.split(str(self._value(properties, field) or ""))
        return list(dict.fromkeys(_one_of(choices, word, field) for word in words if word.strip()))

    def _moment(self, properties) -> datetime:
        value = self._value(properties, "reported_at")
        if value is None:
            return timezone.now()
        moment = _parsed(str(value).strip())
        if moment is None:
            raise Refused(_("reported_at: “{value}” is not a date (YYYY-MM-DD HH:MM)").format(value=value))
        moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        if moment > timezone.now():
            raise Refused(_("reported_at: lies in the future"))
        return moment


def _parsed(text: str) -> datetime | None:
    text = text.replace("/", "-")
    try:
        if moment := parse_datetime(text):
            return moment
        day = parse_date(text)
    except ValueError:
        return None
    return day and datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


def _choices(enumeration) -> dict[str, str]:
    """Stored values and their names in both languages, each leading to the stored value."""
    found = {value: value for value in enumeration.values}
    for language in ("zh-hans", "en"):
        with override(language):
            found.update({str(member.label): member.value for member in enumeration})
    return found


def _one_of(choices, word: str, field: str) -> str:
    try:
        return choices[word.strip()]
    except KeyError as error:
        raise Refused(_("{field}: “{value}” is not known").format(field=field, value=word.strip())) from error
