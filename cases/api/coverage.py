"""Where nobody looks, for programs: the figures and the rows by risk, and one cell in full."""

from dataclasses import asdict

from django.core.paginator import EmptyPage, Paginator
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from boundaries.models import Edition
from cases import coverage
from cases.api.asked import NO_EDITION, REFUSED, checked_query, region_of
from cases.assignment import NoEditionInForce
from cases.coverage.card import Card
from cases.coverage.cells import Kind
from cases.coverage.table import Grade, Row, Wanted, area_names, chosen, find, rows
from cases.permissions import Capability, may, requires_api
from gis_core.incoming import ExactSerializer

NO_CELL = {404: OpenApiResponse(description="There is no such cell or gap that the person may see.")}
PAGE, MOST = 100, 1000


class DaySerializer(ExactSerializer):
    at = serializers.DateField(required=False, help_text="As it was at the end of that day; today when left out.")


class WantedSerializer(DaySerializer):
    status = serializers.ChoiceField(
        Kind.choices, required=False, help_text="Rows of which this holds, as their status or beside a worse one."
    )
    area = serializers.CharField(max_length=12, default="")
    q = serializers.CharField(max_length=60, default="", help_text="In code, name, area or the people in charge.")
    silent = serializers.BooleanField(default=False)
    due = serializers.BooleanField(default=False, help_text="In order, and soon to be patrolled.")
    page = serializers.IntegerField(min_value=1, max_value=100_000, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=MOST, default=PAGE)


class FiguresSerializer(serializers.Serializer):
    """Square metres on the ellipsoid; rates between 0 and 1, null where there is nothing to divide by."""

    cells = serializers.IntegerField()
    whole_m2 = serializers.FloatField()
    gaps = serializers.IntegerField()
    gap_m2 = serializers.FloatField()
    gap_rate = serializers.FloatField(allow_null=True)
    slivers = serializers.IntegerField(help_text="Left out of the gaps: under 500 m² or thinner than a path.")
    slivers_m2 = serializers.FloatField()
    unanswered_m2 = serializers.FloatField(help_text="Of the region, in no group's area.")
    overlaps = serializers.IntegerField()
    overlap_m2 = serializers.FloatField()
    unstaffed = serializers.IntegerField()
    without_embedded = serializers.IntegerField()
    hot_unpatrolled = serializers.IntegerField()
    stale = serializers.IntegerField()
    never = serializers.IntegerField()
    thin = serializers.IntegerField()
    silent = serializers.IntegerField()
    set_up_rate = serializers.FloatField(allow_null=True)
    staffed_rate = serializers.FloatField(allow_null=True)
    patrol_rate = serializers.FloatField(allow_null=True)
    patrol_area_rate = serializers.FloatField(allow_null=True)
    miss_rate = serializers.FloatField(allow_null=True)


class RowSerializer(serializers.Serializer):
    """A cell or, under a code with a tilde, a piece of ground in no cell; of the latter the cell's words are null."""

    code = serializers.CharField()
    is_gap = serializers.BooleanField()
    name = serializers.CharField()
    area_code = serializers.CharField()
    area = serializers.CharField()
    status = serializers.ChoiceField(Kind.choices)
    reasons = serializers.ListField(child=serializers.CharField(), help_text="The status's own first.")
    grade = serializers.ChoiceField(Grade.choices)
    risk = serializers.FloatField(help_text="(1 + open cases) × days without a patrol, at most 365.")
    open_cases = serializers.IntegerField()
    area_m2 = serializers.FloatField()
    box = serializers.ListField(child=serializers.FloatField(), help_text="West, south, east, north, in degrees.")
    holders = serializers.ListField(child=serializers.CharField())
    due_soon = serializers.BooleanField(allow_null=True)
    silent = serializers.BooleanField(allow_null=True)
    hot = serializers.BooleanField(allow_null=True)
    heat = serializers.FloatField(allow_null=True)
    last_visit_at = serializers.DateTimeField(allow_null=True)
    days = serializers.FloatField(allow_null=True, help_text="Since the last patrol that counts; null: never.")
    patrol_days = serializers.IntegerField(allow_null=True)
    seen_share = serializers.FloatField(allow_null=True, help_text="Along tracks in the round; null without a track.")


class CoverageSerializer(serializers.Serializer):
    day = serializers.DateField()
    moment = serializers.DateTimeField(help_text="What the answer is of, to the minute.")
    level = serializers.IntegerField(help_text="The tier that is watched.")
    figures = FiguresSerializer()
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    rows = RowSerializer(many=True)


