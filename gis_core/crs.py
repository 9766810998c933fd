"""Coordinate systems: names, and the way from each of them to WGS 84, which is what we store.

Everywhere x is longitude or easting and y is latitude or northing, whatever order the authority lists.
CGCS2000 is WGS 84 to within a metre and is taken as equal. GCJ-02 and BD-09 are the offset systems of
Chinese map providers; their forward formulas are public reconstructions, their inverses have no closed
form and are iterated. A second conversion moves a point 600 m and cannot be seen in the numbers: convert
once, at intake, and keep the raw pair.
"""

import ctypes
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.gdal import AxisOrder, CoordTransform, GDALException, SpatialReference, SRSException
from django.contrib.gis.gdal.libgdal import lgdal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gis_core import srid

CHINA_LON = (73.0, 136.0)
CHINA_LAT = (3.0, 54.0)
# Outside this rectangle the published formula defines no shift.
_SHIFTED_LON = (72.004, 137.8347)
_SHIFTED_LAT = (0.8293, 55.8271)

_AXIS_M = 6378245.0  # Krasovsky 1940, which the formula uses whatever the datum
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD_TURN = np.pi * 3000 / 180  # not π itself: that puts points up to 73 m off
_CONVERGED_DEGREES = 1e-10
_MOST_ROUNDS = 20  # three are enough within China

# Datums whose parameters to WGS 84 are not public: PROJ would take them as equal, up to 150 m off.
_CLOSED_DATUMS = {"Xian_1980": "Xian 1980", "Beijing_1954": "Beijing 1954", "New_Beijing": "New Beijing"}


class UnknownCrs(ValueError):
    """The text names no coordinate system that we can convert."""


