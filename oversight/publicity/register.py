"""What lies in the register, each within the cases that a person sees."""

from django.db.models import Count, Max, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce

from cases.models import Case, Evidence
from cases.models.evidence import Medium
from cases.permissions import Capability, may, visible_cases
from oversight.models.publicity import PressItem, PublicityOpening


def press(user):
    """Press work, struck out or not, with `opened` (times) and `last_opened`."""
    if not (may(user, Capability.SEE_PUBLICITY) and user.region_id):
        return PressItem.objects.none()
    here = PressItem.objects.filter(region=user.region_id, case__in=visible_cases(user))
    named = here.select_related("case", "evidence", "made_by", "struck_by").defer("case__search")
    return _with_openings(named, "press")


def resisted(user):
    """Cases with violent resistance, the newest first, with `videos`; without a video or an archive number too."""
    if not may(user, Capability.SEE_PUBLICITY):
        return Case.objects.none()
    cases = visible_cases(user).filter(dossier__violent_resistance=True).select_related("dossier").defer("search")
    found = Prefetch("evidence", queryset=videos(user), to_attr="videos")
    return cases.prefetch_related(found).order_by("-reported_at", "-id")


def videos(user):
    """Videos in the files of cases with violent resistance, with `opened` and `last_opened`."""
    if not may(user, Capability.SEE_PUBLICITY):
        return Evidence.objects.none()
    here = Evidence.objects.filter(
        case__in=visible_cases(user).filter(dossier__violent_resistance=True), medium=Medium.VIDEO
    )
    return _with_openings(here.for_list(), "video").order_by("id")


def openings_of(what):
    """The lines of press work or of a video, the newest first."""
    field = "press" if isinstance(what, PressItem) else "video"
    return PublicityOpening.objects.filter(region=what.region_id, **{field: what}).select_related("by")


def _with_openings(rows, field: str):
    mine = PublicityOpening.objects.filter(**{field: OuterRef("pk")}).order_by().values(field)
    return rows.annotate(
        opened=Coalesce(Subquery(mine.annotate(times=Count("pk")).values("times")), 0),
        last_opened=Subquery(mine.annotate(last=Max("at")).values("last")),
    )
