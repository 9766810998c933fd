"""Reference data of the land: areas, groups, units, grid cells of the edition in force."""

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import generics, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from boundaries import liaisons
from boundaries.models import Area, CooperationGroup, Edition, GridCell, Unit
from gis_core.incoming import ExactQuery


class UnitSerializer(serializers.ModelSerializer):
    class Meta:
        model = Unit
        fields = ("code", "name", "kind", "platform")


class UnitWithLiaisonSerializer(UnitSerializer):
    liaison = serializers.CharField(read_only=True, allow_null=True, help_text="the dedicated person of today")

    class Meta(UnitSerializer.Meta):
        fields = (*UnitSerializer.Meta.fields, "liaison")


class AreaSerializer(GeoFeatureModelSerializer):
    group = serializers.CharField(source="group.code", read_only=True)
    edition = serializers.CharField(source="edition.name", read_only=True)
    schematic = serializers.BooleanField(source="edition.schematic", read_only=True)

    class Meta:
        model = Area
        geo_field = "geom"
        fields = ("code", "name", "kind", "aliases", "group", "area_m2", "edition", "schematic")


class GroupSerializer(serializers.ModelSerializer):
    lead_units = serializers.SerializerMethodField()
    members = UnitSerializer(many=True)
    areas = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    edition = serializers.CharField(source="edition.name", read_only=True)

    class Meta:
        model = CooperationGroup
        fields = (
            "code",
            "name",
            "order",
            "convener",
            "lead_units",
            "members",
            "embedded_grid_staff",
            "areas",
            "edition",
        )

    @extend_schema_field(UnitSerializer(many=True))
    def get_lead_units(self, group):
        return UnitSerializer([lead.unit for lead in group.lead_units.all()], many=True).data


class GridCellSerializer(GeoFeatureModelSerializer):
    staffed = serializers.BooleanField(read_only=True)
    parent = serializers.CharField(source="parent.code", read_only=True, default=None, allow_null=True)

    class Meta:
        model = GridCell
        geo_field = "geom"
        fields = (
            "code",
            "name",
            "level",
            "parent",
            "area_code",
            "schematic",
            "valid_from",
            "valid_to",
            "staffed",
        )


class LandView(ExactQuery, generics.ListAPIView):
    """A list of the person's region; everybody who signs in may see the land."""

    permission_classes = (IsAuthenticated,)

    @property
    def edition(self):
        return Edition.objects.defer("outline").current(self.request.user.region_id)


class AreaList(LandView):
    serializer_class = AreaSerializer
    queryset = Area.objects.all()

    def get_queryset(self):
        areas = Area.objects.filter(edition=self.edition).select_related("group", "edition")
        return areas.defer("group__territory", "edition__outline")


class GroupList(LandView):
    serializer_class = GroupSerializer
    queryset = CooperationGroup.objects.all()
    pagination_class = None

    def get_queryset(self):
        groups = CooperationGroup.objects.filter(edition=self.edition).select_related("edition")
        areas = Prefetch("areas", queryset=Area.objects.only("code", "group"))
        return groups.defer("territory", "edition__outline").prefetch_related("lead_units__unit", "members", areas)


class UnitList(LandView):
    serializer_class = UnitWithLiaisonSerializer
    queryset = Unit.objects.all()
    pagination_class = None

    def get_queryset(self):
        units = Unit.objects.filter(region=self.request.user.region_id)
        return liaisons.with_liaison(units, timezone.localdate())


class GridList(LandView):
    serializer_class = GridCellSerializer
    queryset = GridCell.objects.all()

    def get_queryset(self):
        day = timezone.localdate()
        cells = GridCell.objects.filter(region=self.request.user.region_id).valid_on(day)
        return cells.with_staffed(day).select_related("parent").defer("parent__geom")
