"""Who is posted where in the demonstration: the grid worker's account beside the made-up staff of the pack, a worker on
leave with a deputy, and the dedicated persons of some units; through the verbs, once a region."""

from datetime import date, timedelta

from boundaries import liaisons, posts
from boundaries.models import Edition, GridCell, GridPost, Region, User
from cases.permissions import Role

AWAY = (timedelta(days=-2), timedelta(days=5))
NAMED = 5  # units have a dedicated person; the others show what is said where there is none
WORKER = GridPost.Role.GRID_WORKER


def post_people(region: Region, edition: Edition, today: date) -> None:
    """Does nothing where the grid worker is posted already, or there is neither worker nor staffed cell."""
    member = User.objects.filter(region=region, groups__name=Role.GRID_MEMBER).order_by("pk").first()
    held = GridPost.objects.valid_on(today).filter(cell__region=region, role=WORKER, deputy_of=None)
    held = held.select_related("cell").defer("cell__geom").order_by("cell__code").first()
    if member is None or held is None or member.posts.exists():
        return
    cell: GridCell = held.cell
    since = max(cell.valid_from, today.replace(month=1, day=1))
    posts.post(cell, role=GridPost.Role.EMBEDDED_GRID_STAFF, user=member, unit=member.unit, valid_from=since)
    first, last = (max(today + days, held.valid_from) for days in AWAY)
    posts.post(cell, role=WORKER, holder=f"{held.holder}的代理人", deputy_of=held, valid_from=first)
    posts.leave(held, first, last, "演示")
    people = User.objects.filter(region=region, is_active=True).order_by("pk")
    chosen = {unit: people.filter(unit=unit).first() for unit in liaisons.without_liaison(edition, today)}
    for unit, person in [(unit, person) for unit, person in chosen.items() if person][:NAMED]:
        liaisons.name(unit, user=person, valid_from=since)
