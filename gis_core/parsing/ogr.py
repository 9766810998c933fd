"""Shapefile and GeoPackage through GDAL, called for one driver only. Runs in the limited process.

Plain calls instead of Django's DataSource: that one asks every driver there is (VRT and network ones too)
and makes several Python objects for each value of each feature.
"""

import ctypes
from collections.abc import Iterator
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_longlong, c_uint, c_void_p
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from django.contrib.gis.gdal.libgdal import lgdal

from gis_core.parsing import shapefile_parts
from gis_core.parsing.dbf_encoding import encoding_of
from gis_core.parsing.unreadable import Unreadable

_OF_VECTOR = 0x04
_LITTLE_ENDIAN = 1
_INTEGER, _REAL, _DATE, _DATETIME, _INTEGER64 = 0, 2, 9, 11, 12
_FAILURE = 3  # CE_Failure

# Nothing outside the file given may be reached, whatever the file says.
_OPTIONS = {
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "PROJ_NETWORK": "OFF",
}


def _c(name, result, *arguments):
    function = lgdal[name]  # not the attribute: Django has put its own types on that one
    function.restype, function.argtypes = result, arguments
    return function


_set_option = _c("CPLSetConfigOption", None, c_char_p, c_char_p)
_error_type = _c("CPLGetLastErrorType", c_int)
_error_reset = _c("CPLErrorReset", None)
_free = _c("VSIFree", None, c_void_p)
_register = _c("GDALAllRegister", None)
_open = _c("GDALOpenEx", c_void_p, c_char_p, c_uint, POINTER(c_char_p), POINTER(c_char_p), POINTER(c_char_p))
_layer_count = _c("GDALDatasetGetLayerCount", c_int, c_void_p)
_layer = _c("GDALDatasetGetLayer", c_void_p, c_void_p, c_int)
_layer_name = _c("OGR_L_GetName", c_char_p, c_void_p)
_layer_type = _c("OGR_L_GetGeomType", c_int, c_void_p)
_layer_srs = _c("OGR_L_GetSpatialRef", c_void_p, c_void_p)
_layer_definition = _c("OGR_L_GetLayerDefn", c_void_p, c_void_p)
_feature_count = _c("OGR_L_GetFeatureCount", c_longlong, c_void_p, c_int)
_next_feature = _c("OGR_L_GetNextFeature", c_void_p, c_void_p)
_field_count = _c("OGR_FD_GetFieldCount", c_int, c_void_p)
_field = _c("OGR_FD_GetFieldDefn", c_void_p, c_void_p, c_int)
_field_name = _c("OGR_Fld_GetNameRef", c_char_p, c_void_p)
_field_type = _c("OGR_Fld_GetType", c_int, c_void_p)
_destroy = _c("OGR_F_Destroy", None, c_void_p)
_is_set = _c("OGR_F_IsFieldSetAndNotNull", c_int, c_void_p, c_int)
_as_integer = _c("OGR_F_GetFieldAsInteger64", c_longlong, c_void_p, c_int)
_as_double = _c("OGR_F_GetFieldAsDouble", c_double, c_void_p, c_int)
_as_text = _c("OGR_F_GetFieldAsString", c_char_p, c_void_p, c_int)
_geometry = _c("OGR_F_GetGeometryRef", c_void_p, c_void_p)
_is_empty = _c("OGR_G_IsEmpty", c_int, c_void_p)
_flatten = _c("OGR_G_FlattenTo2D", None, c_void_p)
_wkb_size = _c("OGR_G_WkbSize", c_int, c_void_p)
_export_wkb = _c("OGR_G_ExportToWkb", c_int, c_void_p, c_int, c_void_p)
_linear_only = _c("OGRSetNonLinearGeometriesEnabledFlag", None, c_int)
_authority_code = _c("OSRGetAuthorityCode", c_char_p, c_void_p, c_char_p)
_authority_name = _c("OSRGetAuthorityName", c_char_p, c_void_p, c_char_p)
_export_wkt = _c("OSRExportToWkt", c_int, c_void_p, POINTER(c_void_p))
_NO_GEOMETRY = 100  # wkbNone
_UNDEFINED = '["Undefined '  # GDAL's names for a GeoPackage's systems 0 and -1


@dataclass(frozen=True)
class _Field:
    index: int
    name: str
    read: object


