"""A pack of a made-up city, small enough to check by eye.

120.00   120.10   120.20
   +--------+--------+ 30.10
   |  100   |  101   |          100 is group G1's, 101 is G2's;
   |   +--+ |        |          cell 1 (level 3, posted) covers the small square
   |   +--+ |        |          of 100, everything else is in no cell
   +--------+--------+ 30.00
"""

import copy
import json
from unittest.mock import patch

from boundaries import packs, squares

CODE = "990101"
IN_G1, IN_G2, OUTSIDE = (120.02, 30.02), (120.15, 30.05), (120.5, 30.05)


def square(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


PACK = {
    "format": 1,
    "region": {"code": CODE, "name": "乙市", "case_prefix": "YS"},
    "edition": {"name": "第一版", "valid_from": "2010-01-01", "issued_on": "2009-12-01", "schematic": True},
    "crs": "wgs84",
    "units": [
        {"code": "office", "name": "办公室", "kind": "office", "platform": "info"},
        {"code": "first", "name": "一科", "kind": "section", "platform": "", "host": "office"},
        {"code": "second", "name": "二科", "kind": "section"},
    ],
    "appointments": [{"unit": "office", "role": "director", "name": "某人"}],
    "groups": [
        {"code": "G1", "name": "乙市一组", "convener": "某人", "lead_units": ["first", "second"],
         "members": ["second"], "embedded_grid_staff": True, "areas": ["100"]},
        {"code": "G2", "name": "乙市二组", "lead_units": ["second"], "areas": ["101"]},
    ],
    "files": {"areas": "areas.geojson", "outline": "outline.geojson", "neighbours": "neighbours.geojson",
              "grid_cells": "cells.geojson", "grid_posts": "posts.csv", "villages": "villages.csv"},
}  # fmt: skip
LAYERS = {
    "areas": [
        feature(square(120.0, 30.0, 120.1, 30.1), code="100", name="东镇", kind="town", aliases=["东"]),
        feature(square(120.1, 30.0, 120.2, 30.1), code="101", name="西镇", kind="town"),
    ],
    "outline": [feature(square(120.0, 30.0, 120.2, 30.1))],
    "neighbours": [feature(square(120.4, 30.0, 120.6, 30.1), code="200", name="丙市")],
    "grid_cells": [
        feature(square(120.04, 30.04, 120.06, 30.06), code="100000000000001", name="一号", level=3, area="100"),
    ],
}
POSTS = "cell,role,holder,valid_from,valid_to\n100000000000001,grid_worker,网格员,2020-01-01,\n"
VILLAGES = "code,name,area_code\n100001,东村,100\n"


def parts():
    """(pack.json, layers, {table: text}) to change at will."""
    return copy.deepcopy(PACK), copy.deepcopy(LAYERS), {"grid_posts": POSTS, "villages": VILLAGES}


def write(folder, pack, layers, tables):
    """The pack as files; a layer or table that `pack` does not name is left out."""
    (folder / "pack.json").write_text(json.dumps(pack), "utf-8")
    files = PACK["files"]
    for name, features in layers.items():
        text = json.dumps({"type": "FeatureCollection", "features": features})
        (folder / files[name]).write_text(text, "utf-8")
    for name, text in tables.items():
        (folder / files[name]).write_text(text, "utf-8")
    return folder


def load(folder, **edition):
    """The city's edition, published, with changes to what the pack says of it; two plain areas need no twenty
    thousand squares."""
    pack, layers, tables = parts()
    pack["edition"] |= edition
    with patch.object(squares, "LEAST_SQUARES", 200):
        return packs.load(write(folder, pack, layers, tables))
