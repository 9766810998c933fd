"""What is said to a grid draft with each verb, and the shapes of its answers."""

import json

import numpy as np
import shapely
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from boundaries import draft_edit, polygons
from boundaries.grid_drafts import SNAP_M
from boundaries.models import DraftCell, GridCell, GridDraft
from cases.api.selection import PolygonField
from gis_core import crs
from gis_core.incoming import ExactSerializer, FiniteFloat

MOST_CORNERS = 2000
MOST_CELLS = 2000
MOST_SNAP_M = 200


@extend_schema_field(
    {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2, "description": "lon, lat; WGS 84"}
)
class PlaceField(serializers.Field):
    """[lon, lat] in degrees, WGS 84 → a pair of numbers that can be a place in China."""

    def to_internal_value(self, data):
        if not isinstance(data, list) or len(data) != 2 or any(type(one) not in (int, float) for one in data):
            raise serializers.ValidationError(_("A corner is [longitude, latitude] in degrees, WGS 84."))
        try:
            crs.check_lon_lat(*map(float, data))
        except (crs.BadCoordinate, OverflowError) as error:
            raise serializers.ValidationError(str(error)) from error
        return tuple(map(float, data))


class SnapSerializer(ExactSerializer):
    snap_m = FiniteFloat(
        min_value=0, max_value=MOST_SNAP_M, default=SNAP_M, help_text="metres within which a corner means a neighbour's"
    )


class AttributesSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=15, required=False)
    name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    kind = serializers.ChoiceField(GridCell.Kind.choices, required=False)
    area_code = serializers.CharField(max_length=12, required=False, allow_blank=True)
    parent_code = serializers.CharField(max_length=15, required=False, allow_blank=True)
    patrol_days = serializers.IntegerField(min_value=1, max_value=3660, required=False, allow_null=True)


class DrawSerializer(AttributesSerializer, SnapSerializer):
    polygon = PolygonField()
    overlapping = serializers.BooleanField(default=False, help_text="keep what lies in other cells or another area")


class SplitSerializer(SnapSerializer):
    cell = serializers.IntegerField(min_value=1, max_value=2**62)
    line = serializers.ListField(child=PlaceField(), min_length=2, max_length=MOST_CORNERS)


class CellsSerializer(ExactSerializer):
    cells = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62), min_length=1, max_length=MOST_CELLS
    )


class MoveField(serializers.Serializer):
    to = PlaceField()

    def get_fields(self):
        return {"from": PlaceField(), **super().get_fields()}


class MoveSerializer(SnapSerializer):
    snap_m = FiniteFloat(min_value=0, max_value=MOST_SNAP_M, default=0)
    moves = serializers.ListField(child=MoveField(), min_length=1, max_length=MOST_CORNERS)


class PruneSerializer(ExactSerializer):
    corners = serializers.ListField(child=PlaceField(), min_length=1, max_length=MOST_CORNERS)


class ChangeCellSerializer(AttributesSerializer, ExactSerializer):
    cell = serializers.IntegerField(min_value=1, max_value=2**62)


class NothingSerializer(ExactSerializer):
    """A verb without words."""


class PublishSerializer(ExactSerializer):
    valid_from = serializers.DateField(help_text="the first day in force; today at the earliest")


class OpenSerializer(ExactSerializer):
    level = serializers.IntegerField(min_value=1, max_value=4, help_text="tier")
    name = serializers.CharField(max_length=60, required=False, allow_blank=True)


