from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from boundaries.management.region_option import add_region_option, chosen_regions
from cases import seals


class Command(BaseCommand):
    help = "Seal the events since the last seal; every region's, unless one is named."

    def add_arguments(self, parser):
        add_region_option(parser)
        parser.add_argument(
            "--head",
            metavar="FILE",
            help="add the new end of the chain to this file, to be kept elsewhere; -: print it",
        )

    def handle(self, *, region, head, **options):
        for one in chosen_regions(region):
            made, events = seals.seal(one)
            said = _("{region}: {events} events sealed in {seals} seals.")
            self._say(said.format(region=one, events=events, seals=made), head)
            self._keep(seals.head(one), head)

    def _say(self, text, head):
        """Beside a printed head there is nothing else on stdout."""
        (self.stderr if head == "-" else self.stdout).write(text)

    def _keep(self, head, file):
        if head is None or file is None:
            return
        if file == "-":
            self.stdout.write(str(head))
            return
        try:
            with Path(file).open("a", encoding="utf-8") as kept:
                kept.write(f"{head}\n")
        except OSError as error:
            said = _("{file} cannot be written: {reason}.")
            raise CommandError(said.format(file=file, reason=error.strerror or error)) from error
