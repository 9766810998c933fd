"""A person's notices: the list, and marking them read."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases.models import Notice
from cases.permissions import Capability, requires, visible_cases

ROWS = 50


@require_safe
@never_cache
@requires(Capability.SEE_CASES)
def notices(request):
    mine = _mine(request.user)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        mine = mine.filter(pk__lt=int(before))
    if request.GET.get("unread"):
        mine = mine.filter(read_at__isnull=True)
    rows = list(mine.order_by("-id")[: ROWS + 1])
    context = {
        "notices": rows[:ROWS],
        "more": rows[ROWS - 1].pk if len(rows) > ROWS else "",
        "unread_only": bool(request.GET.get("unread")),
    }
    return render(request, "cases/notices.html", context)


@require_POST
@requires(Capability.SEE_CASES)
def read(request, pk):
    """Marked read, and on to its case, or to the person's own patrols."""
    shown = Q(case__in=visible_cases(request.user)) | Q(plan__isnull=False, plan__region=request.user.region_id)
    notice = get_object_or_404(_mine(request.user).filter(shown), pk=pk)
    _mark(_mine(request.user).filter(pk=pk))
    return redirect(notice.case or "patrol-plans-mine")


@require_POST
@requires(Capability.SEE_CASES)
def read_all(request):
    _mark(_mine(request.user))
    return redirect("notices")


def _mine(user):
    return (
        Notice.objects.filter(to=user)
        .select_related("case")
        .only("kind", "text", "at", "read_at", "to_id", "case__case_no")
    )


def _mark(notices):
    notices.filter(read_at__isnull=True).update(read_at=timezone.now())
