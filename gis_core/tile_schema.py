"""What the schema of the API says of layers and tiles; the catalogue is read when the schema is asked for."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from gis_core import layers
from gis_core.incoming import parameters_of

MOST_ZOOM = 22


class LegendSerializer(serializers.Serializer):
    value = serializers.CharField(allow_blank=True)
    label = serializers.CharField()
    symbol = serializers.CharField()
    colour_token = serializers.CharField()
    letter = serializers.CharField(allow_blank=True)


class CatalogueEntry(serializers.Serializer):
    """A layer as the catalogue tells of it. `schematic` is null where the layer shows no land."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(["polygon", "point"])
    minzoom = serializers.IntegerField()
    maxzoom = serializers.IntegerField()
    default = serializers.BooleanField()
    schematic = serializers.BooleanField(allow_null=True)
    legend = LegendSerializer(many=True)


class TileJson(serializers.Serializer):
    """TileJSON 3.0.0; an entry of `vector_layers` has an `id` and its `fields` with their types."""

    tilejson = serializers.CharField()
    name = serializers.CharField()
    scheme = serializers.ChoiceField(["xyz"])
    tiles = serializers.ListField(child=serializers.CharField())
    minzoom = serializers.IntegerField()
    maxzoom = serializers.IntegerField()
    vector_layers = serializers.ListField(child=serializers.DictField())


class LayerSchema(AutoSchema):
    """Names the layers that there are."""

    def get_override_parameters(self):
        slugs = {"type": "string", "enum": sorted(layers.catalogue)}
        return [OpenApiParameter("layer", slugs, OpenApiParameter.PATH)]


class TileSchema(LayerSchema):
    """Names a tile's numbers, and the filters of all layers: one that a layer does not have changes nothing there."""

    def get_override_parameters(self):
        sets = {layer.filterset for layer in layers.catalogue.values() if layer.filterset}
        filters = [parameter for one in sets for parameter in parameters_of(one)]
        return [*super().get_override_parameters(), *_numbers(), *filters]


def _numbers():
    most = {"z": MOST_ZOOM, "x": 2**MOST_ZOOM - 1, "y": 2**MOST_ZOOM - 1}
    for name, number in most.items():
        yield OpenApiParameter(name, {"type": "integer", "minimum": 0, "maximum": number}, OpenApiParameter.PATH)
