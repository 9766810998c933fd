"""A patrol plan as GeoJSON, lon/lat WGS 84: ground below, routes over it, stops on top."""

import json

from rest_framework import serializers

from boundaries import plan_progress
from boundaries.models import PatrolPlan

KINDS = ("ground", "route", "stop")


class PlanPropertiesSerializer(serializers.Serializer):
    """Of a stop all of it; of ground its stop; of a route its person and figures."""

    kind = serializers.ChoiceField(choices=KINDS)
    stop = serializers.IntegerField(required=False)
    route = serializers.IntegerField(allow_null=True)
    number = serializers.IntegerField()
    letter = serializers.CharField(allow_blank=True)
    person = serializers.CharField(allow_blank=True)
    order = serializers.IntegerField(required=False)
    label = serializers.CharField(required=False)
    why = serializers.CharField(required=False, allow_blank=True)
    case_no = serializers.CharField(required=False, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True)
    cell = serializers.CharField(required=False, allow_blank=True)
    locked = serializers.BooleanField(required=False)
    done_at = serializers.DateTimeField(required=False, allow_null=True)
    late = serializers.BooleanField(required=False)
    distance_m = serializers.FloatField(required=False)
    minutes = serializers.FloatField(required=False)


class PlanFeatureSerializer(serializers.Serializer):
    type = serializers.ChoiceField(choices=["Feature"])
    geometry = serializers.DictField()
    properties = PlanPropertiesSerializer()


class PlanShapeSerializer(serializers.Serializer):
    """A FeatureCollection with the plan's own facts beside."""

    type = serializers.ChoiceField(choices=["FeatureCollection"])
    id = serializers.IntegerField()
    name = serializers.CharField()
    day = serializers.DateField()
    last_day = serializers.DateField(help_text="on which the shift ends")
    status = serializers.ChoiceField(choices=PatrolPlan.Status.choices)
    version = serializers.IntegerField()
    features = PlanFeatureSerializer(many=True)


def shape_of(plan: PatrolPlan, only=None) -> dict:
    """The whole plan, or of `only` that person's route."""
    routes = {route.pk: route for route in plan.routes.all() if only is None or route.user_id == only.pk}
    stops = [stop for stop in plan.stops.all() if stop.route_id in routes or (only is None and stop.route_id is None)]
    done = plan_progress.of([plan]) if plan.is_sent else {}
    features = [
        *(_feature("ground", _geometry(stop.cell.geom if stop.cell else stop.ground), routes.get(stop.route_id),
                   stop=stop.pk) for stop in stops),
        *(_route(route, plan.start, [stop for stop in stops if stop.route_id == route.pk])
          for route in routes.values()),
        *(_stop(stop, routes.get(stop.route_id), done.get(stop.pk)) for stop in stops),
    ]  # fmt: skip
    return {
        "type": "FeatureCollection", "id": plan.pk, "name": plan.name, "day": plan.day.isoformat(),
        "last_day": plan.last_day.isoformat(),
        "status": plan.status, "version": plan.version, "features": features,
    }  # fmt: skip


def _feature(kind, geometry, route, **more) -> dict:
    whose = {
        "route": route and route.pk, "number": route.number if route else 0, "letter": route.letter if route else "",
        "person": route.person if route else "",
    }  # fmt: skip
    return {"type": "Feature", "geometry": geometry, "properties": {"kind": kind, **whose, **more}}


def _geometry(shape) -> dict:
    return json.loads(shape.geojson)


def _route(route, start, stops) -> dict:
    places = [start, *(stop.place for stop in stops), start] if start and stops else [stop.place for stop in stops]
    line = {"type": "LineString", "coordinates": [list(place.coords) for place in places]}
    if len(places) < 2:  # a line needs two
        line = {"type": "MultiPoint", "coordinates": line["coordinates"]}
    return _feature("route", line, route, distance_m=route.distance_m, minutes=route.minutes)


def _stop(stop, route, done) -> dict:
    return _feature(
        "stop", _geometry(stop.place), route, stop=stop.pk, order=stop.order, label=stop.label, why=stop.why,
        case_no=stop.case_no, note=stop.note, cell=stop.cell.code if stop.cell else "", locked=stop.locked,
        done_at=done.ended_at.isoformat() if done else None, late=bool(done and done.late),
    )  # fmt: skip
