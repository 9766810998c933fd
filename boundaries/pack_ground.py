"""What is wrong with a pack's ground: shapes, where on the earth they lie, and how they lie to each other."""

import shapely
from django.utils.translation import gettext as _

from boundaries import polygons
from boundaries.models import Area
from boundaries.pack_files import name_of

# An area whose greater part is elsewhere belongs to another drawing; borders of two drawings differ by less.
LEAST_SHARE_INSIDE = 0.5
# Parts of one city are nearer to each other than this, also across a neighbour's ground: 110 km.
FARTHEST_DEG = 1.0


def faults(pack) -> list[str]:
    shapeless = [fault for layer in pack.layers for fault in _layer_faults(pack, layer)]
    outlines = pack.layers["outline"] or ()
    if len(outlines) > 1:
        shapeless.append(
            _("{file}: holds {number} features, an outline is one").format(
                file=pack.file("outline"), number=len(outlines)
            )
        )
    return [*shapeless, *_overlaps(pack), *_strays(pack)]


def _layer_faults(pack, layer):
    """Faults of each feature's shape and place; a place fault that all share is one wrong word, and told once."""
    drawn = [
        (name_of(its, number), geometry)
        for number, (its, geometry) in enumerate(pack.layers[layer] or (), 1)
        if geometry is not None
    ]
    misplaced = {}
    for feature, geometry in drawn:
        if why := polygons.shape_fault(geometry):
            yield _("{file}: {feature}: {why}").format(file=pack.file(layer), feature=feature, why=why)
        elif why := polygons.place_fault(geometry):
            misplaced.setdefault(why, []).append(feature)
    for why, features in misplaced.items():
        if len(features) == len(drawn) > 1:
            yield _("{file}: all {number} features: {why}").format(file=pack.file(layer), number=len(drawn), why=why)
            continue
        for feature in features:
            yield _("{file}: {feature}: {why}").format(file=pack.file(layer), feature=feature, why=why)


def _placed(pack, layer) -> list[tuple[str, str, shapely.Geometry]]:
    """(code or number, kind, polygon) of the features whose shape and place are sound."""
    return [
        (name_of(its, number), its.get("kind", ""), geometry)
        for number, (its, geometry) in enumerate(pack.layers[layer] or (), 1)
        if not polygons.shape_fault(geometry) and not polygons.place_fault(geometry)
    ]


def _overlaps(pack):
    """Two townships, or two special areas, that share ground; a special area may lie over a township."""
    areas = _placed(pack, "areas")
    special = [kind in Area.SPECIAL for _code, kind, _geometry in areas]
    for first, second, _square_metres in polygons.overlaps([geometry for *_its, geometry in areas], special):
        yield _("{file}: {first} and {second} overlap").format(
            file=pack.file("areas"), first=areas[first][0], second=areas[second][0]
        )


def _strays(pack):
    """Areas that lie elsewhere: mostly outside the outline or, where there is none, far from every other area."""
    areas, outlines = _placed(pack, "areas"), _placed(pack, "outline")
    for code, _kind, geometry in areas:
        if outlines and geometry.intersection(outlines[0][2]).area < LEAST_SHARE_INSIDE * geometry.area:
            yield _("{file}: {code}: lies mostly outside the outline of {outline}").format(
                file=pack.file("areas"), code=code, outline=pack.file("outline")
            )
        elif not pack.layers["outline"] and _is_far(geometry, [other for *_its, other in areas]):
            yield _("{file}: {code}: lies more than 100 km from every other area").format(
                file=pack.file("areas"), code=code
            )


def _is_far(geometry, all_of_them) -> bool:
    others = [other for other in all_of_them if other is not geometry]
    return bool(others) and geometry.distance(shapely.GeometryCollection(others)) > FARTHEST_DEG
