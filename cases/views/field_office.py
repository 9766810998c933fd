"""The office's side of the phones: records that wait for a decision, and the devices."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases import actions, field
from cases.field.showing import shown
from cases.models import FieldDevice
from cases.permissions import Capability, requires

MOST = 50
TAKE, ASIDE = "take", "aside"


class WhyForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Reason"), max_length=200, strip=True)


@requires(Capability.SETTLE_FIELD)
@never_cache
@require_safe
def conflicts(request):
    kept = field.open_conflicts(request.user)
    context = {"records": shown(kept[:MOST]), "count": kept.count()}
    return render(request, "cases/field_conflicts.html", context)


@requires(Capability.SETTLE_FIELD)
@require_POST
def settle(request, key):
    record = get_object_or_404(field.open_conflicts(request.user), key=key)
    take = request.POST.get("act") == TAKE
    try:
        field.settle(record, by=request.user, take=take, why=request.POST.get("why", ""))
    except actions.Refused as error:
        messages.error(request, " ".join(error.sentences))
    except actions.BadInput as error:
        messages.error(request, " ".join(str(one) for said in error.errors.values() for one in said))
    except (field.BadReason, field.NothingToSettle, actions.NotYours) as error:
        messages.error(request, str(error))
    else:
        sentence = _("{number} is in force now.") if take else _("{number} is kept and not in force.")
        messages.success(request, sentence.format(number=record.number))
    return redirect("field-conflicts")


@requires(Capability.KEEP_DEVICES)
@never_cache
@require_safe
def devices(request):
    found = FieldDevice.objects.filter(region=request.user.region_id).select_related("user__unit", "revoked_by")
    return render(request, "cases/field_devices.html", {"devices": found})


@requires(Capability.KEEP_DEVICES)
@require_POST
def end(request, pk):
    device = get_object_or_404(FieldDevice, region=request.user.region_id, pk=pk)
    form = WhyForm(request.POST)
    if form.is_valid():
        field.end(device, by=request.user, why=form.cleaned_data["why"])
        messages.success(request, _("{device} is out of service; its session is over.").format(device=device))
    else:
        messages.error(request, _("Say why the device is taken out of service."))
    return redirect("field-devices")
