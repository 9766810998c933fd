"""Nearby beside raw SQL and Redis (P9), and a page of the list beside a plain serializer of the same payload (P10)."""

import json
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from django.test import RequestFactory
from rest_framework.renderers import JSONRenderer

from bench import database, drawing, web
from bench.timing import Finding, percentile, timed
from boundaries.lands import Lands
from boundaries.models import User
from cases import fast_features
from cases.permissions import visible_cases
from cases.serializers import CaseSerializer
from cases.workflow import OPEN
from gis_core.api import FastJson

ROUNDS, TIMES = 7, 40
LIMIT = 50
PAGE = 50
OPEN_STATES = ", ".join(f"'{state.value}'" for state in OPEN)
RAW = f"""
SELECT case_no, geom::geography <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography AS metres FROM cases_case
WHERE region_id = '410182' AND status IN ({OPEN_STATES}) ORDER BY metres LIMIT {LIMIT}
"""
POINTS = (
    f"SELECT case_no, ST_X(geom), ST_Y(geom) FROM cases_case WHERE region_id = '410182' AND status IN ({OPEN_STATES})"
)
PLACES = "SELECT ST_X(geom), ST_Y(geom) FROM cases_case TABLESAMPLE bernoulli(0.1) REPEATABLE (9) LIMIT %s"
SAME_ENOUGH = 0.9  # Redis measures on a sphere, from points on a grid of half a metre: the last of fifty may differ


def findings():
    with web.serving() as port, database.connect() as plain, plain.cursor() as cursor:
        asker = web.Asker(port, "dispatcher1")
        cursor.execute(PLACES, [TIMES])
        places = cursor.fetchall()
        yield from _beside_sql(asker, cursor, places)
        yield from _beside_redis(asker, cursor, places)
    yield from _list_page()


def _path(place, radius: int) -> str:
    return f"/api/v1/cases/nearby/?lon={place[0]}&lat={place[1]}&crs=wgs84&radius={radius}&limit={LIMIT}"


def _numbers(answer) -> list[str]:
    _status, body, headers = answer
    return [each["properties"]["case_no"] for each in json.loads(drawing.unpacked(body, headers))["features"]]


def _beside_sql(asker, cursor, places):
    """Over HTTP with session, scope, labels and names, beside the bare statement that finds the nearest."""

    def raw(place):
        cursor.execute(RAW, place)
        return [number for number, _metres in cursor.fetchall()]

    ratios, slow, same = [], [], []
    for round_ in range(ROUNDS + 2):  # the first two warm the server's threads up
        ours, theirs = [], []
        for place in places:
            took, answer = timed(lambda place=place: asker.get(_path(place, 5000)))
            took_raw, wanted = timed(lambda place=place: raw(place))
            ours.append(took)
            theirs.append(took_raw)
            same.append(len(set(_numbers(answer)) & set(wanted)) / LIMIT)
        if round_ > 1:
            ratios.append(percentile(ours, 95) / percentile(theirs, 95))
            slow.append(percentile(ours, 95) * 1000)
    median, alike = statistics.median(ratios), min(same)
    yield Finding(
        "P9 nearby, 50 of 5 km over HTTP beside raw KNN through psycopg2, p95",
        f"{median:.2f} × (worst round {max(ratios):.2f} ×; {statistics.median(slow):.1f} ms)", "≤ 2.5 ×", median <= 2.5,
    )  # fmt: skip
    yield Finding("P9 the least share of fifty that both find", f"{alike:.2f}", "≥ 0.9", alike >= SAME_ENOUGH)


def _beside_redis(asker, cursor, places):
    if shutil.which("redis-server") is None:
        yield Finding("P9 nearby beside Redis GEOSEARCH", "redis-server is not installed")
        return
    with _redis() as redis:
        cursor.execute(POINTS)
        for number, lon, lat in cursor.fetchall():
            redis.ask("GEOADD", "open", lon, lat, number)
        for kilometres in (2, 5):
            yield from _against(redis, asker, places, kilometres)


def _against(redis, asker, places, kilometres: int):
    ours, theirs, same = [], [], []
    for _round in range(ROUNDS):
        for lon, lat in places:
            took, answer = timed(lambda lon=lon, lat=lat: asker.get(_path((lon, lat), kilometres * 1000)))
            took_redis, found = timed(
                lambda lon=lon, lat=lat: redis.ask(
                    "GEOSEARCH", "open", "FROMLONLAT", lon, lat, "BYRADIUS", kilometres, "km", "ASC", "COUNT", LIMIT
                )
            )
            ours.append(took)
            theirs.append(took_redis)
            mine = _numbers(answer)
            same.append(len(set(mine) & set(found)) / max(len(mine), len(found), 1))
    times = statistics.median(theirs) / statistics.median(ours)
    yield Finding(
        f"P9 nearby, {kilometres} km: Redis GEOSEARCH beside the product over HTTP, median",
        f"{times:.1f} × ({statistics.median(theirs) * 1000:.2f} ms for {statistics.median(ours) * 1000:.2f})", "> 1 ×",
        times > 1,
    )  # fmt: skip
    alike = statistics.median(same)
    yield Finding(f"P9 share of fifty that both find, {kilometres} km", f"{alike:.2f}", "≥ 0.9", alike >= SAME_ENOUGH)


class _Redis:
    """As much of the protocol (RESP) as a question and a list of names need."""

    def __init__(self, path: str):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._answers = self._socket.makefile("rb")

    def ask(self, *words):
        parts = [str(word).encode() for word in words]
        text = b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self._socket.sendall(b"*%d\r\n%s" % (len(parts), text))
        return self._answer()

    def _answer(self):
        line = self._answers.readline()[:-2]
        kind, rest = line[:1], line[1:]
        if kind == b"*":
            return [self._answer() for _each in range(int(rest))]
        if kind == b"$":
            return self._answers.read(int(rest) + 2)[:-2].decode()
        if kind == b"-":
            raise RuntimeError(rest.decode())
        return rest.decode()


@contextmanager
def _redis():
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "s")
        arguments = ["--port", "0", "--unixsocket", path, "--save", "", "--dir", folder]
        process = subprocess.Popen(["redis-server", *arguments], stdout=subprocess.DEVNULL)
        try:
            while not Path(path).exists():
                time.sleep(0.05)
            yield _Redis(path)
        finally:
            process.terminate()
            process.wait(30)


def _list_page():
    """The same fifty cases to the same JSON: one statement and orjson, beside the serializer that describes them."""
    user = User.objects.get(username="dispatcher1")
    cases = visible_cases(user).newest_first()
    request = RequestFactory().get("/api/v1/cases/")
    request.user = user

    def ours():
        return FastJson().render(fast_features.collection(fast_features.page(cases.all()[:PAGE])))

    def theirs():
        rows = cases.select_related("lead_unit", "handling_unit").defer("search")[:PAGE]
        data = CaseSerializer(rows, many=True, context={"lands": Lands(), "request": request}).data
        return JSONRenderer().render(data)

    assert json.loads(ours()) == json.loads(theirs()), "the two payloads differ"
    each = []
    for _round in range(ROUNDS):
        fast = [timed(ours)[0] for _time in range(TIMES)]
        slow = [timed(theirs)[0] for _time in range(TIMES)]
        each.append(statistics.median(slow) / statistics.median(fast))
    median = statistics.median(each)
    yield Finding(
        "P10 a page of 50 cases as JSON: a DRF serializer of the same payload beside ours",
        f"{median:.1f} × (worst round {min(each):.1f} ×)", "≥ 5 ×", median >= 5,
    )  # fmt: skip
