"""The phones: who carries which, and taking one away that was lost."""

from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import User
from cases.models import FieldDevice

SEEN_EVERY_S = 60  # how often the last contact is written down
LONGEST = {"name": 120, "release": 40}


class Revoked(PermissionError):
    """The office took the device away."""


def device_of(user: User, key: UUID, *, session_key: str = "", **told: str) -> FieldDevice:
    """The device with this key in the person's hands, known from now on. Revoked where it was taken away."""
    now = timezone.now()
    device, _made = FieldDevice.objects.get_or_create(region_id=user.region_id, key=key, defaults={"user": user})
    if device.revoked_at:
        raise Revoked(_("The office has taken this device out of service. What waits to be sent stays on it."))
    said = {name: value[: LONGEST[name]] for name, value in told.items() if value}
    news = {"user_id": user.pk, "session_key": session_key or device.session_key, **said}
    changed = any(getattr(device, name) != value for name, value in news.items())
    if changed or (now - device.last_seen_at).total_seconds() > SEEN_EVERY_S:
        FieldDevice.objects.filter(pk=device.pk).update(last_seen_at=now, **news)
        for name, value in news.items():
            setattr(device, name, value)
    return device


@transaction.atomic
def end(device: FieldDevice, *, by: User, why: str) -> FieldDevice:
    """Take the device out of service: its session ends at once, and nothing is taken from it or given to it again."""
    locked = FieldDevice.objects.select_for_update().get(pk=device.pk)
    if not locked.revoked_at:
        Session.objects.filter(session_key=locked.session_key).delete()
        locked.revoked_at, locked.revoked_by, locked.revoked_why = timezone.now(), by, why[:200]
        locked.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
    return locked
