"""Names of the spatial reference systems in use; no bare number stands elsewhere (migrations aside)."""

STORAGE = 4326  # every stored geometry, lon/lat; CGCS2000 equals it within a metre
TILES = 3857  # vector tiles only: at 34.8° N it stretches distances by 22 %
CGCS2000 = 4490
GAUSS_KRUGER = 4547  # CGCS2000 3-degree zone, central meridian 114° E: local metres for 荥阳