class BadCoordinate(ValueError):
    """One number of a pair cannot be right; `field` is "lon" or "lat"."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Crs:
    """A system that coordinates may be given in; `name` is what is stored beside raw coordinates."""

    name: str
    label: str
    is_offset: bool = False
    srid: int | None = None  # None: the offset systems, which have no EPSG code


_NAMED = {
    "wgs84": Crs("wgs84", gettext_lazy("WGS 84 (GPS, phones)"), srid=srid.STORAGE),
    "cgcs2000": Crs("cgcs2000", gettext_lazy("CGCS2000 (Tianditu, government data)"), srid=srid.CGCS2000),
    "gcj02": Crs("gcj02", gettext_lazy("GCJ-02 (Amap, Tencent, WeChat maps)"), is_offset=True),
    "bd09": Crs("bd09", gettext_lazy("BD-09 (Baidu)"), is_offset=True),
}
WGS84 = _NAMED["wgs84"]
NAMED = tuple((crs.name, crs.label) for crs in _NAMED.values())


def parse(text: str | None) -> Crs:
    """`wgs84`, `cgcs2000`, `gcj02`, `bd09` or `EPSG:n`, in any case; `UnknownCrs` for anything else."""
    word = re.sub(r"[\s_-]", "", str(text or "")).lower()
    if not word or word == "unknown":
        raise UnknownCrs(
            _("The coordinate system must be stated: wgs84, cgcs2000, gcj02, bd09 or EPSG and its number.")
        )
    if word in _NAMED:
        return _NAMED[word]
    if code := re.fullmatch(r"epsg:([1-9][0-9]{0,6})", word, re.ASCII):
        return _from_code(int(code[1]))
    raise UnknownCrs(
        _("“%(text)s” is not a coordinate system known here: use wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
        % {"text": str(text)[:40]}
    )


def to_wgs84(lon, lat, crs: Crs):
    """(lon, lat) in WGS 84 degrees of one pair or of arrays; NaN where PROJ has no answer.

    For a projected `crs` the pair is (easting, northing) in its unit.
    """
    return _converted(lon, lat, crs, {"gcj02": _gcj02_to_wgs84, "bd09": _bd09_to_wgs84}, backwards=False)


def from_wgs84(lon, lat, crs: Crs):
    """The inverse of `to_wgs84`."""
    return _converted(lon, lat, crs, {"gcj02": _wgs84_to_gcj02, "bd09": _wgs84_to_bd09}, backwards=True)


def geometry_to_wgs84(geometry, crs: Crs):
    """A shapely geometry of `crs` in WGS 84; only its vertices are moved."""
    return shapely.transform(geometry, lambda points: np.column_stack(to_wgs84(*points.T, crs)))


def check_lon_lat(lon: float, lat: float) -> None:
    """`BadCoordinate` unless the pair can be a place in China, in degrees."""
    for field, value in (("lon", lon), ("lat", lat)):
        if not np.isfinite(value):
            raise BadCoordinate(field, _("The coordinate is not a finite number."))
    if looks_swapped(lon, lat):
        raise BadCoordinate("lon", _("Longitude and latitude look swapped: longitude comes first."))
    if not _within(lon, CHINA_LON):
        raise BadCoordinate("lon", _("The longitude lies outside China (73 to 136 degrees)."))
    if not _within(lat, CHINA_LAT):
        raise BadCoordinate("lat", _("The latitude lies outside China (3 to 54 degrees)."))


def looks_swapped(lon: float, lat: float) -> bool:
    """True for a pair in degrees that is a place in China once its numbers change places."""
    return _within(lat, CHINA_LON) and _within(lon, CHINA_LAT)


def check_order(lon: float, lat: float, crs: Crs) -> None:
    """`BadCoordinate` where a pair in the system `crs` is a place in China only with its numbers changed over."""
    if is_place(*to_wgs84(lon, lat, crs)) or not is_place(*to_wgs84(lat, lon, crs)):
        return
    if looks_swapped(lon, lat):
        raise BadCoordinate("lon", _("Longitude and latitude look swapped: longitude comes first."))
    raise BadCoordinate("lon", _("Easting and northing look swapped: in survey tables x often runs north."))


def is_place(lon: float, lat: float) -> bool:
    """True for degrees that `check_lon_lat` takes."""
    return bool(_within(lon, CHINA_LON) and _within(lat, CHINA_LAT))


@contextmanager
def quiet_gdal():
    """Keep GDAL's own messages of this thread out of the log: the caller says what went wrong."""
    lgdal.CPLPushErrorHandler(lgdal.CPLQuietErrorHandler)
    try:
        yield
    finally:
        lgdal.CPLPopErrorHandler()


def _within(value, bounds):
    return bounds[0] <= value <= bounds[1]


def _from_code(code: int) -> Crs:
    for crs in _NAMED.values():
        if crs.srid == code:
            return crs
    name = f"EPSG:{code}"
    try:
        with quiet_gdal():
            system = SpatialReference(name, axis_order=AxisOrder.TRADITIONAL)
    except (GDALException, SRSException) as error:
        raise UnknownCrs(_("%(name)s is not in the EPSG register.") % {"name": name}) from error
    if not (system.geographic or system.projected):
        raise UnknownCrs(_("%(name)s is not a coordinate system of places on the map.") % {"name": name})
    _refuse_closed_datum(name, system["DATUM"] or "")
    return Crs(name, name, srid=code)


def _refuse_closed_datum(name: str, datum: str) -> None:
    for start, datum_name in _CLOSED_DATUMS.items():
        if datum.startswith(start):
            raise UnknownCrs(
                _(
                    "%(name)s stands on %(datum)s, which cannot be related to WGS 84 exactly: "
                    "convert the data to CGCS2000 first."
                )
                % {"name": name, "datum": datum_name}
            )


def _converted(lon, lat, crs, offset_formulas, *, backwards):
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    if crs.is_offset:
        with np.errstate(invalid="ignore", over="ignore"):  # not-a-number in, not-a-number out
            x, y = offset_formulas[crs.name](x, y)
    elif crs.name not in _NAMED:
        x, y = _through_proj(x, y, crs.srid, backwards)
    return (float(x), float(y)) if x.ndim == 0 else (np.array(x), np.array(y))


