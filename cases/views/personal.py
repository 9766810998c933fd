"""Personal data unmasked: one person's, in this answer alone, after a reason that is kept."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cases import actions
from cases.permissions import Capability, may_see_reporter, requires
from cases.views.case import found_case, render_page


@requires(Capability.UNMASK)
@require_POST
@never_cache
def party(request, case_no, pk):
    case = found_case(request.user, case_no)
    return _shown(request, case, get_object_or_404(case.parties, pk=pk), "parties", {"party_shown": pk})


@requires(Capability.SEE_CASES)
@require_POST
@never_cache
def reporter(request, case_no):
    case = found_case(request.user, case_no)
    if not may_see_reporter(request.user, case):
        raise Http404
    return _shown(request, case, get_object_or_404(case.reporters), "reporter", {"reporter_shown": True})


def _shown(request, case, whose, anchor, shown):
    try:
        actions.unmask(case, whose, by=request.user, reason=request.POST.get("reason", ""))
    except actions.BadReport as error:
        messages.error(request, str(error))
        return redirect(f"{case.get_absolute_url()}#{anchor}")
    again = found_case(request.user, case.case_no)
    return render_page(request, again, **shown)
