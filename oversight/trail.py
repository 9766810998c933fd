"""What the verbs of every kind of record share: the row is locked, two people stand behind it, and the act stays."""

from django.utils import timezone
from django.utils.translation import gettext as _

from oversight.refusals import Refused, SamePerson


def locked(row):
    """The same row as it is now, until the end of the transaction nobody else's."""
    return type(row).objects.select_for_update().get(pk=row.pk, region=row.region_id)


def kept(row, verb, *, by, at=None, note="", **more):
    """Store the row as the act left it, and the act; `more` is what the model of the acts adds."""
    row.save()
    row.acts.create(region_id=row.region_id, verb=verb, by=by, at=at or timezone.now(), note=note, **more)
    return row


def another(by, *first):
    """Refuse who prepared it: `first` are their keys."""
    if by.pk in first:
        raise SamePerson(_("Another person than the one who prepared it must decide."))


def last_by(row, verb) -> int:
    """The key of who did this last."""
    return row.acts.filter(verb=verb).last().by_id


def said(note: str) -> str:
    if not note.strip():
        raise Refused("note", _("Say why: the reason is kept with it."))
    return note.strip()
