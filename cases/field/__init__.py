"""The inspectors' application on its server's side: what is carried, what comes in, and what becomes of it.

Nothing of the field is thrown away: a record that the case has moved on from is kept beside what happened meanwhile
until a person decides (docs/decisions/records-of-the-field.md).
"""

from cases.field.devices import Revoked, device_of, end
from cases.field.receiving import KeyReused, Told, receive
from cases.field.settling import BadReason, NothingToSettle, confirm, open_conflicts, settle, unconfirmed

__all__ = [
    "BadReason",
    "KeyReused",
    "NothingToSettle",
    "Revoked",
    "Told",
    "confirm",
    "device_of",
    "end",
    "open_conflicts",
    "receive",
    "settle",
    "unconfirmed",
]
