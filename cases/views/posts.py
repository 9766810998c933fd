"""网格人员: which cell is whose, and the drawer of one cell, where people are posted, replaced and sent on leave."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from boundaries import ground, post_forms
from boundaries.models import Edition, GridCell, GridPost, PostLeave
from cases.permissions import Capability, may, requires, visible_cells

ROWS = 100
LEVELS = {
    1: _("tier 1, township"),
    2: _("tier 2, village or community"),
    3: _("tier 3, village group"),
    4: _("tier 4, micro grid"),
}
UNSTAFFED, AWAY, NO_LEADER = "unstaffed", "away", "no_leader"
# act → (form, of what: the cell, a post, a leave)
ACTS = {
    "post": (post_forms.Post, "cell"),
    "deputy": (post_forms.Deputy, "post"),
    "replace": (post_forms.Replace, "post"),
    "end": (post_forms.End, "post"),
    "leave": (post_forms.Leave, "post"),
    "withdraw": (post_forms.Withdraw, "post"),
    "end_leave": (post_forms.EndLeave, "leave"),
    "cancel_leave": (post_forms.CancelLeave, "leave"),
}


@requires(Capability.SEE_COVERAGE)
@never_cache
@require_safe
def post_list(request):
    """The cells of a tier (`level`; else the working one), narrowed by `area`, `state` and `q`."""
    today, asked = timezone.localdate(), request.GET
    level, cells = _of_tier(request.user, asked.get("level", ""), today)
    narrowed = _narrowed(cells, asked, today)
    states = _states(narrowed, today)
    state = asked.get("state", "") if asked.get("state", "") in states else ""
    page = Paginator(states[state].order_by("area_code", "code", "pk"), ROWS).get_page(asked.get("page"))
    page.object_list = page.object_list.defer("geom").with_posts(today).with_staffed(today)
    areas = _area_names(request.user)
    context = {
        "tab": "posts",
        "page": page,
        "rows": [row(cell, areas) for cell in page.object_list],
        "asked": {name: asked.get(name, "") for name in ("area", "q")} | {"state": state, "level": level},
        "states": [(name, STATES[name], found.count()) for name, found in states.items()],
        "areas": [(code, name) for code, name in areas.items()],
        "levels": [(number, LEVELS[number]) for number in _tiers(request.user, today)],
        "may_edit": may(request.user, Capability.EDIT_GRID),
        "today": today,
        "people": post_forms.people_of(request.user.region_id),
    }
    return render(request, "cases/posts.html", context)


STATES = {"": _("All"), UNSTAFFED: _("Unstaffed"), NO_LEADER: _("Without a grid leader"), AWAY: _("Somebody on leave")}


def _of_tier(user, asked: str, today):
    """(The tier, its cells): the one asked for where there is such, else the working one."""
    tiers = _tiers(user, today)
    wanted = int(asked) if asked in ("1", "2", "3", "4") else ground.working_tier(user.region_id, today)
    level = wanted if wanted in tiers or not tiers else tiers[-1]
    return level, visible_cells(user).valid_on(today).of_level(level)


def _tiers(user, today) -> list[int]:
    cells = visible_cells(user).valid_on(today)
    return list(cells.order_by("level").values_list("level", flat=True).distinct())


def _narrowed(cells, asked, today):
    if asked.get("area"):
        cells = cells.filter(area_code=asked["area"])
    text = asked.get("q", "").replace("\x00", "").strip()
    if text:
        posted = GridPost.objects.valid_on(today).filter(cell=OuterRef("pk"))
        posted = posted.filter(Q(holder__icontains=text) | Q(user__username__iexact=text))
        cells = cells.filter(Q(name__icontains=text) | Q(code__startswith=text) | Exists(posted))
    return cells


def _states(cells, today) -> dict:
    leaders = GridPost.objects.on_duty(today).filter(cell=OuterRef("pk"), role=GridPost.Role.GRID_LEADER)
    return {
        "": cells,
        UNSTAFFED: cells.with_staffed(today).filter(staffed=False),
        NO_LEADER: cells.exclude(Exists(leaders)),
        AWAY: cells.with_somebody_away(today),
    }


def _area_names(user) -> dict[str, str]:
    edition = Edition.objects.defer("outline").current(user.region_id)
    return dict(edition.areas.values_list("code", "name")) if edition else {}


def row(cell: GridCell, areas: dict[str, str]) -> dict:
    """A line of the table: who is posted today, by role."""
    roles = {role: [one for one in cell.posted if one.role == role] for role in GridPost.Role.values}
    return {"cell": cell, "area": areas.get(cell.area_code, ""), **roles}


@requires(Capability.SEE_COVERAGE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cell_posts(request, code):
    """Who is, was and will be posted to a cell. A POST does `act` to the cell, to `post` or to `leave`."""
    if request.method == "POST" and not may(request.user, Capability.EDIT_GRID):
        raise PermissionDenied
    cell = _cell(request.user, code)
    failed, done = None, ""
    if request.method == "POST":
        failed, done = _act(request, cell)
        if done and not request.htmx:
            messages.success(request, done)
            return redirect(reverse("cell-posts", args=[cell.code]))
    context = {**_drawer(request.user, cell, failed), "done": done, "tab": "posts"}
    piece = "cases/_cell_posts.html" if request.htmx else "cases/cell_posts.html"
    return render(request, piece, context, status=400 if failed else 200)


def _cell(user, code: str) -> GridCell:
    """As it is in force today; else as it was last, or will be first."""
    today = timezone.localdate()
    cells = visible_cells(user).filter(code=code).defer("geom")
    found = (
        cells.valid_on(today).first()
        or cells.filter(valid_from__lte=today).order_by("-valid_from").first()
        or cells.order_by("valid_from").first()
    )
    if found is None:
        raise Http404
    return found


def _act(request, cell):
    """(The bound form that was refused with its place, or None; what was done)."""
    name = request.POST.get("act", "")
    if name not in ACTS:
        raise BadRequest
    form_class, kind = ACTS[name]
    target = _target(cell, kind, request.POST.get("of", ""))
    form = form_class(request.POST, region=cell.region_id, auto_id=_auto_id(name, target))
    if form.carry_out(target, by=request.user):
        return None, str(form.done)
    return (name, target.pk, form), ""


def _target(cell: GridCell, kind: str, key: str):
    if kind == "cell":
        return cell
    rows = {
        "post": GridPost.objects.filter(cell__region=cell.region_id, cell__code=cell.code).select_related("cell"),
        "leave": PostLeave.objects.filter(post__cell__region=cell.region_id, post__cell__code=cell.code),
    }[kind]
    found = rows.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if found is None:
        raise Http404
    return found


def _auto_id(name: str, target) -> str:
    return f"{name}-{target.pk}-%s"


def _drawer(user, cell: GridCell, failed) -> dict:
    today, region = timezone.localdate(), cell.region_id
    may_edit = may(user, Capability.EDIT_GRID)
    posts = GridPost.objects.filter(cell__region=region, cell__code=cell.code).with_away(today)
    posts = posts.select_related("user", "unit", "deputy_of").prefetch_related("leaves").by_role()
    now = [one for one in posts if one.valid_from <= today and not (one.valid_to and one.valid_to < today)]
    past = [one for one in posts if one.valid_to and one.valid_to < today]
    shown = visible_cells(user).filter(pk=cell.pk).defer("geom").with_posts(today).with_staffed(today).get()
    return {
        "cell": cell,
        "row": row(shown, _area_names(user)),
        "parent": cell.parent,
        "now": [_entry(one, region, today, failed, may_edit) for one in now],
        "coming": [_entry(one, region, today, failed, may_edit) for one in posts if one.valid_from > today],
        "past": sorted(past, key=lambda one: one.valid_to, reverse=True),
        "post_form": _form("post", cell, region, failed, {"valid_from": today}) if may_edit else None,
        "post_failed": bool(failed and failed[0] == "post"),
        "may_edit": may_edit,
        "today": today,
        "people": post_forms.people_of(region),
    }


def _form(name: str, target, region, failed, initial=None):
    """The form of an act: the refused one where it is this, else empty with what is usual."""
    if failed and failed[:2] == (name, target.pk):
        return failed[2]
    return ACTS[name][0](region=region, initial=initial, auto_id=_auto_id(name, target))


def _entry(post: GridPost, region, today, failed, may_edit: bool) -> dict:
    """A post with its leaves that are not over, and the acts that fit it."""
    leaves = [one for one in post.leaves.all() if not (one.last_day and one.last_day < today)]
    entry = {"post": post, "leaves": [{"leave": one, "begun": one.first_day <= today} for one in leaves], "acts": []}
    if not may_edit:
        return entry
    from_day = max(post.valid_from, today)
    offered = [
        ("leave", _("Set leave"), "calendar-off", {"first_day": from_day}),
        ("deputy", _("Post a deputy"), "user-plus", {"valid_from": from_day}),
        ("replace", _("Replace"), "repeat", {"from_day": from_day, "unit": post.unit and post.unit.code}),
        ("end", _("End the post"), "user-minus", {"last_day": from_day}),
    ]
    for name, label, icon, initial in offered:
        if name == "deputy" and post.deputy_of_id:
            continue
        form = _form(name, post, region, failed, initial)
        entry["acts"].append({"name": name, "label": label, "icon": icon, "form": form, "open": form.is_bound})
    for one in entry["leaves"]:
        one["form"] = _form("end_leave", one["leave"], region, failed, {"last_day": one["leave"].last_day or today})
    entry["withdraw"] = _form("withdraw", post, region, failed) if post.valid_from > today else None
    return entry