def _through_proj(x, y, code, backwards):
    """GDAL's transformation in one call for the whole array; what fails comes out as NaN."""
    x, y = np.array(x, order="C"), np.array(y, order="C")
    done = np.zeros(x.shape, dtype=np.intc)
    with quiet_gdal():
        lgdal.OCTTransformEx(
            _transform(code, backwards).ptr, ctypes.c_int(x.size), *map(_address, (x, y)),
            None, _address(done),
        )  # fmt: skip
    bad = (done == 0) | ~np.isfinite(x) | ~np.isfinite(y)
    return np.where(bad, np.nan, x), np.where(bad, np.nan, y)


def _address(array):
    return ctypes.c_void_p(array.ctypes.data)


_of_this_thread = threading.local()  # PROJ's transformations must not be shared between threads


def _transform(code: int, backwards: bool) -> CoordTransform:
    known = _of_this_thread.__dict__.setdefault("transforms", {})
    if (code, backwards) not in known:
        ours = SpatialReference(srid.STORAGE, axis_order=AxisOrder.TRADITIONAL)
        theirs = SpatialReference(f"EPSG:{code}", axis_order=AxisOrder.TRADITIONAL)
        known[code, backwards] = CoordTransform(ours, theirs) if backwards else CoordTransform(theirs, ours)
    return known[code, backwards]


def _is_shifted(lon, lat):
    return (
        (lon >= _SHIFTED_LON[0]) & (lon <= _SHIFTED_LON[1])
        & (lat >= _SHIFTED_LAT[0]) & (lat <= _SHIFTED_LAT[1])
    )  # fmt: skip


def _gcj02_shift(lon, lat):
    """Degrees that GCJ-02 adds to a WGS 84 pair: two sine series about (105, 35), in metres, made degrees."""
    x, y = lon - 105.0, lat - 35.0
    root = 0.1 * np.sqrt(np.abs(x))
    fine = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + root + 2 / 3 * (
        fine + _waves(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    )  # fmt: skip
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 2.0 * root + 2 / 3 * (
        fine + _waves(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    )  # fmt: skip
    flat = 1.0 - _ECCENTRICITY_SQUARED * np.sin(np.radians(lat)) ** 2
    along_meridian = _AXIS_M * (1.0 - _ECCENTRICITY_SQUARED) / flat**1.5
    along_parallel = _AXIS_M / np.sqrt(flat) * np.cos(np.radians(lat))
    return np.degrees(east / along_parallel), np.degrees(north / along_meridian)


def _waves(angle, *terms):
    return sum(metres * np.sin(np.pi * angle * frequency) for metres, frequency in terms)


def _wgs84_to_gcj02(lon, lat):
    shifted = _is_shifted(lon, lat)
    d_lon, d_lat = _gcj02_shift(lon, lat)
    return np.where(shifted, lon + d_lon, lon), np.where(shifted, lat + d_lat, lat)


def _gcj02_to_wgs84(lon, lat):
    shifted = _is_shifted(lon, lat)
    found = _inverse(lambda x, y: np.add((x, y), _gcj02_shift(x, y)), lon, lat)
    return np.where(shifted, found[0], lon), np.where(shifted, found[1], lat)


def _gcj02_to_bd09(lon, lat):
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _wgs84_to_bd09(lon, lat):
    return _gcj02_to_bd09(*_wgs84_to_gcj02(lon, lat))


def _bd09_to_wgs84(lon, lat):
    return _gcj02_to_wgs84(*_inverse(_gcj02_to_bd09, lon, lat))


def _inverse(forward, lon, lat):
    """The pair that `forward` moves to (lon, lat), by fixed-point iteration on the error it leaves."""
    wanted = np.array((lon, lat))
    found = wanted
    for _round in range(_MOST_ROUNDS):
        error = wanted - np.array(forward(*found))
        found = found + error
        if not np.any(np.abs(error) > _CONVERGED_DEGREES):
            break
    return found
