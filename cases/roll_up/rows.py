"""The period, the people with their posts, and the same by cell, area, group and unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.models import GridPost
from gis_core.sentences import listed

MOST_DAYS = 731
MONDAY = 0


class By(TextChoices):
    PERSON = "person", gettext_lazy("person")
    CELL = "cell", gettext_lazy("cell")
    AREA = "area", gettext_lazy("area")
    GROUP = "group", gettext_lazy("group")
    UNIT = "unit", gettext_lazy("unit")


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @classmethod
    def week(cls, day: date) -> "Period":
        monday = day - timedelta(days=day.weekday() - MONDAY)
        return cls(monday, monday + timedelta(days=6))

    @classmethod
    def month(cls, day: date) -> "Period":
        return cls(day.replace(day=1), (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1))

    def check(self, today: date) -> None:
        """ValueError with a sentence where nothing can be said of these days."""
        if self.last < self.first:
            raise ValueError(_("The last day lies before the first, {day}.").format(day=self.first))
        if self.first > today:
            raise ValueError(_("These days are yet to come."))
        if (self.last - self.first).days >= MOST_DAYS:
            raise ValueError(_("At most {number} days at once.").format(number=MOST_DAYS))

    def __str__(self):
        return f"{self.first} – {self.last}"


@dataclass(frozen=True)
class Posted:
    """A post of the period, where it is, and what was reported for it."""

    post: GridPost
    area: str
    group: str
    group_order: int
    unit: object | None
    reports: int = 0
    last: datetime | None = None
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One person. `since`: of who was silent, the day of the last report before; with `never` that of the first post.
    `away`: on leave on every day of their posts."""

    name: str
    account: str
    posts: tuple[Posted, ...]
    since: date | None = None
    never: bool = False
    away: bool = False

    @property
    def reports(self) -> int:
        return sum(one.reports for one in self.posts)

    @property
    def last(self) -> datetime | None:
        return _latest(self.posts)

    @property
    def silent(self) -> bool:
        """Had a post, could report, and reported nothing."""
        return bool(self.account) and not self.reports and not self.away

    @property
    def numbers(self) -> list[str]:
        return sorted((number for one in self.posts for number in one.numbers), reverse=True)

    @property
    def cells(self) -> str:
        return listed(dict.fromkeys(one.post.cell.name for one in self.posts))

    @property
    def areas(self) -> str:
        return listed(dict.fromkeys(one.area for one in self.posts if one.area))

    @property
    def groups(self) -> str:
        return listed(dict.fromkeys(one.group for one in self.posts if one.group))

    @property
    def units(self) -> str:
        return listed(dict.fromkeys(str(one.unit) for one in self.posts if one.unit))


@dataclass(frozen=True)
class Row:
    """A cell, area, group or unit: how many people, how many of them silent, on leave or without an account."""

    label: str
    beside: str
    people: int
    reports: int
    silent: int
    away: int
    uncounted: int
    last: datetime | None


@dataclass(frozen=True)
class RollUp:
    period: Period
    until: date
    lines: tuple[Line, ...]

    @property
    def whole(self) -> Row:
        return _row("", "", self.lines, [one for line in self.lines for one in line.posts])

    @property
    def silent(self) -> list[Line]:
        return [line for line in self.lines if line.silent]

    def rows(self, by: By) -> list[Row]:
        """In the order of cells, of areas, of the notice's groups, of units; nobody's last."""
        people, posts, order = {}, {}, {}
        for line in self.lines:
            for one in line.posts:
                key, place = KEYS[by](one)
                people.setdefault(key, []).append(line)
                posts.setdefault(key, []).append(one)
                order[key] = min(order.get(key, place), place)
        keys = sorted(people, key=lambda key: order[key])
        return [_row(*key, list(dict.fromkeys(people[key])), posts[key]) for key in keys]


KEYS = {
    By.CELL: lambda one: ((one.post.cell.name, one.area), (one.post.cell.code,)),
    By.AREA: lambda one: ((one.area or _("no area"), one.group), (not one.area, one.post.cell.area_code)),
    By.GROUP: lambda one: ((one.group or _("no group"), ""), (not one.group, one.group_order)),
    By.UNIT: lambda one: ((str(one.unit or _("no unit")), ""), (not one.unit, one.unit.pk if one.unit else 0)),
}


def _row(label: str, beside: str, people: Iterable[Line], posts: list[Posted]) -> Row:
    people = list(people)
    return Row(
        label, beside, len(people), sum(one.reports for one in posts),
        silent=sum(line.silent for line in people), away=sum(line.away and not line.reports for line in people),
        uncounted=sum(not line.account for line in people), last=_latest(posts),
    )  # fmt: skip


def _latest(posts: Iterable[Posted]) -> datetime | None:
    return max((one.last for one in posts if one.last), default=None)
