"""Posts go on when their cell is drawn anew: the old post ends the day before, the new one begins, leaves with it."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Q

from boundaries.models import GridPost, PostLeave


def _lasting(day: date) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gte=day)


def carry_posts(replaced: Mapping[int, int], day: date) -> None:
    """From old cells to the new ones that take over on the day, by key. A post that begins then or later moves as it
    is; one that has ended stays. Deputies stand in for the new post."""
    posts = GridPost.objects.filter(_lasting(day), cell__in=replaced).order_by("pk")
    anew: dict[int, GridPost] = {}
    for post in posts:
        new_cell = replaced[post.cell_id]
        if post.valid_from >= day:
            post.cell_id = new_cell
            post.save(update_fields=["cell"])
        else:
            anew[post.pk] = _gone_on(post, new_cell, day)
    GridPost.objects.bulk_create(anew.values())
    GridPost.objects.filter(pk__in=anew).update(valid_to=day - timedelta(days=1))
    for post in GridPost.objects.filter(_lasting(day), deputy_of__in=anew):
        post.deputy_of = anew[post.deputy_of_id]
        post.save(update_fields=["deputy_of"])
    _carry_leaves(anew, day)


def _gone_on(post: GridPost, cell: int, day: date) -> GridPost:
    said = ("role", "holder", "user_id", "unit_id", "group_code", "deputy_of_id", "valid_to")
    return GridPost(cell_id=cell, valid_from=day, **{name: getattr(post, name) for name in said})


def _carry_leaves(anew: Mapping[int, GridPost], day: date) -> None:
    """The rest of a leave is the new post's, the days before stay with the old one."""
    lasting = Q(last_day__isnull=True) | Q(last_day__gte=day)
    for leave in PostLeave.objects.filter(lasting, post__in=anew):
        new_post = anew[leave.post_id]
        if leave.first_day >= day:
            leave.post = new_post
            leave.save(update_fields=["post"])
            continue
        new_post.leaves.create(first_day=day, last_day=leave.last_day, reason=leave.reason)
        leave.last_day = day - timedelta(days=1)
        leave.save(update_fields=["last_day"])
