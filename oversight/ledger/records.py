"""Cases with all that their ledger lines tell, read in a fixed number of queries however many there are."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import Prefetch
from django.utils import timezone

from boundaries.lands import Lands
from cases.models import Case, CaseEvent, Document, Inspection
from cases.verbs import Verb
from cases.workflow import Status

CHUNK = 500  # cases held in memory at a time
TOLD = (
    Verb.REGISTER, Verb.FILE_CASE, Verb.RECHECK_PASSED, Verb.RECHECK_FAILED, Verb.ESCALATE, Verb.CITY_STOPPED,
    Verb.CITY_RETURNED, Verb.CLOSE, Verb.ARCHIVE,
)  # fmt: skip
CLOSED = (Status.CLOSED, Status.FOLLOW_UP, Status.ARCHIVED)
ONE_TO_ONE = ("handling_unit", "lead_unit", "dossier")


def read(cases) -> Iterator["Record"]:
    """The records of a queryset of cases, a chunk in memory at a time, the rows by a cursor of the database."""
    lands = Lands()
    yield from (Record(case, lands) for case in full(cases).iterator(chunk_size=CHUNK))


def chunks(things: Iterable) -> Iterator[list]:
    """At most CHUNK of them at a time."""
    things = iter(things)
    while some := list(islice(things, CHUNK)):
        yield some


def records(cases: Iterable[Case]) -> list["Record"]:
    """Of cases that `full` prepared and somebody paged."""
    lands = Lands()
    return [Record(case, lands) for case in cases]


def full(cases):
    events = CaseEvent.objects.filter(verb__in=TOLD).order_by("at", "id")
    held = Inspection.objects.filter(kind=Inspection.Kind.JOINT, held_at__isnull=False).order_by("held_at", "id")
    documents = Document.objects.only("case", "region", "kind", "doc_no", "issued_at", "voided_at")
    return (
        cases.select_related(*ONE_TO_ONE)
        .defer("search", "description")
        .prefetch_related(
            Prefetch("events", events, to_attr="told"),
            Prefetch("inspections", held.prefetch_related("units__unit"), to_attr="joint_held"),
            Prefetch("documents", documents, to_attr="papers"),
            "found_violations__handling_unit",
            "parties",
            "orders",
        )
    )


class Record:
    """One case as its line asks it: nothing here reads the database, but for the names of new editions."""

    def __init__(self, case: Case, lands: Lands):
        self.case, self.lands = case, lands
        self.dossier = getattr(case, "dossier", None)

    def first(self, verb) -> CaseEvent | None:
        return next((event for event in self.case.told if event.verb == verb), None)

    def last(self, *verbs) -> CaseEvent | None:
        return next((event for event in reversed(self.case.told) if event.verb in verbs), None)

    def day_of_first(self, verb):
        event = self.first(verb)
        return event and timezone.localdate(event.at)

    def told_of(self, name):
        """A field of the file; None where there is no file, or nothing in it."""
        return getattr(self.dossier, name) if self.dossier else None

    @property
    def is_decided(self) -> bool:
        return bool(self.told_of("decided_at"))

    @property
    def is_closed(self) -> bool:
        return self.case.status in CLOSED

    @property
    def area(self) -> str:
        found = self.lands.area(self.case.edition_id, self.case.area_code)
        return found["name"] if found else self.case.outside_name

    @property
    def group(self) -> str:
        found = self.lands.group(self.case.edition_id, self.case.group_code)
        return found["name"] if found else ""
