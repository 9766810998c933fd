"""The limited process: reads one file, writes JSON lines, can reach nothing else.

    python -m gis_core.parsing.worker KIND FILE

First line: {"epsg", "wkt", "count", …}. Then lists of [number, WKB in hex or null, properties, fault].
Last line: {"end": true}, or {"error", "feature", "detail"}. A stream without a last line was cut off.
"""

import ctypes
import json
import resource
import sys
from importlib import import_module
from pathlib import Path

from gis_core.parsing.unreadable import Unreadable

# Only the one module that a file needs is imported: the others would double the time a process starts in.
READERS = {
    "geojson": ("gis_core.parsing.geojson", "open_geojson"),
    "shapefile": ("gis_core.parsing.ogr", "open_shapefile"),
    "geopackage": ("gis_core.parsing.ogr", "open_geopackage"),
    "kml": ("gis_core.parsing.kml", "open_kml"),
    "gpx": ("gis_core.parsing.gpx", "open_gpx"),
    "xlsx": ("gis_core.parsing.spreadsheet", "open_spreadsheet"),
}
BATCH = 500
_BATCH_HEX_DIGITS = 1 << 20  # areas with many vertices go in smaller batches
_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
LIMITS = {
    resource.RLIMIT_AS: 1 << 30,
    resource.RLIMIT_CPU: 1200,  # seconds; a million features take 15, as many wide rows of XLSX some hundreds
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 64,
}


def main(kind: str, file: str) -> None:
    module, function = READERS[kind]
    read = getattr(import_module(module), function)
    _limit()
    try:
        header, features = read(Path(file))
        _say(header)
        _send(features)
        _say({"end": True})
    except Unreadable as error:
        _say({"error": error.code, "feature": error.feature, "detail": error.detail})
    except MemoryError:
        _say({"error": "memory", "feature": None, "detail": ""})
    except Exception as error:  # noqa: BLE001  whatever a hostile file breaks, the parent hears a code
        _say({"error": "damaged", "feature": None, "detail": type(error).__name__})


def _limit() -> None:
    for what, most in LIMITS.items():
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most, most) if hard in (-1, resource.RLIM_INFINITY) else (min(most, hard),) * 2)
    _leave_the_network()


def _leave_the_network() -> None:
    """An empty network of our own where the kernel allows it; the drivers' own switches stand besides."""
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    if unshare(_CLONE_NEWNET) != 0:
        unshare(_CLONE_NEWNET | _CLONE_NEWUSER)


def _send(features) -> None:
    batch, digits = [], 0
    for number, wkb, properties, fault in features:
        text = wkb.hex() if wkb else None
        batch.append((number, text, properties, fault))
        digits += len(text or "")
        if len(batch) == BATCH or digits > _BATCH_HEX_DIGITS:
            _say(batch)
            batch, digits = [], 0
    _say(batch)


def _say(message) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
