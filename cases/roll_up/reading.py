"""The roll-up read from the database: the posts, what was reported for each, since when the silent ones are so."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.utils import timezone

from boundaries.models import Edition, GridPost
from boundaries.posts import meeting
from cases.models.case import Channel
from cases.permissions import visible_cases, visible_cells
from cases.roll_up.rows import Line, Period, Posted, RollUp
from gis_core.db.compiled import bound

CHANNELS = (Channel.GRID_FEEDBACK, Channel.PATROL)
EMBEDDED = GridPost.Role.EMBEDDED_GRID_STAFF
MOST_NUMBERS = 20  # case numbers told of a post, the newest

ON_THE_DAY = """p.valid_from <= (c.reported_at AT TIME ZONE %(zone)s)::date
    AND (p.valid_to IS NULL OR p.valid_to >= (c.reported_at AT TIME ZONE %(zone)s)::date)"""
BY_POST = f"""
SELECT post, count(*), max(reported_at), (array_agg(case_no ORDER BY reported_at DESC, id DESC))[:{MOST_NUMBERS}]
FROM (
    SELECT DISTINCT ON (c.id) c.id, c.case_no, c.reported_at, p.id AS post
    FROM ({{cases}}) c
    JOIN boundaries_gridpost p ON p.user_id = c.reported_by_id AND p.id = ANY(%(posts)s) AND {ON_THE_DAY}
    JOIN boundaries_gridcell g ON g.id = p.cell_id
    ORDER BY c.id, ST_Covers(g.geom, c.geom) DESC, g.code, p.id
) reported GROUP BY post
"""  # noqa: S608 - the inner query is Django's, with its values bound by the driver
LAST = f"""
SELECT c.reported_by_id, max(c.reported_at) FROM ({{cases}}) c
WHERE EXISTS (SELECT FROM boundaries_gridpost p
    WHERE p.user_id = c.reported_by_id AND p.role = '{EMBEDDED}' AND {ON_THE_DAY})
GROUP BY c.reported_by_id
"""  # noqa: S608 - likewise


def roll_up(user, period: Period, today: date | None = None) -> RollUp:
    """Of the cells and cases that `user` sees; eight queries, however many people."""
    today = today or timezone.localdate()
    period.check(today)
    until = min(period.last, today)
    posts = _posts(user, period.first, until)
    reported = _reported(user, posts, period.first, until)
    lands = _Places(user.region_id, until)
    people: dict[tuple, list[Posted]] = {}
    for post in posts:
        known = (post.user_id,) if post.user_id else (None, post.holder, post.unit_id)
        people.setdefault(known, []).append(lands.posted(post, reported.get(post.pk)))
    silent = [known[0] for known, theirs in people.items() if known[0] and not any(one.reports for one in theirs)]
    since = _since(user, silent, until)
    lines = [_line(theirs, since, period.first, until) for theirs in people.values()]
    return RollUp(period, until, tuple(sorted(lines, key=_place)))


def _place(line: Line):
    cell = line.posts[0].post.cell
    return (cell.area_code, cell.code, line.name, line.account)


def _posts(user, first: date, until: date) -> list[GridPost]:
    embedded = GridPost.objects.filter(meeting(first, until), role=EMBEDDED, cell__in=visible_cells(user))
    embedded = embedded.select_related("cell", "unit", "user__unit").defer("cell__geom").prefetch_related("leaves")
    return list(embedded.order_by("cell__area_code", "cell__code", "holder", "pk"))


def _reports(user, people: Iterable[int]):
    cases = visible_cases(user).filter(channel__in=CHANNELS, reported_by__in=list(people))
    return cases.order_by().values("id", "case_no", "reported_at", "reported_by_id", "geom")


def _reported(user, posts: list[GridPost], first: date, until: date) -> dict[int, tuple]:
    """Post → how many reports, the last of them, the newest numbers."""
    cases = _reports(user, {post.user_id for post in posts if post.user_id})
    cases = cases.filter(reported_at__gte=_midnight(first), reported_at__lt=_midnight(until + timedelta(days=1)))
    rows = _asked(BY_POST, cases, posts=[post.pk for post in posts])
    return {post: (number, last, tuple(numbers)) for post, number, last, numbers in rows}


def _since(user, people: list[int], until: date) -> dict[int, tuple[date, bool]]:
    """Person → the day of their last report, or (with True) of their first post."""
    if not people:
        return {}
    cases = _reports(user, people).filter(reported_at__lt=_midnight(until + timedelta(days=1)))
    first = GridPost.objects.filter(role=EMBEDDED, user__in=people).order_by().values_list("user")
    found = {person: (day, True) for person, day in first.annotate(Min("valid_from"))}
    found |= {person: (timezone.localtime(last).date(), False) for person, last in _asked(LAST, cases)}
    return found


def _asked(text: str, cases, **told) -> list[tuple]:
    inner = bound(cases)
    if inner is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(text.format(cases=inner), {"zone": settings.TIME_ZONE, **told})
        return cursor.fetchall()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


class _Places:
    """Areas and groups by the edition in force on a day."""

    def __init__(self, region, day: date):
        edition = Edition.objects.defer("outline").current(region, day)
        areas = edition.areas.values_list("code", "name", "group__code") if edition else ()
        self._areas = {code: (name, group) for code, name, group in areas}
        groups = edition.groups.values_list("code", "name", "order") if edition else ()
        self._groups = {code: (name, order) for code, name, order in groups}

    def posted(self, post: GridPost, reported) -> Posted:
        area, its_group = self._areas.get(post.cell.area_code, ("", ""))
        group, order = self._groups.get(post.group_code or its_group, ("", 0))
        unit = post.unit or (post.user.unit if post.user else None)
        return Posted(post, area, group, order, unit, *(reported or ()))


def _line(posts: list[Posted], since, first: date, until: date) -> Line:
    post = posts[0].post
    person = post.user
    day, never = since.get(post.user_id, (None, False))
    return Line(
        post.holder, person.username if person else "", tuple(posts), day, never,
        away=not any(_days(one.post, first, until) - _days_away(one.post, first, until) for one in posts),
    )  # fmt: skip


def _days(post: GridPost, first: date, until: date) -> set[int]:
    return _ordinals(post.valid_from, post.valid_to, first, until)


def _days_away(post: GridPost, first: date, until: date) -> set[int]:
    return set().union(*(_ordinals(one.first_day, one.last_day, first, until) for one in post.leaves.all()))


def _ordinals(begin: date, end: date | None, first: date, until: date) -> set[int]:
    return set(range(max(begin, first).toordinal(), min(end or until, until).toordinal() + 1))
