"""The dedicated person whom each unit names for joint enforcement (专人, notice 六.1): who it is, and who has none."""

from datetime import date, timedelta

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from boundaries.models import Edition, Liaison, Unit
from boundaries.posts import PostRefused, days_in_words, meeting
from boundaries.querysets import valid_on


def listed_units(edition: Edition):
    """The units that the edition's joint enforcement rests on, in the notice's order: lead and member units of its
    groups, the two platforms and the offices."""
    in_groups = Q(leads__group__edition=edition) | Q(member_of__edition=edition)
    office = ~Q(platform=Unit.Platform.NONE) | Q(kind=Unit.Kind.OFFICE)
    named = Unit.objects.filter(in_groups | office, region=edition.region_id).values("pk")
    return Unit.objects.filter(pk__in=named).order_by("pk")


def with_liaison(units, day: date):
    """`liaison`: the name of the unit's dedicated person on `day`, or None."""
    now = Liaison.objects.filter(valid_on(day), unit=OuterRef("pk")).order_by("-valid_from", "-pk")
    return units.annotate(liaison=Subquery(now.values("holder")[:1]))


def without_liaison(edition: Edition, day: date):
    """The listed units that have named nobody for `day`."""
    named = Liaison.objects.filter(valid_on(day), unit=OuterRef("pk"))
    return listed_units(edition).exclude(Exists(named))


@transaction.atomic
def name(unit: Unit, *, valid_from: date, holder="", user=None, valid_to: date | None = None, by=None) -> Liaison:
    """Name the unit's dedicated person. Whoever it was until then ends the day before."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    holder = (holder or (str(user) if user else "")).strip()
    errors = _faults(unit, holder, user, valid_from, valid_to)
    if errors:
        raise PostRefused(errors)
    before = unit.liaisons.filter(meeting(valid_from, valid_to), valid_from__lt=valid_from).first()
    if before:
        before.valid_to = valid_from - timedelta(days=1)
        before.save(update_fields=["valid_to"])
        _keep(by, before, CHANGE)
    if later := unit.liaisons.filter(meeting(valid_from, valid_to)).first():
        days = days_in_words(later.valid_from, later.valid_to)
        sentence = _("{who} is named {days}: name the last day before that, or end it first.")
        raise PostRefused({"valid_to": [sentence.format(who=later.holder, days=days)]})
    made = unit.liaisons.create(holder=holder, user=user, valid_from=valid_from, valid_to=valid_to)
    _keep(by, made, ADDITION)
    return made


@transaction.atomic
def end(one: Liaison, last_day: date, *, by=None) -> Liaison:
    """`last_day` is the last on which the person is the unit's."""
    Unit.objects.select_for_update().get(pk=one.unit_id)
    if last_day < one.valid_from:
        sentence = _("{who} is named from {day} on: it cannot end before that.")
        raise PostRefused({"last_day": [sentence.format(who=one.holder, day=one.valid_from)]})
    others = Liaison.objects.filter(meeting(one.valid_from, last_day), unit=one.unit_id).exclude(pk=one.pk)
    if other := others.first():
        sentence = _("{who} is named {days}: a unit has one dedicated person at a time.")
        days = days_in_words(other.valid_from, other.valid_to)
        raise PostRefused({"last_day": [sentence.format(who=other.holder, days=days)]})
    one.valid_to = last_day
    one.save(update_fields=["valid_to"])
    _keep(by, one, CHANGE)
    return one


def _faults(unit: Unit, holder: str, user, first: date, last: date | None) -> dict[str, list[str]]:
    errors = {}
    if not holder:
        errors["holder"] = [_("Name the person.")]
    if user and user.region_id != unit.region_id:
        errors["user"] = [_("This account belongs to another region.")]
    if last and last < first:
        errors["valid_to"] = [_("The last day lies before the first, {day}.").format(day=first)]
    return errors


def _keep(by, one: Liaison, flag: int) -> None:
    if by is not None:
        words = f"{one.unit}: {one.holder} {days_in_words(one.valid_from, one.valid_to)}"
        LogEntry.objects.log_actions(by.pk, [one], flag, words)
