"""To which unit and whom of it an approved case is proposed to be handed, and why: a person decides, for one or many.

The unit is the group's first lead unit (notice 五.2). Of its people comes first who is posted to the ground, then who
is of the group, then who has least in hand, then who is nearest. The cases of one hand-over are shared out: each that
is proposed to somebody counts for the next.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boundaries.lands import Lands
from boundaries.models import Unit, User
from cases import nearness
from cases.models import Case
from cases.models.case import Confidence
from cases.permissions import people_of_units
from gis_core.sentences import metres


@dataclass(frozen=True)
class Proposed:
    """`unit` is None where nobody answers for the point, `person` where nobody of the unit has an account; `reasons`
    are sentences, the weightiest first, `unit_why` and `person_why` the same in a few words each."""

    unit: Unit | None
    reasons: tuple[str, ...]
    person: User | None = None
    unit_why: tuple[str, ...] = ()
    person_why: tuple[str, ...] = ()


@dataclass
class InHand:
    """What a region's units and people have in hand: open cases by key of the unit, and of the addressee."""

    units: dict[int, int]
    people: dict[int, int]
    crew: list[User]
    now_too: Counter = field(default_factory=Counter)  # proposed to a person in this very hand-over

    @classmethod
    def of(cls, region) -> "InHand":
        return cls(_open_by("handling_unit", region), _open_by("addressee", region), list(people_of_units(region)))

    def crew_of(self, unit: Unit) -> list[User]:
        return [person for person in self.crew if person.unit_id == unit.pk]


def _open_by(column: str, region) -> dict[int, int]:
    handled = Case.objects.open().filter(region=region, **{f"{column}__isnull": False})
    return dict(handled.order_by().values_list(column).annotate(Count("pk")))


def proposals_for(cases: Iterable[Case], in_hand: InHand | None = None) -> dict[Case, Proposed]:
    """All of one region, with `lead_unit`; seven queries, however many."""
    cases = list(cases)
    if not cases:
        return {}
    in_hand = in_hand or InHand.of(cases[0].region_id)
    lead = {case.lead_unit_id for case in cases}
    crew = [person for person in in_hand.crew if person.unit_id in lead]
    proposing = _Proposing(
        lands=Lands(),
        in_hand=in_hand,
        unit_near=nearness.to_units(cases),
        person_near=nearness.to_people(cases, crew),
        posts=nearness.to_posts(cases, crew, timezone.localdate()),
    )
    return {case: proposing.proposed(case) for case in cases}


@dataclass(frozen=True)
class _Proposing:
    lands: Lands
    in_hand: InHand
    unit_near: dict
    person_near: dict
    posts: dict

    def proposed(self, case: Case) -> Proposed:
        unit = case.lead_unit
        person = self._person(case) if unit else None
        proposed = Proposed(
            unit, tuple(self._reasons(case)), person, tuple(self._unit_why(case)), tuple(self._person_why(case, person))
        )
        if person:
            self.in_hand.now_too[person.pk] += 1
        return proposed

    def _person(self, case: Case) -> User | None:
        return min(self.in_hand.crew_of(case.lead_unit), key=lambda one: self._rank(case, one), default=None)

    def _rank(self, case: Case, person: User):
        pair = (case.pk, person.pk)
        _cell, apart = self.posts.get(pair, ("", inf))
        load = self.in_hand.people.get(person.pk, 0) + self.in_hand.now_too[person.pk]
        nearest = min(self.person_near.get(pair, inf), apart)
        return (apart > 0, case.group_code not in person.group_codes, load, nearest, person.username)

    def _reasons(self, case: Case):
        if case.lead_unit_id is None:
            yield _("No group answers for this place: choose the unit by hand.")
        else:
            yield _("{unit} is the first lead unit of {group}.").format(unit=case.lead_unit, group=self._group(case))
            open_cases = self.in_hand.units.get(case.lead_unit_id, 0)
            yield ngettext("It has {number} open case.", "It has {number} open cases.", open_cases).format(
                number=open_cases
            )
        if case.due_at:
            day = timezone.localtime(case.due_at).strftime("%Y-%m-%d")
            yield _("To be handed over by {day}.").format(day=day)
        if case.confidence == Confidence.LOW:
            yield _("Near another group's border: check who answers before you hand it over.")

    def _group(self, case: Case) -> str:
        return (self.lands.group(case.edition_id, case.group_code) or {}).get("name", case.group_code)

    def _unit_why(self, case: Case):
        if case.lead_unit_id is None:
            yield _("no group answers here")
            return
        yield _("first lead unit of {group}").format(group=self._group(case))
        yield in_hand_words(self.in_hand.units.get(case.lead_unit_id, 0))
        if case.pk in self.unit_near:
            yield _("{distance} to its nearest open case").format(distance=metres(self.unit_near[case.pk]))

    def _person_why(self, case: Case, person: User | None):
        if person is None:
            if case.lead_unit_id:
                yield _("nobody of the unit has an account here")
            return
        cell, apart = self.posts.get((case.pk, person.pk), ("", inf))
        if apart == 0:
            yield _("on duty in {cell}").format(cell=cell)
        elif case.group_code in person.group_codes:
            yield _("of the group")
        yield in_hand_words(self.in_hand.people.get(person.pk, 0), self.in_hand.now_too[person.pk])
        own = self.person_near.get((case.pk, person.pk))
        if own is not None:
            yield _("{distance} to the nearest case in hand").format(distance=metres(own))
        elif 0 < apart < inf:
            yield _("{distance} to {cell}, where they are on duty").format(distance=metres(apart), cell=cell)


def in_hand_words(number: int, now_too: int = 0) -> str:
    """“3 in hand”, and how many of this hand-over come to it."""
    if now_too:
        return _("{number} in hand, {more} more just now").format(number=number, more=now_too)
    return _("{number} in hand").format(number=number)
