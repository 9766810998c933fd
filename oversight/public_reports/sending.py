"""The verb: a report of the public becomes a case as any other does, and the reporter gets a number to ask with."""

import hashlib
import json
import secrets
from uuid import UUID

from django.db import connection, transaction

from boundaries.models import Region
from cases import actions
from cases.intake import KeyReused
from cases.models.case import Channel
from oversight.models.public_report import PublicReceipt
from oversight.public_reports import limits

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is read for another
LENGTH, GROUP = 16, 4  # 80 bits
READ_AS = str.maketrans("OIL", "011")


@transaction.atomic
def send(region: Region, *, key: UUID, who: str, told: dict, photos=()) -> tuple[PublicReceipt, bool]:
    """The receipt, and whether the report was taken now; the same sending again gets the first one's.

    `told` is a place and words as `actions.report` takes them. Raises what that raises, limits.TooMany, and KeyReused
    where the same sending comes with another report; then nothing is kept.
    """
    _one_by_one(key)
    digest = _digest(told, photos)
    if earlier := PublicReceipt.objects.filter(region=region, key=key).first():
        if earlier.body_sha256 != digest:
            raise KeyReused
        return earlier, False
    limits.check(region, who)
    case = actions.report(
        region=region, by=None, channel=Channel.COMPLAINT, photos=photos, source_client="public", **told
    )
    limits.taken(region, who)
    made = PublicReceipt.objects.create(region=region, number=new_number(), case=case, key=key, body_sha256=digest)
    return made, True


def _one_by_one(key: UUID):
    """Of two that send the same at once the second waits for the first one's commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])


def _digest(told: dict, photos) -> str:
    body = [told, [(photo.name, photo.size) for photo in photos]]
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def new_number() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def said(number: str) -> str:
    """In groups, as it is read out and written down."""
    return "-".join(number[at : at + GROUP] for at in range(0, len(number), GROUP))


def find(region: Region, typed: str) -> PublicReceipt | None:
    """By a number as people type it: small letters, spaces, dashes, O for 0."""
    number = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(READ_AS)
    if len(number) != LENGTH:
        return None
    return PublicReceipt.objects.select_related("case").filter(region=region, number=number).first()
