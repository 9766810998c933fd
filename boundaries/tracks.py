"""What of a raw track is believed, and why not the rest. Nothing is changed in the raw points.

Points that cannot be are left out; where the track breaks or goes faster than anybody does, the line is cut.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import shapely

from boundaries.models import Doubt

FASTEST_KMH = 120
LEAST_LEG_M = 100  # two sound points may be off by 50 m each: over less than that no speed is meant
LONGEST_JUMP = 5  # points that are elsewhere for a moment; more of them are a place that somebody was at
OUTSIDE_M = 1000
EARTH_M = 6_371_009.0
DEGREE_M = EARTH_M * np.pi / 180


@dataclass(frozen=True)
class Raw:
    """Points as recorded: WGS 84 degrees, seconds since 1970, metres of accuracy (NaN where the device says none)."""

    lon: np.ndarray
    lat: np.ndarray
    at: np.ndarray
    accuracy: np.ndarray

    @classmethod
    def of(cls, rows):
        """From (lon, lat, seconds, accuracy or None) of each point, in whatever order they came."""
        table = np.array([(lon, lat, at, np.nan if off is None else off) for lon, lat, at, off in rows], dtype=float)
        return cls(*table.reshape(-1, 4).T)

    def __len__(self):
        return len(self.lon)

    @property
    def fingerprint(self) -> str:
        """Of places to a metre and times to a second; empty where there is no way between two points."""
        if len(self) < 2:
            return ""
        rounded = np.column_stack((np.rint(self.lon * 1e5), np.rint(self.lat * 1e5), np.rint(self.at)))
        return hashlib.sha256(rounded.astype("<i8").tobytes()).hexdigest()


@dataclass(frozen=True)
class Believed:
    """`lines`: the parts of the way, each of at least two points, lon/lat; none where nothing is believed."""

    lines: list[np.ndarray]
    doubts: tuple[str, ...]


def believed(raw: Raw, *, most_accuracy_m: float, longest_break_s: float, outline=None) -> Believed:
    """`outline` is the region's ground as a shapely shape, lon/lat; without one no point is outside."""
    if len(raw) == 0:
        return Believed([], ())
    order = np.argsort(raw.at, kind="stable")
    lon, lat, at, accuracy = (values[order] for values in (raw.lon, raw.lat, raw.at, raw.accuracy))
    sharp, inside = ~(accuracy > most_accuracy_m), ~outside(lon, lat, outline)
    # One that is outside cuts the line: what lies between two points inside is then not known.
    stretch = np.cumsum(~inside & sharp)
    kept = np.flatnonzero(sharp & inside)
    way = _Way(lon[kept], lat[kept], at[kept])
    whole, cuts, jumped = way.without_jumps()
    way, stretch = way.only(whole), stretch[kept][whole]
    cut = np.isin(whole[1:], cuts) | (np.diff(way.at) > longest_break_s) | (np.diff(stretch) > 0)
    parts = np.split(np.column_stack((way.lon, way.lat)), np.flatnonzero(cut) + 1)
    told = {
        Doubt.SPEED: len(cuts) > 0,
        Doubt.JUMP: jumped,
        Doubt.OUTSIDE: not inside[sharp].all(),
        Doubt.INACCURATE: not sharp.all(),
    }
    return Believed([part for part in parts if len(part) > 1], tuple(doubt.value for doubt in told if told[doubt]))


def outside(lon: np.ndarray, lat: np.ndarray, outline) -> np.ndarray:
    """Which points lie more than OUTSIDE_M beside the ground."""
    if outline is None or len(lon) == 0:
        return np.zeros(len(lon), dtype=bool)
    narrow = np.cos(np.radians(outline.centroid.y))  # a degree of longitude, in degrees of latitude
    scale = np.array((narrow, 1.0))
    near = shapely.transform(outline, lambda points: points * scale).buffer(OUTSIDE_M / DEGREE_M)
    shapely.prepare(near)
    return ~shapely.intersects_xy(near, lon * narrow, lat)


def unreachable(lon, lat, at, accuracy) -> bool:
    """Whether nobody can have been at all of these places at their times, even where each lies as far off towards the
    others as its accuracy says (NaN: nothing said). Every pair is asked: a vague one between two hides nothing."""
    off = np.nan_to_num(accuracy)
    metres = distance_m(lon[:, None], lat[:, None], lon, lat) - off[:, None] - off
    return bool(_faster(metres, np.abs(at[:, None] - at)).any())


@dataclass(frozen=True)
class _Way:
    lon: np.ndarray
    lat: np.ndarray
    at: np.ndarray

    def only(self, which):
        return _Way(self.lon[which], self.lat[which], self.at[which])

    def too_fast(self) -> np.ndarray:
        """For each leg from a point to the next."""
        return _too_fast(self.only(slice(0, -1)), self.only(slice(1, None)))

    def without_jumps(self) -> tuple[np.ndarray, list[int], bool]:
        """(the points that stay, those of them before which the line is cut, whether any was left out as a jump).

        The way is parted where it is too fast. A short part, without which the way goes on as people do, is a jump.
        """
        starts = [0, *(np.flatnonzero(self.too_fast()) + 1).tolist()]
        parts = [list(pair) for pair in zip(starts, [*starts[1:], len(self.at)], strict=True)]
        lines, jumped = [[parts[0]]], False
        for part in parts[1:]:
            if len(lines) > 1 and _size(lines[-1]) <= LONGEST_JUMP and self._goes_on(lines[-2], part):
                lines.pop()
                lines[-1].append(part)
                jumped = True
            else:
                lines.append([part])
        whole = [np.arange(*part) for line in lines for part in line]
        return np.concatenate(whole), [line[0][0] for line in lines[1:]], jumped

    def _goes_on(self, line, part) -> bool:
        return not _too_fast(self.only(slice(line[-1][1] - 1, line[-1][1])), self.only(slice(part[0], part[0] + 1)))[0]


def _size(line) -> int:
    return sum(end - start for start, end in line)


def _too_fast(here: _Way, there: _Way) -> np.ndarray:
    metres = distance_m(here.lon, here.lat, there.lon, there.lat)
    return _faster(metres, there.at - here.at)


def _faster(metres, seconds):
    """Than anybody goes."""
    return (metres > LEAST_LEG_M) & (metres * 3.6 > FASTEST_KMH * seconds)


def distance_m(lon, lat, other_lon, other_lat):
    """Metres on a sphere, 0.5 % off at most."""
    north, south = np.radians(lat), np.radians(other_lat)
    half = np.sin((south - north) / 2) ** 2
    half = half + np.cos(north) * np.cos(south) * np.sin(np.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(half, 1)))
