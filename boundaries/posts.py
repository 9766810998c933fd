"""Who is posted to which cell: post, end, replace, leave. The row of the cell is locked, so that two clerks make one
grid leader and not two; what is refused is said field by field, and what was done stands in the object's history.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from boundaries.models import Edition, GridCell, GridPost, PostLeave

ONE_DAY = timedelta(days=1)


class PostRefused(ValueError):
    """What was told cannot be: `errors` has the sentences by field, `__all__` those of no field."""

    def __init__(self, errors: dict[str, list[str]]):
        super().__init__(" ".join(sentence for sentences in errors.values() for sentence in sentences))
        self.errors = errors


@dataclass
class Faults:
    """Sentences gathered by field, told all at once."""

    errors: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, sentence: str) -> None:
        self.errors.setdefault(name, []).append(sentence)

    def tell(self) -> None:
        if self.errors:
            raise PostRefused(self.errors)


def meeting(first: date, last: date | None, *, start="valid_from", end="valid_to") -> Q:
    """Condition: the days of the row and those from `first` to `last` have one in common; no end is for ever."""
    begun = Q(**{f"{start}__lte": last}) if last else Q()
    return begun & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": first}))


def days_in_words(first: date, last: date | None) -> str:
    """“2026-11-01 – 2026-11-30”, “from 2026-11-01”."""
    return f"{first} – {last}" if last else _("from {day}").format(day=first)


@transaction.atomic
def post(cell: GridCell, *, role, valid_from: date, holder="", user=None, unit=None, group_code="",
         valid_to: date | None = None, deputy_of: GridPost | None = None, by=None) -> GridPost:  # fmt: skip
    """Post somebody. Without an end a post runs as long as its cell, a deputy's as long as the post it stands in for;
    the role of a deputy is that of the post."""
    cell = GridCell.objects.select_for_update().defer("geom").get(pk=cell.pk)
    made = GridPost(
        cell=cell, role=deputy_of.role if deputy_of else role, holder=(holder or (str(user) if user else "")).strip(),
        user=user, unit=unit, group_code=group_code or "", deputy_of=deputy_of, valid_from=valid_from,
        valid_to=valid_to or (deputy_of and deputy_of.valid_to) or cell.valid_to,
    )  # fmt: skip
    _check(made)
    made.save()
    _keep(by, [made], ADDITION, f"{made.get_role_display()} {days_in_words(made.valid_from, made.valid_to)}")
    return made


@transaction.atomic
def end(one: GridPost, last_day: date, *, by=None) -> GridPost:
    """`last_day` is the last on which the post holds. Its deputies `cease` then."""
    one = _locked(one)
    faults = Faults()
    if last_day < one.valid_from:
        faults.add("last_day", _("The post begins on {day}: it cannot end before that.").format(day=one.valid_from))
    _within(faults, "last_day", last_day, one.cell)
    faults.tell()
    was = one.valid_to
    one.valid_to = last_day
    if was is None or was < last_day:  # it goes on for longer than was known: nobody may have followed meanwhile
        _check(one, at="last_day")
    one.save(update_fields=["valid_to"])
    cease(one.deputies.all(), last_day, by=by)
    _keep(by, [one], CHANGE, f"→ {last_day}")
    return one


@transaction.atomic
def cease(posts, last_day: date, *, by=None) -> None:
    """What they stand for ends: posts that would hold for longer end on that day too, and those whose days had not
    begun by then have never been posts and are taken away. Posts of a cell that ends, deputies of a post that does."""
    lasting = _lasting_beyond(posts, last_day)
    for one in lasting.filter(valid_from__gt=last_day):
        _take_away(one, by)
    ended = list(lasting)
    lasting.update(valid_to=last_day)
    _keep(by, ended, CHANGE, f"→ {last_day}")


@transaction.atomic
def replace(one: GridPost, *, from_day: date, holder="", user=None, unit=None, group_code=None, by=None) -> GridPost:
    """Another holder from `from_day` on: the post ends the day before, its deputies go on under the new one."""
    one = _locked(one)
    if from_day <= one.valid_from:
        sentence = _("The post begins on {day}: somebody else can hold it from the day after.")
        raise PostRefused({"from_day": [sentence.format(day=one.valid_from)]})
    if one.valid_to and from_day > one.valid_to + ONE_DAY:
        sentence = _("The post ended on {day}: post somebody anew instead.")
        raise PostRefused({"from_day": [sentence.format(day=one.valid_to)]})
    until = one.valid_to if one.valid_to and one.valid_to >= from_day else None
    deputies = list(_lasting_beyond(one.deputies, from_day - ONE_DAY).select_related("unit", "user"))
    told = [(deputy, max(deputy.valid_from, from_day), deputy.valid_to) for deputy in deputies]
    end(one, from_day - ONE_DAY, by=by)
    made = post(
        one.cell, role=one.role, holder=holder, user=user, unit=unit or one.unit, deputy_of=one.deputy_of,
        group_code=one.group_code if group_code is None else group_code, valid_from=from_day, valid_to=until, by=by,
    )  # fmt: skip
    for deputy, first, last in told:
        post(
            made.cell, role=made.role, holder=deputy.holder, user=deputy.user, unit=deputy.unit,
            group_code=deputy.group_code, deputy_of=made, valid_from=first, valid_to=last, by=by,
        )  # fmt: skip
    return made


@transaction.atomic
def withdraw(one: GridPost, *, by=None, today: date) -> None:
    """A post that has not begun is taken back; one that has is history and can only end."""
    one = _locked(one)
    if one.valid_from <= today:
        raise PostRefused({"__all__": [_("The post has begun: name its last day instead.")]})
    _take_away(one, by)


@transaction.atomic
def leave(one: GridPost, first_day: date, last_day: date | None = None, reason="", *, by=None) -> PostLeave:
    """The holder is away from `first_day` to `last_day`, both included; until further notice without the latter."""
    one = _locked(one)
    faults = Faults()
    if last_day and last_day < first_day:
        faults.add("last_day", _("The last day lies before the first, {day}.").format(day=first_day))
    if first_day < one.valid_from or (one.valid_to and first_day > one.valid_to):
        faults.add("first_day", _outside_post(one))
    if last_day and last_day >= first_day and one.valid_to and last_day > one.valid_to:
        faults.add("last_day", _outside_post(one))
    faults.tell()
    _refuse_overlap(one, first_day, last_day)
    made = PostLeave.objects.create(post=one, first_day=first_day, last_day=last_day, reason=reason.strip())
    _keep(by, [one], CHANGE, _("on leave {days}").format(days=days_in_words(first_day, last_day)))
    return made


@transaction.atomic
def leave_everywhere(one: GridPost, first_day: date, last_day: date | None = None, reason="", *, by=None) -> list:
    """The same for every post that the account of this one holds in those days, as far as each of them reaches."""
    made = [leave(one, first_day, last_day, reason, by=by)]
    others = GridPost.objects.filter(meeting(first_day, last_day), user=one.user_id or 0).exclude(pk=one.pk)
    for other in others.select_related("cell").defer("cell__geom"):
        ends = [day for day in (last_day, other.valid_to) if day]
        try:
            made.append(leave(other, max(first_day, other.valid_from), min(ends, default=None), reason, by=by))
        except PostRefused as refused:
            raise PostRefused({"everywhere": [f"{other.cell}: {refused}"]}) from refused
    return made


@transaction.atomic
def end_leave(away: PostLeave, last_day: date, *, by=None) -> PostLeave:
    """`last_day` is the last on which the holder is away, earlier or later than was thought."""
    one = _locked(away.post)
    away = PostLeave.objects.get(pk=away.pk)
    if last_day < away.first_day:
        sentence = _("The leave begins on {day}: it cannot end before that.").format(day=away.first_day)
        raise PostRefused({"last_day": [sentence]})
    if one.valid_to and last_day > one.valid_to:
        raise PostRefused({"last_day": [_outside_post(one)]})
    _refuse_overlap(one, away.first_day, last_day, beside=away.pk, at="last_day")
    away.last_day = last_day
    away.save(update_fields=["last_day"])
    _keep(by, [one], CHANGE, _("on leave {days}").format(days=days_in_words(away.first_day, last_day)))
    return away


@transaction.atomic
def cancel_leave(away: PostLeave, *, by=None, today: date) -> None:
    """A leave that has not begun is taken back."""
    one = _locked(away.post)
    if away.first_day <= today:
        raise PostRefused({"__all__": [_("The leave has begun: name its last day instead.")]})
    away.delete()
    _keep(by, [one], CHANGE, _("leave taken back {days}").format(days=days_in_words(away.first_day, away.last_day)))


def _locked(one: GridPost) -> GridPost:
    """The post as it stands, behind the lock of its cell."""
    GridCell.objects.select_for_update().only("pk").get(pk=one.cell_id)
    return GridPost.objects.select_related("cell", "unit", "user", "deputy_of").defer("cell__geom").get(pk=one.pk)


def _lasting_beyond(posts, day: date):
    return posts.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def _take_away(one: GridPost, by) -> None:
    _keep(by, [one], DELETION, f"{one.get_role_display()} {days_in_words(one.valid_from, one.valid_to)}")
    one.delete()


def _check(one: GridPost, at="valid_to") -> None:
    """Everything that is wrong with a post beside what is stored; `at` names the field of its last day."""
    faults = Faults()
    if not one.holder:
        faults.add("holder", _("Name who is posted."))
    if one.role not in GridPost.Role.values:
        faults.add("role", _("There is no such role."))
    if one.valid_to and one.valid_to < one.valid_from:
        faults.add(at, _("The post ends before it begins, on {day}.").format(day=one.valid_from))
    _within(faults, "valid_from", one.valid_from, one.cell)
    _within(faults, at, one.valid_to, one.cell)
    _check_belonging(faults, one)
    if one.deputy_of_id:
        _check_deputy(faults, one, at)
    faults.tell()
    _check_beside_others(faults, one)
    faults.tell()


def _within(faults: Faults, name: str, day: date | None, cell: GridCell) -> None:
    if day and (day < cell.valid_from or (cell.valid_to and day > cell.valid_to)):
        sentence = _("The cell {cell} is in force {days}: this day lies outside.")
        faults.add(name, sentence.format(cell=cell.name, days=days_in_words(cell.valid_from, cell.valid_to)))


def _check_belonging(faults: Faults, one: GridPost) -> None:
    region = one.cell.region_id
    if one.user and one.user.region_id != region:
        faults.add("user", _("This account belongs to another region."))
    if one.unit and one.unit.region_id != region:
        faults.add("unit", _("This unit belongs to another region."))
    if one.group_code:
        edition = Edition.objects.current(region)
        if edition is None or not edition.groups.filter(code=one.group_code).exists():
            faults.add("group_code", _("There is no group {code} in force.").format(code=one.group_code))


def _check_deputy(faults: Faults, one: GridPost, at: str) -> None:
    whose = one.deputy_of
    if whose.cell_id != one.cell_id:
        faults.add("deputy_of", _("A deputy stands in on the same cell."))
    if whose.deputy_of_id:
        faults.add("deputy_of", _("A deputy has no deputy: choose the post itself."))
    if whose.pk == one.pk or _same_person(whose, one):
        faults.add("deputy_of", _("Nobody is their own deputy: {who} holds the post already.").format(who=whose.holder))
    if one.valid_from < whose.valid_from or (whose.valid_to and one.valid_from > whose.valid_to):
        faults.add("valid_from", _outside_post(whose))
    if whose.valid_to and one.valid_to and one.valid_to > whose.valid_to:
        faults.add(at, _outside_post(whose))


def _same_person(one: GridPost, other: GridPost) -> bool:
    """By account where both have one, else by name."""
    if one.user_id and other.user_id:
        return one.user_id == other.user_id
    return one.holder == other.holder


def _check_beside_others(faults: Faults, one: GridPost) -> None:
    others = GridPost.objects.filter(meeting(one.valid_from, one.valid_to), cell=one.cell, role=one.role)
    for other in others.exclude(pk=one.pk):
        known = {"who": other.holder, "days": days_in_words(other.valid_from, other.valid_to)}
        if _same_person(other, one):
            faults.add("holder", _("{who} holds this role here already, {days}.").format(**known))
        elif one.role == GridPost.Role.GRID_LEADER and not (one.deputy_of_id or other.deputy_of_id):
            sentence = _("A cell has one grid leader at a time: {who} is it {days}. Replace them or end their post.")
            faults.add("role", sentence.format(**known))


def _outside_post(one: GridPost) -> str:
    days = days_in_words(one.valid_from, one.valid_to)
    return _("The post of {who} holds {days}: this day lies outside.").format(who=one.holder, days=days)


def _refuse_overlap(one: GridPost, first: date, last: date | None, beside=None, at="first_day") -> None:
    others = one.leaves.filter(meeting(first, last, start="first_day", end="last_day")).exclude(pk=beside)
    if other := others.first():
        sentence = _("{who} is on leave {days} already: the two would overlap.")
        days = days_in_words(other.first_day, other.last_day)
        raise PostRefused({at: [sentence.format(who=one.holder, days=days)]})


def _keep(by, rows: list, flag: int, words: str) -> None:
    """Who did it, when: the line of history that the administration shows of each row."""
    if by is not None:
        LogEntry.objects.log_actions(by.pk, rows, flag, words)
