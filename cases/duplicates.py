"""Which cases may be the same matter: near, recent, told in the same words, with the same party. A person decides.

[ours] The limits and weights below are an editable default, not a rule of the notice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case, Party
from cases.workflow import OPEN, Status
from gis_core.db.functions import Metres

REACH_M = 100  # reports of one building site lie this close together
ENDED_WITHIN = timedelta(days=730)  # 24 months, as the count of repeated violations has them
MOST_READ = 200  # the nearest of a crowded place
MOST = 10
SAME_WORDS = 0.3  # share of pairs of characters from which texts are called alike
WEIGHTS = {"near": 0.4, "recent": 0.15, "words": 0.25, "party": 0.2}
NOT_OFFERED = (Status.MERGED, Status.VOID)


@dataclass(frozen=True)
class Candidate:
    """A case that may be the same; `days` lie between the reports, `score` runs from 0 to 1."""

    case: Case
    distance_m: float
    days: int
    score: float
    reasons: list[str]


def likely(cases, point: Point, *, at: datetime, text="", parties: Iterable[str] = ()) -> list[Candidate]:
    """The likeliest of the queryset `cases` (those the person may see), the likeliest first.

    `at` is the time of the report, `text` its address and description, `parties` names or credit codes.
    """
    found = list(_near(cases, point, at))
    same_party = _with_party(found, set(filter(None, parties)))
    words = _pairs(text)
    candidates = [_compared(case, at, words, case.pk in same_party) for case in found]
    return sorted(candidates, key=lambda one: (-one.score, one.distance_m, one.case.pk))[:MOST]


def of_case(cases, case: Case) -> list[Candidate]:
    """The likeliest doubles of a case that is there already; itself and what it was merged with are none."""
    others = cases.exclude(pk=case.pk).exclude(pk=case.merged_into_id)
    parties = [word for party in case.parties.all() for word in (party.name, party.uscc)]
    return likely(others, case.geom, at=case.reported_at, text=told(case.address, case.description), parties=parties)


def told(*texts: str | None) -> str:
    """Several fields as one text, in which no pair of characters reaches over from one into the next."""
    return "\n".join(filter(None, texts))


def _near(cases, point: Point, at: datetime):
    lasting = Q(status__in=OPEN) | Q(ended_at__gte=at - ENDED_WITHIN)
    return (
        cases.filter(lasting, merged_into=None)
        .exclude(status__in=NOT_OFFERED)
        .around(point, REACH_M)
        .annotate(distance_m=Metres(F("geom"), point))
        .defer("search")
        .order_by("distance_m", "id")[:MOST_READ]
    )


def _with_party(cases: list[Case], names: set[str]) -> set[int]:
    if not (cases and names):
        return set()
    region = cases[0].region_id
    same = Party.objects.filter(Q(name__in=names) | Q(uscc__in=names), region=region, case__in=cases)
    return set(same.values_list("case", flat=True))


def _compared(case: Case, at: datetime, words: set[str], same_party: bool) -> Candidate:
    days = abs(case.reported_at - at).days
    alike = _share(words, _pairs(told(case.address, case.description)))
    parts = {
        "near": 1 - case.distance_m / REACH_M,
        "recent": max(0, 1 - days / ENDED_WITHIN.days),
        "words": alike,
        "party": float(same_party),
    }
    score = sum(WEIGHTS[name] * part for name, part in parts.items())
    return Candidate(
        case, round(case.distance_m, 1), days, score, list(_reasons(case.distance_m, days, alike, same_party))
    )


def _reasons(distance_m: float, days: int, alike: float, same_party: bool):
    yield _("%(metres)s m away") % {"metres": round(distance_m)}
    yield ngettext("reported %(days)s day apart", "reported %(days)s days apart", days) % {"days": days}
    if alike >= SAME_WORDS:
        yield _("told in similar words")
    if same_party:
        yield _("the same party")


def _pairs(text: str) -> set[str]:
    """Neighbouring characters, lower case, in the lines of a text; blanks and signs fall away."""
    lines = ("".join(filter(str.isalnum, line.lower())) for line in text.splitlines())
    return {line[at : at + 2] for line in lines for at in range(len(line) - 1)}


def _share(first: set[str], second: set[str]) -> float:
    """Dice's coefficient: 1 where all pairs are the same, 0 where none is or a text is empty."""
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0