def open_shapefile(path: Path):
    """(header, features) of a .shp that has its .shx and .dbf beside it."""
    shapefile_parts.check(path)
    encoding = encoding_of(shapefile_parts.part(path, ".dbf"), shapefile_parts.part(path, ".cpg"))
    # Without an encoding GDAL hands the bytes over as they are; a wrong guess of its own cannot be undone.
    return _read(path, "ESRI Shapefile", encoding, [b"ENCODING="])


def open_geopackage(path: Path):
    """(header, features) of the one layer with geometry in a .gpkg."""
    return _read(path, "GPKG", "utf-8", [])


def _read(path, driver, encoding, open_options):
    _prepare()
    data = _open(bytes(path), _OF_VECTOR, _strings([driver.encode()]), _strings(open_options), None)
    if not data:
        raise Unreadable("damaged")
    layer = _only_layer(data)
    count = _feature_count(layer, 0)
    header = {**_embedded(layer), "count": count if count >= 0 else None}
    return header, _features(layer, _fields(layer, encoding))


def _prepare() -> None:
    lgdal.CPLPushErrorHandler(lgdal.CPLQuietErrorHandler)
    for name, value in _OPTIONS.items():
        _set_option(name.encode(), value.encode())
    _register()
    _linear_only(0)


def _strings(values):
    return (c_char_p * (len(values) + 1))(*values, None)


def _only_layer(data):
    layers = [_layer(data, number) for number in range(_layer_count(data))]
    layers = [layer for layer in layers if _layer_type(layer) != _NO_GEOMETRY]
    if not layers:
        raise Unreadable("no_layer")
    if len(layers) > 1:
        names = [_layer_name(layer).decode("utf-8", "replace") for layer in layers]
        raise Unreadable("many_layers", detail=", ".join(names)[:200])
    return layers[0]


def _embedded(layer) -> dict:
    """`epsg` where GDAL knows the number, and the `wkt`; both None where the file states nothing."""
    system = _layer_srs(layer)
    if not system:
        return {"epsg": None, "wkt": None}
    code = _authority_code(system, None) if _authority_name(system, None) == b"EPSG" else None
    pointer = c_void_p()
    _export_wkt(system, byref(pointer))
    wkt = ctypes.string_at(pointer).decode("utf-8", "replace")
    _free(pointer)
    if wkt[wkt.find("[") :].startswith(_UNDEFINED):
        return {"epsg": None, "wkt": None}
    return {"epsg": int(code) if code else None, "wkt": wkt}


def _fields(layer, encoding) -> list[_Field]:
    definition = _layer_definition(layer)
    fields = []
    for index in range(_field_count(definition)):
        field = _field(definition, index)
        # A name cut in the middle of a character at ten bytes loses that character.
        name = _field_name(field).decode(encoding, "ignore")
        fields.append(_Field(index, name, _reader(_field_type(field), encoding)))
    return fields


def _reader(kind: int, encoding: str):
    if kind in (_INTEGER, _INTEGER64):
        return _as_integer
    if kind == _REAL:
        return _finite
    if kind in (_DATE, _DATETIME):
        return lambda feature, index: _as_text(feature, index).decode().replace("/", "-")
    return lambda feature, index: _as_text(feature, index).decode(encoding, "replace")


def _finite(feature, index) -> float | None:
    value = _as_double(feature, index)
    return value if isfinite(value) else None


def _features(layer, fields) -> Iterator[tuple]:
    _error_reset()
    number = 0
    while feature := _next_feature(layer):
        number += 1
        try:
            wkb = _wkb(feature)
            if wkb is None and _error_type() >= _FAILURE:
                raise Unreadable("damaged_from", number)
            yield number, wkb, _properties(feature, fields), None
        finally:
            _destroy(feature)
    if _error_type() >= _FAILURE:
        raise Unreadable("damaged_from", number + 1)


def _properties(feature, fields) -> dict:
    return {field.name: field.read(feature, field.index) if _is_set(feature, field.index) else None for field in fields}


def _wkb(feature) -> bytes | None:
    """Two-dimensional WKB; None for no geometry and for an empty one."""
    geometry = _geometry(feature)
    if not geometry or _is_empty(geometry):
        return None
    _flatten(geometry)
    content = ctypes.create_string_buffer(_wkb_size(geometry))
    _export_wkb(geometry, _LITTLE_ENDIAN, content)
    return content.raw
