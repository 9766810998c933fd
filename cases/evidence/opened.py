"""Somebody opened a file of a case: told to whoever keeps count of it above cases."""

from django.dispatch import Signal

# Sent with `piece` and `by` for every request of the file, of which a player makes many.
file_opened = Signal()
