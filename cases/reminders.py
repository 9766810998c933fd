"""Notices that the night writes: a deadline turned orange or red, an urging ran over its date. Each is said once."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from boundaries.models import Region, User
from cases.clock_face import ClockStanding
from cases.models import Case, Notice, Urging
from cases.models.clock import Colour
from cases.permissions import roles_for, roles_of, units_of
from cases.verbs import Who
from cases.waiting import NEXT
from cases.workflow import Status

TOLD = (Colour.ORANGE, Colour.RED)
AT_ONCE = 1_000


class Staff:
    """The region's active people with their roles; read once for any number of cases."""

    def __init__(self, region: Region):
        self._people = list(User.objects.filter(region=region, is_active=True).prefetch_related("groups"))
        for person in self._people:
            person._roles = frozenset(group.name for group in person.groups.all())

    def meant(self, whom: tuple[Who, ...], case: Case) -> list[User]:
        return [person for person in self._people if any(self._is_meant(person, who, case) for who in whom)]

    def of_unit(self, unit_id: int | None) -> list[User]:
        return [person for person in self._people if unit_id and person.unit_id == unit_id]

    @staticmethod
    def _is_meant(person, who, case) -> bool:
        units = units_of(who, case)
        return bool(roles_of(person) & roles_for(who, case)) and (units is None or person.unit_id in units)


class Reminders:
    """Writes to whoever's step is next. A clock is told once for each colour, however often the night runs."""

    def __init__(self, region: Region, now: datetime):
        self.region, self.now, self.staff = region, now, Staff(region)
        self.written = 0

    def tell(self, pressing: list[tuple[int, ClockStanding]]) -> None:
        """One portion of the night's clocks: three queries and one insert."""
        pressing = [(case_id, face) for case_id, face in pressing if face.colour in TOLD]
        cases = Case.objects.defer("search", "description").in_bulk({case_id for case_id, _face in pressing})
        said = self._said(cases)
        new = [(cases[case_id], face) for case_id, face in pressing if not _is_said(said, case_id, face)]
        with translation.override(settings.LANGUAGE_CODE):
            self._write(
                self._notice(case, person, _kind(face), _sentence(case, face))
                for case, face in new
                for person in self.staff.meant(NEXT.get(Status(case.status), ()), case)
            )

    def urge_again(self) -> None:
        """Urgings that ran over their date without a reply: told to the unit and to who urged, once each."""
        late = Urging.objects.filter(region=self.region, replied_at__isnull=True, due_at__lt=self.now)
        late = list(late.select_related("case", "by").defer("case__search"))
        told = Notice.objects.filter(case__in={urging.case_id for urging in late}, kind__startswith="urging:")
        said = set(told.values_list("kind", flat=True))
        with translation.override(settings.LANGUAGE_CODE):
            for urging in late:
                if (kind := f"urging:{urging.pk}") not in said:
                    self._write(self._of_urging(urging, kind))

    def _of_urging(self, urging: Urging, kind: str):
        people = {person.pk: person for person in self.staff.of_unit(urging.unit_id)}
        people[urging.by_id] = urging.by
        text = _("{case_no}: the urging of {day} has no reply and is overdue.").format(
            case_no=urging.case.case_no, day=timezone.localdate(urging.at)
        )
        return [self._notice(urging.case, person, kind, text) for person in people.values()]

    @staticmethod
    def _said(cases) -> dict[tuple[int, str], datetime]:
        """When each clock and colour of these cases was told last."""
        told = Notice.objects.filter(case__in=cases, kind__startswith="clock:").order_by("at")
        return {(case_id, kind): at for case_id, kind, at in told.values_list("case_id", "kind", "at")}

    def _notice(self, case: Case, person: User, kind: str, text: str) -> Notice:
        return Notice(region_id=case.region_id, case=case, to=person, kind=kind, text=text, at=self.now)

    def _write(self, notices) -> None:
        self.written += len(Notice.objects.bulk_create(notices, batch_size=AT_ONCE))


def _is_said(said: dict[tuple[int, str], datetime], case_id: int, face: ClockStanding) -> bool:
    """Whether this run of the clock was told in this colour; an earlier run of the same code is another matter."""
    at = said.get((case_id, _kind(face)))
    return at is not None and at >= face.started_at


def _kind(face: ClockStanding) -> str:
    return f"clock:{face.code}:{face.colour}"


def _sentence(case: Case, face: ClockStanding) -> str:
    return _("{case_no} {clock}: {left}").format(case_no=case.case_no, clock=face.name, left=face.left_words)
