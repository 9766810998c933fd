"""Which coordinate system a file's numbers are in: what it embeds against what a person declares."""

from pathlib import Path

from django.contrib.gis.gdal import GDALException, SpatialReference, SRSException
from django.utils.translation import gettext as _

from gis_core.crs import Crs, UnknownCrs, parse, quiet_gdal
from gis_core.reading.errors import NoCrs, ReadingError

# Files in GCJ-02 carry one of these labels, so against them a declaration is believed.
_DOUBTFUL = ("wgs84", "cgcs2000", "EPSG:4979", "EPSG:4480")


def settled(path: Path, embedded: dict, declared: Crs | None) -> Crs:
    """`embedded` has `epsg` and `wkt`, both None when the file states nothing."""
    found = _embedded(embedded)
    if declared is None:
        return _embedded_alone(path, embedded, found)
    if not embedded["wkt"] or found == declared or (found and found.name in _DOUBTFUL):
        return declared
    raise ReadingError(
        _("%(file)s says it is in %(embedded)s, but %(declared)s was declared.")
        % {"file": path.name, "embedded": _spoken(embedded), "declared": declared.label}
    )


def _embedded_alone(path: Path, embedded: dict, found: Crs | None) -> Crs:
    if found:
        return found
    if embedded["wkt"]:
        raise NoCrs(
            _("%(file)s is in %(embedded)s, which cannot be converted here.")
            % {"file": path.name, "embedded": _spoken(embedded)}
        )
    raise NoCrs(
        _(
            "%(file)s does not say which coordinate system it is in: "
            "declare it (wgs84, cgcs2000, gcj02, bd09 or EPSG:n)."
        )
        % {"file": path.name}
    )


def _embedded(embedded: dict) -> Crs | None:
    if not embedded["epsg"]:
        return None
    try:
        return parse(f"EPSG:{embedded['epsg']}")
    except UnknownCrs:
        return None


def _spoken(embedded: dict) -> str:
    if embedded["epsg"]:
        return f"EPSG:{embedded['epsg']}"
    try:
        with quiet_gdal():
            return SpatialReference(embedded["wkt"]).name
    except (GDALException, SRSException):
        return embedded["wkt"][:60]
