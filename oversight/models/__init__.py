"""The record: what joint enforcement leaves behind. It reads cases and events, and never changes them."""

from oversight.models.ledger import LedgerLine, LedgerMonth

__all__ = ["LedgerLine", "LedgerMonth"]
