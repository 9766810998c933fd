"""Saving, naming, ordering and removing views of the list: a person's own, or a role's by the office."""

from django.db import transaction
from django.utils.translation import gettext as _

from cases import saved_views
from cases.actions.refusals import BadInput
from cases.models import SavedView
from cases.permissions import Capability, Role, may

MOST = 30  # of a person or of a role
LONGEST_NAME = SavedView._meta.get_field("name").max_length
LONGEST_QUERY = SavedView._meta.get_field("query").max_length


@transaction.atomic
def save_view(user, *, name: str, query: str, role: str = "") -> SavedView:
    """Keep the list's query under a name, for oneself or, by the office, for everybody in a role."""
    name, query = _sound_name(name), saved_views.query_of(query)
    if faults := saved_views.faults_of(query):
        raise BadInput({"query": faults})
    if len(query) > LONGEST_QUERY:
        raise BadInput({"query": [_("These filters are too many to be kept.")]})
    if not user.region_id:
        raise BadInput({"__all__": [_("Your account has no region, so no view can be kept for it.")]})
    if role and (role not in Role.values or not may(user, Capability.SHARE_VIEWS)):
        raise BadInput({"role": [_("Views are shared with a role by the office alone.")]})
    beside = SavedView.objects.filter(region=user.region_id, role=role, owner=None if role else user)
    if beside.count() >= MOST:
        raise BadInput({"name": [_("At most {number} views: remove one first.").format(number=MOST)]})
    last = beside.order_by("-place").values_list("place", flat=True).first()
    return SavedView.objects.create(
        region_id=user.region_id, name=name, query=query, role=role, owner=None if role else user,
        place=0 if last is None else last + 1,
    )  # fmt: skip


def rename_view(user, view: SavedView, name: str) -> None:
    _changeable(user, view)
    view.name = _sound_name(name)
    view.save(update_fields=["name"])


@transaction.atomic
def move_view(user, view: SavedView, by: int) -> None:
    """One place up (-1) or down (1) among the views beside it; at the end it stays."""
    _changeable(user, view)
    beside = list(_beside(view).select_for_update())
    at = next(number for number, one in enumerate(beside) if one.pk == view.pk)
    to = min(max(at + by, 0), len(beside) - 1)
    beside.insert(to, beside.pop(at))
    for place, one in enumerate(beside):
        one.place = place
    SavedView.objects.bulk_update(beside, ["place"])


def delete_view(user, view: SavedView) -> None:
    _changeable(user, view)
    view.delete()


@transaction.atomic
def choose_default_view(user, view: SavedView, wanted: bool) -> None:
    """Let the map open with this view, or no longer."""
    _changeable(user, view)
    _beside(view).update(is_default=False)
    view.is_default = wanted
    view.save(update_fields=["is_default"])


def _beside(view: SavedView):
    return SavedView.objects.filter(region=view.region_id, owner=view.owner_id, role=view.role)


def _changeable(user, view: SavedView) -> None:
    if view.role and not may(user, Capability.SHARE_VIEWS):
        raise BadInput({"view": [_("This view is shared with your role: the office changes it.")]})


def _sound_name(name: str) -> str:
    name = name.replace("\0", "").strip()
    if not name:
        raise BadInput({"name": [_("Give the view a name.")]})
    if len(name) > LONGEST_NAME:
        raise BadInput({"name": [_("At most {number} characters.").format(number=LONGEST_NAME)]})
    return name
