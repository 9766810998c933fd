"""GeoPandas' half of bench/joined.py, run by the peers' Python: takes the steps it is told, and says their seconds."""

import io
import sys
import time

import geopandas
import pandas
import psycopg2
import shapely

POINTS = "COPY (SELECT key, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM bench_point) TO STDOUT (FORMAT csv, HEADER)"
AREAS = "SELECT code, ST_AsBinary(geom) FROM bench_area"
TABLE = "DROP TABLE IF EXISTS bench_joined; CREATE UNLOGGED TABLE bench_joined (key int, area_code text)"
CRS = "EPSG:4326"


def main(database: str) -> None:
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        points = areas = found = None
        for step in map(str.strip, sys.stdin):
            began = time.perf_counter()
            if step == "read":
                points, areas = _points(cursor), _areas(cursor)
            elif step == "join":
                found = points.sjoin(areas, predicate="within")
            elif step == "write":
                _write(cursor, found)
                connection.commit()
            print(time.perf_counter() - began, flush=True)


def _points(cursor) -> geopandas.GeoDataFrame:
    """By COPY, the quickest way."""
    text = io.StringIO()
    cursor.copy_expert(POINTS, text)
    text.seek(0)
    rows = pandas.read_csv(text)
    return geopandas.GeoDataFrame(rows[["key"]], geometry=shapely.points(rows["lon"], rows["lat"]), crs=CRS)


def _areas(cursor) -> geopandas.GeoDataFrame:
    cursor.execute(AREAS)
    codes, shapes = zip(*cursor.fetchall(), strict=True)
    geometry = shapely.from_wkb([bytes(shape) for shape in shapes])
    return geopandas.GeoDataFrame({"code": pandas.Series(codes)}, geometry=geometry, crs=CRS)


def _write(cursor, found) -> None:
    cursor.execute(TABLE)
    text = io.StringIO()
    found[["key", "code"]].to_csv(text, index=False, header=False)
    text.seek(0)
    cursor.copy_expert("COPY bench_joined FROM STDIN (FORMAT csv)", text)


if __name__ == "__main__":
    main(sys.argv[1])
