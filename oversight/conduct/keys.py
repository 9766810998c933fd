"""Keys of other systems: made once, shown once, kept as a hash."""

import secrets
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import Region
from oversight.models.conduct import ApiKey
from oversight.refusals import Refused

BYTES = 32  # of chance: nothing to guess, so that a plain hash is enough


def make(region: Region, name: str) -> str:
    """A key for the system of that name; it is said here and never again."""
    key = secrets.token_urlsafe(BYTES)
    try:
        with transaction.atomic():
            ApiKey.objects.create(region=region, name=name, digest=_digest(key))
    except IntegrityError as error:
        sentence = _("{name} has a key already: end it first, with --end.").format(name=name)
        raise Refused("name", sentence) from error
    return key


def end(region: Region, name: str) -> bool:
    """Take the system's key out of service; whether there was one."""
    return bool(ApiKey.objects.filter(region=region, name=name, ended_at=None).update(ended_at=timezone.now()))


def known(key: str) -> ApiKey | None:
    return ApiKey.objects.filter(digest=_digest(key), ended_at=None).first()


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()
