from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from boundaries.management.region_option import add_region_option, chosen_regions
from cases import seals, tampering


class Command(BaseCommand):
    help = "Say whether the history of cases is as it was sealed, and name what is not; then exit 1."

    def add_arguments(self, parser):
        add_region_option(parser)
        parser.add_argument(
            "--head", metavar="FILE", type=Path, help="heads that were kept elsewhere, by `seal --head`"
        )

    def handle(self, *, region, head, **options):
        regions, heads = chosen_regions(region), self._heads(head) if head else []
        wrong = [self._verify(one, [kept for kept in heads if kept.region == one.pk]) for one in regions]
        if not heads:
            self.stdout.write(_("Without --head a missing end and a chain written anew cannot be seen."))
        if any(wrong):
            raise SystemExit(1)

    def _verify(self, region, heads):
        faults = tampering.faults(region, heads)
        for fault in faults:
            self.stdout.write(fault.sentence)
        found = tampering.standing(region)
        said = _("{region}: {events} events in {seals} seals, {faults} faults; {waiting} events are not sealed yet.")
        self.stdout.write(said.format(region=region, faults=len(faults), **vars(found)))
        return bool(faults)

    def _heads(self, file):
        try:
            return seals.read_heads(file.read_text("utf-8"))
        except OSError as error:
            said = _("{file} cannot be read: {reason}.").format(file=file, reason=error.strerror or error)
            raise CommandError(said) from error
        except ValueError as error:
            raise CommandError(_("{file} holds no heads of `seal --head`.").format(file=file)) from error
