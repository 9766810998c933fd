"""The nearest open cases as a function, whose plan a connection keeps, and an index for case numbers by their beginning.

Of the time of one such question the planner took four fifths. `cases.fast_features` asks the function; its states
are those of `cases.workflow.OPEN`, its scope is `cases.permissions.Scope`: tests hold it to both.
"""

from django.db import migrations

OPEN_STATES = ", ".join(
    f"'{state}'"
    for state in (
        "reported", "triaged", "registered", "submitted", "approved", "assigned", "verifying", "single_unit",
        "joint_required", "filed", "investigating", "ordered", "complied", "escalated_city", "notified", "reviewing",
        "decided", "served", "enforcing",
    )
)  # fmt: skip
# The sphere is up to 0.6 % off the ellipsoid: twice that, so that no nearer case is left out.
MARGIN = 1.02
SEEN = f"""
    one.region_id = of_region AND one.status IN ({OPEN_STATES})
    AND (everything OR one.group_code = ANY (groups) OR one.reported_by_id = reporter
         OR one.units_involved @> ARRAY[unit])
    AND ST_DWithin(one.geom::geography, here, {{radius}})
"""
NEARBY = f"""
CREATE FUNCTION nearby_cases(
    of_region text, everything boolean, groups text[], reporter bigint, unit bigint,
    lon float8, lat float8, radius_m float8, most int
) RETURNS TABLE (id bigint, distance_m float8, bearing_deg float8) LANGUAGE plpgsql STABLE AS $$
DECLARE
    here geography := ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography;
    reach float8;
BEGIN
    SELECT least(radius_m, max(walked.apart) * {MARGIN}) INTO reach FROM (
        SELECT one.geom::geography <-> here AS apart FROM cases_case one
         WHERE {SEEN.format(radius="radius_m")} ORDER BY apart LIMIT most
    ) walked;
    RETURN QUERY
    SELECT one.id, ST_Distance(one.geom::geography, here) AS metres,
           degrees(ST_Azimuth(here, one.geom::geography))
      FROM cases_case one WHERE {SEEN.format(radius="reach")} ORDER BY metres, one.id LIMIT most;
END $$
"""  # noqa: S608 -- nothing in it comes from outside


class Migration(migrations.Migration):
    dependencies = [("cases", "0022_spells")]
    operations = [
        migrations.RunSQL(
            NEARBY, "DROP FUNCTION nearby_cases(text, boolean, text[], bigint, bigint, float8, float8, float8, int)"
        ),
    ]
