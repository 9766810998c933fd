"""重复违法 (M11): true cases of the last 24 months that belong together, because they lie at most 50 m apart, in a
chain, or name the same party; months and metres are the region's practice."""

from collections import defaultdict
from datetime import timedelta

from django.db import connection
from django.db.models import Q

from cases import metrics
from cases.models import Case, Party, Practice
from cases.narrowing import midnight
from gis_core import srid
from gis_core.db.compiled import bound
from oversight.statistics.asked import Asked, months_back

SITES = f"""
SELECT id, ST_ClusterDBSCAN(plane, %(metres)s, 1) OVER ()
FROM (SELECT id, reported_at, ST_Transform(geom, {srid.GAUSS_KRUGER}) AS plane FROM ({{cases}}) c) placed
ORDER BY reported_at DESC, id DESC
"""  # noqa: S608 - the inner query is Django's, with its values bound by the driver


def of(asked: Asked) -> list[list[int]]:
    """The keys of the cases of each place or party, the newest first; worked out once for what is asked."""
    if "places" not in asked.known:
        asked.known["places"] = _of(asked)
    return asked.known["places"]


def _of(asked):
    practice = Practice.of(asked.region.pk)
    since = midnight(months_back(asked.day, practice.repeat_months) + timedelta(days=1))
    recent = {"reported_at__gte": since, "reported_at__lt": asked.then}
    cases = metrics.found_true(asked.of_region(Case, "").filter(**recent), asked.then)
    text = bound(cases.values("id", "reported_at", "geom"))
    if text is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(SITES.format(cases=text), {"metres": practice.repeat_metres})
        site_of = dict(cursor.fetchall())
    return _joined(site_of, _parties(asked, {f"case__{name}": moment for name, moment in recent.items()}, site_of))


def _parties(asked, recent, site_of):
    """(what a party is known by, key of its case): by the code where there is one, else by role and name."""
    rows = Party.objects.filter(region=asked.region, **recent).exclude(Q(uscc="") & Q(name=""))
    for case, uscc, kind, name in rows.values_list("case", "uscc", "kind", "name"):
        if case in site_of:
            yield uscc or (kind, name), case


def _joined(site_of: dict[int, int], parties) -> list[list[int]]:
    """Sites that share a party are one place."""
    head = {site: site for site in site_of.values()}

    def top(site):
        while head[site] != site:
            head[site] = head[head[site]]
            site = head[site]
        return site

    first = {}
    for party, case in parties:
        head[top(site_of[case])] = top(first.setdefault(party, site_of[case]))
    places = defaultdict(list)
    for case, site in site_of.items():
        places[top(site)].append(case)
    return list(places.values())