class DraftSerializer(serializers.ModelSerializer):
    """`undo` and `redo`: the verb of the step that would be taken back or done again; empty where there is none."""

    status = serializers.CharField(read_only=True, help_text="draft, published or discarded")
    made_by = serializers.CharField(source="made_by.display_name", default="", allow_blank=True)
    undo = serializers.SerializerMethodField()
    redo = serializers.SerializerMethodField()
    cells = serializers.SerializerMethodField()

    class Meta:
        model = GridDraft
        fields = (
            "id", "name", "level", "status", "version", "based_on", "valid_from", "made_by", "made_at", "published_at",
            "cells", "undo", "redo",
        )  # fmt: skip

    def get_undo(self, draft) -> str:
        step = draft.steps.filter(undone=False).last()
        return step.verb if step else ""

    def get_redo(self, draft) -> str:
        step = draft.steps.filter(undone=True).first()
        return step.verb if step else ""

    def get_cells(self, draft) -> int:
        return draft.cells.standing().count()


class CellProperties(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    area_code = serializers.CharField()
    parent_code = serializers.CharField()
    patrol_days = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(("new", "changed", "retired", "same"))


class CellFeature(serializers.Serializer):
    type = serializers.CharField()
    id = serializers.IntegerField()
    properties = CellProperties()
    geometry = serializers.DictField()


class CellsAnswer(serializers.Serializer):
    """`editable` is false where there are so many that outlines are simplified."""

    type = serializers.CharField()
    editable = serializers.BooleanField()
    features = CellFeature(many=True)


class OutcomeSerializer(serializers.Serializer):
    draft = DraftSerializer()
    changed = CellFeature(many=True)
    gone = serializers.ListField(child=serializers.IntegerField())


class FaultSerializer(serializers.Serializer):
    """`cells` are keys of the draft's cells; of what others have put in force since, `codes` alone tell."""

    kind = serializers.CharField(source="kind.word")
    refuses = serializers.BooleanField(source="kind.refuses", help_text="the draft cannot be published with it")
    sentence = serializers.CharField()
    cells = serializers.SerializerMethodField()
    codes = serializers.SerializerMethodField()
    area_code = serializers.CharField()
    area_m2 = serializers.FloatField(allow_null=True)
    box = serializers.ListField(child=serializers.FloatField())
    geometry = serializers.SerializerMethodField()

    def get_cells(self, fault) -> list[int]:
        return [cell.key for cell in fault.cells if cell.key]

    def get_codes(self, fault) -> list[str]:
        return [cell.code for cell in fault.cells]

    def get_geometry(self, fault) -> dict:
        return geojson(fault.geom)


class FaultsAnswer(serializers.Serializer):
    gap_rate = serializers.FloatField(help_text="share of the areas' ground in no cell")
    faults = FaultSerializer(many=True)


class ChangeRow(serializers.Serializer):
    kind = serializers.CharField(help_text="new, changed, corners or retired")
    cell = serializers.IntegerField(source="cell.pk")
    code = serializers.CharField(source="cell.code")
    name = serializers.CharField(source="cell.name")
    before_m2 = serializers.FloatField(allow_null=True)
    after_m2 = serializers.FloatField(allow_null=True)
    box = serializers.ListField(child=serializers.FloatField(), source="cell.geom.extent")


class CompareAnswer(serializers.Serializer):
    counts = serializers.DictField(child=serializers.IntegerField())
    changes = ChangeRow(many=True)


def geojson(shape: shapely.Geometry) -> dict:
    return json.loads(shapely.to_geojson(shape))


def feature_of(cell: DraftCell, simplified_to: float = 0.0) -> dict:
    """As GeoJSON, with every bit of its corners, or simplified to so many degrees."""
    shape = polygons.of_stored(cell.geom)
    if simplified_to:
        shape = shapely.transform(shapely.simplify(shape, simplified_to), lambda places: np.round(places, 5))
    said = {name: getattr(cell, name) for name in ("code", "name", "kind", "area_code", "parent_code", "patrol_days")}
    properties = {**said, "state": _state(cell)}
    return {"type": "Feature", "id": cell.pk, "properties": properties, "geometry": geojson(shape)}


def _state(cell: DraftCell) -> str:
    if cell.retired:
        return "retired"
    if not cell.opened_as:
        return "new"
    return "changed" if draft_edit.is_touched(cell) else "same"