class PostSerializer(serializers.Serializer):
    holder = serializers.CharField()
    role = serializers.CharField()
    is_deputy = serializers.BooleanField()
    is_away = serializers.BooleanField()


class VisitSerializer(serializers.Serializer):
    patrol = serializers.IntegerField()
    ended_at = serializers.DateTimeField()
    evidence = serializers.CharField()
    officer = serializers.CharField(allow_null=True, help_text="For whoever looks at everybody's patrols.")


class StripSerializer(serializers.Serializer):
    day = serializers.DateField()
    patrols = serializers.IntegerField()
    reports = serializers.IntegerField()


class CellCardSerializer(RowSerializer):
    posts = PostSerializer(many=True)
    last_visit = VisitSerializer(allow_null=True)
    strip = StripSerializer(many=True, help_text="The last thirty days; empty for ground in no cell.")


class CoverageView(APIView):
    """The figures of a day and the rows of its table, the greatest risk first; each within the person's areas."""

    permission_classes = (requires_api(Capability.SEE_COVERAGE),)

    @extend_schema(parameters=[WantedSerializer], responses={200: CoverageSerializer, **NO_EDITION, **REFUSED})
    def get(self, request):
        asked = checked_query(WantedSerializer, request)
        found, names = _seen(request.user, asked.get("at"))
        wanted = Wanted(asked.get("status", ""), asked["area"], asked["q"], asked["silent"], asked["due"])
        ones = chosen(found, wanted, names)
        paginator = Paginator(ones, asked["page_size"])
        try:
            page = paginator.page(asked["page"])
        except EmptyPage as error:
            raise NotFound(_("There is no page {number}.").format(number=asked["page"])) from error
        told = {
            "day": found.day, "moment": found.moment, "level": found.level, "figures": asdict(found.figures),
            "count": len(ones), "page": page.number, "pages": paginator.num_pages,
            "rows": [_told(row) for row in rows(page.object_list, names)],
        }  # fmt: skip
        return Response(CoverageSerializer(told).data)


class CoverageCellView(APIView):
    """A cell, or a gap by its number on that day: people, the last patrol, thirty days."""

    permission_classes = (requires_api(Capability.SEE_COVERAGE),)

    @extend_schema(parameters=[DaySerializer], responses={200: CellCardSerializer, **NO_CELL, **NO_EDITION, **REFUSED})
    def get(self, request, code):
        asked = checked_query(DaySerializer, request)
        found, names = _seen(request.user, asked.get("at"))
        one = find(found, code)
        if one is None:
            raise NotFound(_("There is no cell of this code that you may see."))
        card = Card(found, rows([one], names)[0])
        return Response(CellCardSerializer(_in_full(card, may(request.user, Capability.JUDGE_PATROL))).data)


def _seen(user, day):
    """The person's coverage and the names of its areas; a day to come is refused by its field."""
    region_of(user)
    try:
        found = coverage.seen_by(user, day)
    except ValueError as error:
        raise serializers.ValidationError({"at": [str(error)]}) from error
    if found is None:
        raise NoEditionInForce(_("No map of responsibility is in force on that day; load a pack first."))
    return found, area_names(Edition.objects.current(found.region, found.day), found)


def _told(row: Row) -> dict:
    one = row.one
    of = (lambda name: None) if row.is_gap else (lambda name: getattr(one, name))
    return {
        "code": one.code, "is_gap": row.is_gap, "name": row.name, "area_code": one.area_code, "area": row.area,
        "status": one.status.value, "reasons": coverage.reasons(one), "grade": row.grade.value, "risk": one.risk,
        "open_cases": one.open_cases, "area_m2": one.area_m2, "box": list(row.box or ()),
        "holders": [] if row.is_gap else list(one.holders), "seen_share": of("share"),
        **{name: of(name) for name in
           ("due_soon", "silent", "hot", "heat", "last_visit_at", "days", "patrol_days")},
    }  # fmt: skip


def _in_full(card: Card, may_judge: bool) -> dict:
    told = {**_told(card.row), "posts": [], "last_visit": None, "strip": []}
    if card.row.is_gap:
        return told
    told["posts"] = [
        {"holder": post.holder, "role": post.role, "is_deputy": bool(post.deputy_of_id), "is_away": post.is_away}
        for post in card.posts
    ]
    told["strip"] = [{"day": day.day, "patrols": day.patrols, "reports": day.reports} for day in card.strip]
    if visit := card.last_visit:
        officer = visit.patrol.officer_name if may_judge else None
        told["last_visit"] = {
            "patrol": visit.patrol_id, "ended_at": visit.ended_at, "evidence": visit.evidence, "officer": officer
        }  # fmt: skip
    return told
