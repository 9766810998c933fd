"""曝光栏: the public pages and their feed, and the desk where two people make them."""

from datetime import datetime, time

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from boundaries.models import Region
from cases.permissions import Capability, may, requires
from oversight import forms
from oversight.conduct import falling
from oversight.conduct.acts import may_rest_on
from oversight.exposure import acts, column
from oversight.exposure import desk as on_the_desk
from oversight.models.exposure import ExposureEntry
from oversight.views.steps import Step, begun, by_name, taken, wanted

A_PAGE = 20


def _public(response):
    """No cache keeps it beyond its day, and no search engine lists it unless the settings say so."""
    patch_cache_control(response, no_store=True)
    if not settings.EXPOSURE_INDEXED:
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _region(request) -> str:
    """The code of the region that is asked for; "" for all."""
    return request.GET.get("region", "")[:20].replace("\0", "")


@require_safe
def exposure(request):
    today, region = timezone.localdate(), _region(request)
    page = Paginator(column.entries(today, region), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "entries": column.told(page.object_list),
        "regions": column.regions(today),
        "wanted": region,
        "today": today,
        "address": request.build_absolute_uri(reverse("exposure")),
        "reporting": Region.objects.filter(code__in=settings.PUBLIC_REPORTS).order_by("code"),
    }
    return _public(render(request, "oversight/exposure.html", context))


@require_safe
def entry(request, key):
    found = column.one(key, timezone.localdate())
    if found is None:
        raise Http404
    return _public(render(request, "oversight/exposure_entry.html", {"entry": found}))


def _notice(item: column.Shown) -> tuple[str, ...]:
    """What a notice of a decision names, a line each."""
    decision = _("Decision {number} of {day}").format(number=item.decision, day=item.decided) if item.decision else ""
    return item.bureau, decision, _("Shown until {day}").format(day=item.until)


class ExposureFeed(Feed):
    """The same entries, as Atom; of one region where its code is asked for."""

    feed_type = Atom1Feed
    title = gettext_lazy("Exposure column")
    subtitle = gettext_lazy("Violations of construction rules, as published.")

    def get_object(self, request):
        return _region(request)

    def link(self, region):
        return reverse("exposure") + (f"?{urlencode({'region': region})}" if region else "")

    def items(self, region):
        return column.published(timezone.localdate(), region)

    def item_title(self, item):
        return item.title

    def item_description(self, item):
        return "\n".join(filter(None, (item.party, item.place, item.text, *_notice(item))))

    def item_guid(self, item):
        return item.key.urn

    def item_pubdate(self, item):
        return timezone.make_aware(datetime.combine(item.published, time()))


@require_safe
def feed(request):
    return _public(ExposureFeed()(request))


WRITE, APPROVE = Capability.EDIT_EXPOSURE, Capability.APPROVE_EXPOSURE
STEPS = by_name(
    Step("write", (WRITE,), forms.ExposureForm, gettext_lazy("The new version is kept.")),
    Step("propose", (WRITE,), forms.NothingForm, gettext_lazy("Proposed.")),
    Step("approve", (APPROVE,), forms.NothingForm, gettext_lazy("Approved: it is shown on its days.")),
    Step("send_back", (APPROVE,), forms.WhyForm, gettext_lazy("Sent back.")),
    Step("withdraw", (WRITE, APPROVE), forms.WhyForm, gettext_lazy("Withdrawn: nobody is shown it any more.")),
)


@requires(Capability.SEE_EXPOSURE_DESK)
@never_cache
@require_safe
def desk(request):
    entries = _entries(request.user).prefetch_related("versions__made_by")
    today = timezone.localdate()
    rows = [_row(one, today) for one in entries]
    region = request.user.region_id
    fallen = on_the_desk.to_withdraw(region, today) if region else {}
    due = [(row, fallen[row["entry"].pk]) for row in rows if row["entry"].pk in fallen]
    context = {
        "rows": rows,
        "to_withdraw": sorted(due, key=lambda pair: pair[1].withdraw_by),
        "writes": may(request.user, WRITE),
        "today": today,
    }
    return render(request, "oversight/exposure_desk.html", context)


def _entries(user):
    here = ExposureEntry.objects.filter(region=user.region_id) if user.region_id else ExposureEntry.objects.none()
    return here.select_related("case", "approved", "proposed").defer("case__search").order_by("-id")


def _row(one, today) -> dict:
    """The entry with its newest words, and where it stands: one of the words the template has a chip for."""
    return {"entry": one, "newest": one.versions.all()[0], "standing": _standing(one, today)}


def _standing(one, today) -> str:
    if one.withdrawn_at:
        return "withdrawn"
    if one.proposed_id:
        return "proposed"
    if not one.approved_id:
        return "draft"
    if one.publish_from > today:
        return "coming"
    return "shown" if one.publish_until >= today else "over"


@requires(WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    return begun(
        request, "oversight/exposure_new.html", form_of=_first_version, act=acts.begin, page="exposure-edit",
        more=lambda form: {"decided": bool(may_rest_on(form.case))},
        done=_("The draft is kept. Propose it when it is complete."),
    )  # fmt: skip


def _first_version(data, *, case):
    return forms.ExposureForm(data, case=case, initial={"publish_from": timezone.localdate()})


@requires(Capability.SEE_EXPOSURE_DESK)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """One entry on the desk; a POST does `act`."""
    found = get_object_or_404(_entries(request.user), pk=pk)
    if request.method != "POST":
        return _edited(request, found)
    step = wanted(STEPS, request.POST.get("act", ""), request.user)
    form = step.form(request.POST, **({"case": found.case} if step.form is forms.ExposureForm else {}))
    if not taken(request, form, lambda **told: getattr(acts, step.verb)(found, **told), step.done):
        return _edited(request, found, {step.verb: form}, status=400)
    return redirect("exposure-edit", pk)


def _edited(request, found, failed=None, status=200):
    failed = failed or {}
    row = _row(found, timezone.localdate())
    form = failed.get("write") or forms.ExposureForm.of(found.case, row["newest"])
    context = {
        **row,
        "form": form,
        "failed": failed,
        "why": failed.get("withdraw") or failed.get("send_back"),
        "versions": found.versions.select_related("made_by"),
        "acts": found.acts.select_related("by", "version"),
        "fallen": bool(falling.falls(found.case.documents.filter(kind="penalty_decision")))
        and not may_rest_on(found.case),
        "writes": may(request.user, WRITE),
        "approves": may(request.user, APPROVE),
    }
    return render(request, "oversight/exposure_edit.html", context, status=status)
