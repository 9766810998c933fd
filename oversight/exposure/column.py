"""What everybody reads: approved words, and of the case what a public notice of a decision names: who decided, its
number and day. Nothing else of the entry or its case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from boundaries.models import Region
from cases.documents.context import authority_name
from cases.models import Document, DocumentKind
from oversight.exposure import secrecy
from oversight.models.exposure import ExposureAct, ExposureEntry, ExposureVerb

MOST_IN_FEED = 50


@dataclass(frozen=True)
class Shown:
    """One entry as it may be read; the last day is shown still."""

    key: UUID
    title: str
    party: str
    place: str
    text: str
    published: date
    until: date
    bureau: str
    decision: str
    decided: date | None

    def get_absolute_url(self):
        return reverse("exposure-entry", args=(self.key,))


def entries(day: date, region: str = ""):
    """Those of that day, the newest first; of one region by its code, of all without."""
    found = ExposureEntry.objects.published(day)
    return found.filter(region=region) if region else found


def published(day: date, region: str = "") -> list[Shown]:
    """The newest ones, as many as the feed holds."""
    return told(entries(day, region)[:MOST_IN_FEED])


def regions(day: date):
    """Those of which something is to be read on that day."""
    return Region.objects.filter(code__in=ExposureEntry.objects.published(day).values("region")).order_by("code")


def one(key: UUID, day: date) -> Shown | None:
    return next(iter(told(ExposureEntry.objects.published(day).filter(key=key))), None)


def told(found) -> list[Shown]:
    """Entries as they may be read, a page of them at once."""
    approvals = ExposureAct.objects.filter(verb=ExposureVerb.APPROVE)
    rows = found.select_related("approved", "case__region", "case__edition").defer(
        "case__search", "case__edition__outline"
    )
    rows = list(rows.prefetch_related(Prefetch("acts", approvals, to_attr="approvals")))
    made = decisions(row.case_id for row in rows)
    names: dict = {}
    return [_shown(row, _bureau(row.case, names), rests_on(row, made.get(row.case_id, ()))) for row in rows]


def _bureau(case, names: dict) -> str:
    key = (case.region_id, case.edition_id)
    if key not in names:
        names[key] = authority_name(case)
    return names[key]


def decisions(cases: Iterable) -> dict[int, list[Document]]:
    """Key of each case → its penalty decisions, the first before the others."""
    made = Document.objects.filter(case__in=list(cases), kind=DocumentKind.PENALTY_DECISION)
    found: dict[int, list[Document]] = {}
    for document in made.only("case_id", "region_id", "doc_no", "issued_at", "voided_at").order_by("issued_at", "pk"):
        found.setdefault(document.case_id, []).append(document)
    return found


def rests_on(entry: ExposureEntry, made: Iterable[Document]) -> Document | None:
    """The decision that the approved words are about: the last one there was, not void, when they were approved. What
    is decided anew is named once somebody has approved that."""
    approved = [act.at for act in entry.approvals if act.version_id == entry.approved_id]
    at = approved[-1] if approved else entry.approved.made_at
    stood = [one for one in made if one.issued_at <= at and not (one.voided_at and one.voided_at <= at)]
    return stood[-1] if stood else None


def _shown(entry: ExposureEntry, bureau: str, decision: Document | None) -> Shown:
    words = entry.approved
    return Shown(
        entry.key, words.title, secrecy.shown_name(words.party, words.is_natural), words.place, words.text,
        entry.publish_from, entry.publish_until, bureau, decision.doc_no if decision else "",
        decision and timezone.localdate(decision.issued_at),
    )  # fmt: skip
