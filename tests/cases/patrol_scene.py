"""Ways in 索河街道 and files of them, for tests of what comes in."""

import json
from datetime import UTC, datetime

START = datetime(2026, 11, 20, 1, tzinfo=UTC)
WAY = [(113.378, 34.787), (113.379, 34.787), (113.380, 34.788)]


def body(**changes):
    """A patrol as a phone sends it: ten minutes, three points and a check-in."""
    at = START.timestamp()
    points = [[lon, lat, at + 60 * nth, 8] for nth, (lon, lat) in enumerate(WAY)]
    stop = {"lon": WAY[0][0], "lat": WAY[0][1], "at": "2026-11-20T09:05:00+08:00", "accuracy_m": 8, "note": "东门"}
    told = {"started_at": at, "ended_at": at + 600, "result": "nothing_found", "points": points, "check_ins": [stop]}
    return {**told, **changes}


def gpx(way=WAY, step=60) -> bytes:
    points = "".join(
        f'<trkpt lon="{lon}" lat="{lat}"><time>{_iso(START.timestamp() + step * nth)}</time></trkpt>'
        for nth, (lon, lat) in enumerate(way)
    )
    return f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>'.encode()


def geojson(way=WAY) -> bytes:
    times = [_iso(START.timestamp() + 60 * nth) for nth in range(len(way))]
    line = {"type": "LineString", "coordinates": way}
    return json.dumps({"type": "Feature", "properties": {"coordTimes": times}, "geometry": line}).encode()


def _iso(seconds):
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
