"""Patrol plans for the phone and for scripts: one's own and those one plans, as GeoJSON, made and sent."""

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from boundaries.models import PatrolPlan, PlanRoute
from cases import patrol_plans, plan_shapes
from cases.api.asked import REFUSED, checked, region_of
from cases.permissions import Capability, plans_of, requires_api, visible_plans
from cases.plan_forms import PlanForm, usual
from gis_core.api import Conflict
from gis_core.incoming import ExactQuery, ExactSerializer, FiniteFloat

NO_PLAN = {404: OpenApiResponse(description="There is no such plan that the person may see.")}
NOT_NOW = {409: OpenApiResponse(description="What stands in the way, in a sentence.")}


class PlanPages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


class PlanSerializer(serializers.ModelSerializer):
    """A plan in a list; `mine`: the person has a route on it and it is sent."""

    people = serializers.IntegerField(read_only=True)
    stops = serializers.IntegerField(source="size", read_only=True)
    mine = serializers.BooleanField(read_only=True)
    last_day = serializers.DateField(read_only=True, help_text="on which the shift ends")

    class Meta:
        model = PatrolPlan
        fields = (
            "id", "name", "day", "last_day", "starts", "ends", "status", "version", "people", "stops", "mine",
            "made_at", "sent_at",
        )  # fmt: skip


class NewPlanSerializer(ExactSerializer):
    """`cells` are codes of cells and of ground in none; `people` keys as the page has them, `user:12`; `others` names
    of people without an account; `start` a pair of coordinates in WGS 84, empty for none."""

    cells = serializers.ListField(child=serializers.CharField(max_length=40), min_length=1, max_length=200)
    people = serializers.ListField(child=serializers.CharField(max_length=80), max_length=50, required=False)
    others = serializers.ListField(child=serializers.CharField(max_length=60), max_length=12, required=False)
    day = serializers.DateField()
    starts = serializers.TimeField(required=False)
    ends = serializers.TimeField(required=False)
    minutes_a_stop = serializers.IntegerField(required=False, min_value=1, max_value=240)
    speed_kmh = FiniteFloat(required=False, min_value=1, max_value=80)
    start = serializers.CharField(required=False, allow_blank=True, max_length=60)
    name = serializers.CharField(required=False, allow_blank=True, max_length=60)


class VersionSerializer(ExactSerializer):
    """`version`: the plan as the caller read it; left out, nothing is compared."""

    version = serializers.IntegerField(required=False, min_value=1, max_value=10**9)


def _readable(user):
    """Plans that the person plans, and sent ones with a route of theirs."""
    return PatrolPlan.objects.filter(Q(pk__in=visible_plans(user).values("pk")) | Q(pk__in=plans_of(user).values("pk")))


def _listed(user):
    theirs = Exists(PlanRoute.objects.filter(plan=OuterRef("pk"), user=user)) & Q(status=PatrolPlan.Status.SENT)
    counted = _readable(user).annotate(
        people=Count("routes", distinct=True),
        size=Count("stops", distinct=True),
        mine=ExpressionWrapper(theirs, output_field=BooleanField()),
    )
    return counted.order_by("-day", "-pk")


def _shown(user, pk: int) -> dict:
    return PlanSerializer(_listed(user).get(pk=pk)).data


def _no_plan() -> NotFound:
    return NotFound(_("There is no such plan that you may see."))


class PlansView(ExactQuery, generics.GenericAPIView):
    """GET lists plans, the newest day first: those that one plans and the sent ones with a route of one's own.
    POST draws up routes and keeps them as a draft."""

    serializer_class = PlanSerializer
    pagination_class = PlanPages
    queryset = PatrolPlan.objects.none()

    def get_permissions(self):
        return [requires_api(Capability.PLAN_PATROL if self.request.method == "POST" else Capability.SEE_LAND)()]

    @extend_schema(responses={200: PlanSerializer(many=True), **REFUSED})
    def get(self, request):
        rows = self.paginate_queryset(_listed(request.user))
        return self.get_paginated_response(PlanSerializer(rows, many=True).data)

    @extend_schema(request=NewPlanSerializer, parameters=[], responses={201: PlanSerializer, **NOT_NOW, **REFUSED})
    def post(self, request):
        region_of(request.user)
        given = checked(NewPlanSerializer, request.data)
        found = patrol_plans.covered(request.user)
        if found is None:
            raise Conflict(_("Your region has no map of responsibility in force."))
        cells, people = given.pop("cells"), given.pop("people", [])
        told = {**usual(), **given, "others": "、".join(given.get("others", []))}
        form = PlanForm(told, user=request.user, found=found, cells=cells, people=people)
        if not form.is_valid():
            raise ValidationError(
                {api_settings.NON_FIELD_ERRORS_KEY if name == "__all__" else name: list(sentences)
                 for name, sentences in form.errors.items()}
            )  # fmt: skip
        return Response(_shown(request.user, form.save().pk), status=status.HTTP_201_CREATED)


class PlanView(APIView):
    """A plan as GeoJSON: its ground, its routes and its stops, with what is done of it."""

    permission_classes = (requires_api(Capability.SEE_LAND),)

    @extend_schema(responses={200: plan_shapes.PlanShapeSerializer, **NO_PLAN, **REFUSED})
    def get(self, request, pk):
        plan = _readable(request.user).for_page().filter(pk=pk).first()
        if plan is None:
            raise _no_plan()
        only = None if visible_plans(request.user).filter(pk=pk).exists() else request.user
        return Response(plan_shapes.shape_of(plan, only), headers={"ETag": f'"{plan.version}"'})


class SendPlanView(APIView):
    """Send a draft or a withdrawn plan to its people; 409 where that cannot be done now."""

    permission_classes = (requires_api(Capability.PLAN_PATROL),)

    @extend_schema(request=VersionSerializer, responses={200: PlanSerializer, **NO_PLAN, **NOT_NOW, **REFUSED})
    def post(self, request, pk):
        plan = visible_plans(request.user).filter(pk=pk).first()
        if plan is None:
            raise _no_plan()
        given = checked(VersionSerializer, request.data)
        patrol_plans.send(plan, by=request.user, version=given.get("version"))
        return Response(_shown(request.user, pk))
