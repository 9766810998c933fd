"""The views a person has: built-in ones, those shared with their role, and their own; each with its live count."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import summary, versions
from cases.filters import NO_GROUP, CaseListFilter
from cases.models import Case, SavedView
from cases.permissions import Capability, may, roles_of, scope_of
from gis_core.kept import Kept

# Name, query, and who needs it: what the office has to see every day. `{unit}` is the person's own unit.
BUILT_IN = (
    (_("to be handed over"), "status=approved", Capability.HAND_OVER),
    (_("overdue"), "overdue=yes", Capability.TAKE_STEPS),
    (_("soon overdue"), "overdue=soon", Capability.TAKE_STEPS),
    (_("nobody's"), f"group={NO_GROUP}", Capability.OVERRIDE),
    (_("assignment to be checked"), "confidence=low", Capability.OVERRIDE),
    (_("my unit's"), "unit={unit}", Capability.TAKE_STEPS),
)
_counts = Kept(4096)  # numbers alone


@dataclass(frozen=True)
class Shown:
    """A view as the page lists it; `pk` is empty for a built-in one, `count` where its query makes no sense now."""

    name: str
    query: str
    count: int | None
    pk: int | None = None
    is_mine: bool = False
    is_default: bool = False
    role: str = ""


def query_of(text: str) -> str:
    """A query string with the list's own filters alone in one order; unknown words fall away."""
    asked = dict(parse_qsl(text.lstrip("?"), keep_blank_values=True))
    known = {key: value for key, value in asked.items() if key in CaseListFilter.base_filters}
    # an empty status means every state, while none at all means the open ones
    return urlencode(sorted((key, value) for key, value in known.items() if value or key == "status"))


def faults_of(query: str) -> list[str]:
    """Sentences that say why the list cannot be asked so; none where it can."""
    found = _asked(query)
    if found.is_valid():
        return []
    return [f"{found.form.fields[name].label}: {sentence}" for name, all_ in found.errors.items() for sentence in all_]


def of(user):
    """Those shared with the person's roles, then their own, each in its order."""
    theirs = SavedView.objects.filter(Q(owner=user) | Q(role__in=roles_of(user)), region=user.region_id)
    return theirs.order_by("owner", "place", "id") if user.region_id else theirs.none()


def default_of(user) -> str:
    """The query that the map opens with: the person's own default, else their role's; empty where there is none."""
    found = of(user).filter(is_default=True).order_by("owner").values_list("query", flat=True).first()
    return found or ""


def shown(user) -> list[Shown]:
    version = versions.of(user)
    built_in = [
        Shown(str(name), text, _count(user, text, version))
        for name, query, needs in BUILT_IN
        if may(user, needs) and (text := _for_unit(query, user))
    ]
    return built_in + [
        Shown(
            view.name, view.query, _count(user, view.query, version), view.pk, view.owner_id == user.pk,
            view.is_default, view.role,
        )
        for view in of(user)
    ]  # fmt: skip


def _for_unit(query: str, user) -> str:
    if "{unit}" not in query:
        return query
    return query.format(unit=user.unit.code) if user.unit else ""


def _asked(query: str) -> CaseListFilter:
    return CaseListFilter({"status": "open", **dict(parse_qsl(query, keep_blank_values=True))}, Case.objects.none())


def _count(user, query: str, version) -> int | None:
    """How many cases the view holds now; what is due soon changes with the clock as well."""
    minute = timezone.now().replace(second=0, microsecond=0) if "overdue=soon" in query else None
    return _counts.get((scope_of(user), query, version, minute), lambda: _counted(user, query))


def _counted(user, query: str) -> int | None:
    found = _asked(query)
    return summary.total(user, {**found.form.cleaned_data, "bbox": None}) if found.is_valid() else None
