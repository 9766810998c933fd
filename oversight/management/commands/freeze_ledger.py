from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from boundaries.management.region_option import add_region_option, chosen_region
from oversight.ledger import freezing


class Command(BaseCommand):
    help = "Freeze a month of the ledger (2026-03), or check all frozen months against their seals with --check."

    def add_arguments(self, parser):
        add_region_option(parser)
        parser.add_argument("month", nargs="?", help="year and month: 2026-03")
        parser.add_argument("--check", action="store_true", help="change nothing; fails where a month was altered")

    def handle(self, *, region, month, check, **options):
        chosen = chosen_region(region)
        if check:
            self._check(chosen)
            return
        try:
            made = freezing.freeze(chosen, _month(month))
        except freezing.CannotFreeze as error:
            raise CommandError(str(error)) from error
        said = _("{region}: {month} frozen with {count} lines, seal {seal}.")
        self.stdout.write(said.format(region=chosen, month=made, count=made.count, seal=made.sha256))

    def _check(self, region):
        if found := list(freezing.faults(region)):
            raise CommandError("\n".join(found))
        self.stdout.write(_("{region}: all frozen months are as they were sealed.").format(region=region))


def _month(text) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise CommandError(_("A month as 2026-03.")) from error
