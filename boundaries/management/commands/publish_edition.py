from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from boundaries import editions
from boundaries.models import Edition


class Command(BaseCommand):
    help = "Publish a draft edition: from its day on it says who answers. A published edition never changes."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, help="number of the draft, as import_areas printed it")
        parser.add_argument("--valid-from", type=date.fromisoformat, help="YYYY-MM-DD; as the draft has it otherwise")

    def handle(self, *, number, valid_from, **options):
        draft = Edition.objects.filter(pk=number).first()
        if draft is None:
            raise CommandError(_("There is no edition {number}.").format(number=number))
        try:
            published = _published(draft, valid_from)
        except editions.EditionNotComplete as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("“{name}” is in force from {day}.").format(name=published.name, day=published.valid_from))


@transaction.atomic
def _published(draft: Edition, valid_from: date | None) -> Edition:
    """A draft that cannot be published keeps the day it had."""
    if valid_from and draft.status == Edition.Status.DRAFT:
        draft.valid_from = valid_from
        draft.save(update_fields=["valid_from"])
    return editions.publish(draft)
