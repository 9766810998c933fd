"""A request that may arrive more than once, done once."""

import hashlib
import json
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import IdempotencyKey

LONGEST_KEY = 200


class KeyReused(ValueError):
    """The same key came with another body."""


class BadKey(ValueError):
    """The key is empty, too long or not printable ASCII."""

    field = "Idempotency-Key"


@transaction.atomic
def once(*, region, user, key: str, body, make: Callable[[], bytes]) -> tuple[bytes, bool]:
    """`make()`'s answer, and whether it was made now; a replay of `key` gets the first answer byte for byte.

    The row that holds the key is written first: of fifty at once one makes, the others wait for its commit.
    KeyReused where `body` (anything JSON can say) differs from the first.
    """
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= LONGEST_KEY:
        raise BadKey(_("A key has 1 to 200 printable ASCII characters."))
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    row, made = IdempotencyKey.objects.get_or_create(
        region=region, user=user, key=key, defaults={"body_sha256": digest}
    )
    if not made:
        if row.body_sha256 != digest:
            raise KeyReused(_("This Idempotency-Key was already used for another request."))
        return bytes(row.answer), False
    answer = make()
    IdempotencyKey.objects.filter(pk=row.pk).update(answer=answer)
    return answer, True
