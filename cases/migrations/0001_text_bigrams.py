from django.db import migrations

BIGRAMS = """
CREATE FUNCTION text_bigrams(VARIADIC parts text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(part, i, 2)), '{}')
    FROM (SELECT lower(p) AS part FROM unnest(parts) p) t, generate_series(1, length(part) - 1) i
$$
"""
# World pixels, 2^31 across in the tiles' projection: integers, so that sums never drift.
WORLD_X = """
CREATE FUNCTION world_x(geom geometry) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT floor((ST_X(geom) + 180) / 360 * 2147483648)::bigint
$$
"""
WORLD_Y = """
CREATE FUNCTION world_y(geom geometry) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT floor((0.5 - asinh(tan(radians(ST_Y(geom)))) / (2 * pi())) * 2147483648)::bigint
$$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION text_bigrams(text[])"),
        migrations.RunSQL(WORLD_X, "DROP FUNCTION world_x(geometry)"),
        migrations.RunSQL(WORLD_Y, "DROP FUNCTION world_y(geometry)"),
    ]
