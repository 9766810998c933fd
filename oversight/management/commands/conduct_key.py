from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from boundaries.management.region_option import add_region_option, chosen_region
from oversight.conduct import keys
from oversight.refusals import Refused


class Command(BaseCommand):
    help = "Make a key with which another system asks for bad conduct records; it is printed once, or ended by --end."

    def add_arguments(self, parser):
        parser.add_argument("name", help="of the system that will ask")
        parser.add_argument("--end", action="store_true", help="take the system's key out of service")
        add_region_option(parser)

    def handle(self, *, name, end, region, **options):
        where = chosen_region(region)
        if end:
            if not keys.end(where, name):
                raise CommandError(_("{name} has no key.").format(name=name))
            self.stdout.write(_("The key of {name} is out of service.").format(name=name))
            return
        try:
            self.stdout.write(keys.make(where, name))
        except Refused as error:
            raise CommandError(str(error)) from error
