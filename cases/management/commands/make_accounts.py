from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from boundaries.models import Region
from cases import accounts


class Command(BaseCommand):
    help = "Make one demonstration account per role; prints them with their password."

    def handle(self, **options):
        region = Region.objects.order_by("pk").first()
        if region is None:
            raise CommandError(_("Load a pack first: an account belongs to a region."))
        people = accounts.make_demonstration_people(region)
        self.stdout.write(
            _("Demonstration accounts, password {password}:").format(password=accounts.DEMONSTRATION_PASSWORD)
        )
        for person in people:
            self.stdout.write(f"  {person.username:<13} {person.display_name}")
