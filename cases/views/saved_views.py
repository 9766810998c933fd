"""The bar of saved views, and what is done with one."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases import actions, saved_views
from cases.permissions import Capability, Role, may, requires

ACTS = {
    "rename": lambda user, view, post: actions.rename_view(user, view, post.get("name", "")),
    "up": lambda user, view, _post: actions.move_view(user, view, -1),
    "down": lambda user, view, _post: actions.move_view(user, view, 1),
    "delete": lambda user, view, _post: actions.delete_view(user, view),
    "default": lambda user, view, _post: actions.choose_default_view(user, view, True),
    "no-default": lambda user, view, _post: actions.choose_default_view(user, view, False),
}


@requires(Capability.SEE_CASES)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def views(request):
    """The bar as it stands; a POST does `act` first (`save`, or one of ACTS with the key `view`)."""
    fault = ""
    if request.method == "POST":
        try:
            _act(request.user, request.POST)
        except actions.BadInput as error:
            fault = str(error)
        if not (fault or request.htmx):
            return redirect(reverse("map") + "?" + urlencode({"status": "open"}))
    return render(request, "cases/_views.html", {**bar(request.user), "fault": fault}, status=400 if fault else 200)


def bar(user) -> dict:
    """What the bar of views shows."""
    roles = Role.choices if may(user, Capability.SHARE_VIEWS) else []
    return {"views": saved_views.shown(user), "view_roles": roles}


def _act(user, post) -> None:
    act = post.get("act", "")
    if act == "save":
        actions.save_view(user, name=post.get("name", ""), query=post.get("query", ""), role=post.get("role", ""))
    elif act in ACTS:
        ACTS[act](user, _view(user, post.get("view", "")), post)
    else:
        raise actions.BadInput({"act": [_("There is nothing to be done: choose a view first.")]})


def _view(user, pk: str):
    found = saved_views.of(user).filter(pk=pk).first() if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
    if found is None:
        raise Http404
    return found
