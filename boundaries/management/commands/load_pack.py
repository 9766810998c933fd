from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from boundaries import packs


class Command(BaseCommand):
    help = "Load a jurisdiction pack: one folder that describes a city. A faulty pack changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="only check the pack, load nothing")

    def handle(self, *, folder, check, **options):
        try:
            loaded = packs.check(folder) if check else packs.load(folder, self.stdout.write)
        except packs.FaultyPack as error:
            for fault in error.faults:
                self.stderr.write(fault)
            raise CommandError(
                _("{folder}: {number} faults, nothing was loaded.").format(folder=folder, number=len(error.faults))
            ) from error
        if check:
            self.stdout.write(_("{folder}: no fault found.").format(folder=folder))
        else:
            self.stdout.write(
                _("{region}: “{edition}” with {areas} areas is in force from {day}.").format(
                    region=loaded.region.name,
                    edition=loaded.name,
                    areas=loaded.areas.count(),
                    day=loaded.valid_from,
                )
            )
