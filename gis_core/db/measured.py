"""Sizes as SQL, in metres of the ellipsoid, that add up."""

STEP_DEG = 0.0002  # about 20 m


def square_metres(geometry: str) -> str:
    """Area of a lon/lat polygon column. A straight line of the map is no geodesic: between far corners they part by
    metres, and a whole is not the sum of its parts. With a corner every 20 m it is, to 1 m² in 100 km of border."""
    return f"ST_Area(ST_Segmentize({geometry}, {STEP_DEG})::geography)"
