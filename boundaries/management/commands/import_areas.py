from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from boundaries import importing
from boundaries.management.region_option import add_region_option, chosen_region
from gis_core.crs import UnknownCrs, parse
from gis_core.reading import ReadingError


class Command(BaseCommand):
    help = "Read areas from GeoJSON, Shapefile (also zipped), GeoPackage or KML into a draft edition."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--crs", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n; needed where the file embeds none")
        add_region_option(parser)
        parser.add_argument(
            "--official", action="store_true", help="legal boundaries: areas are not marked as schematic"
        )
        parser.add_argument("--name", default="", help="name of the draft; the file's name otherwise")

    def handle(self, *, file, crs, region, name, official, **options):
        chosen = chosen_region(region)
        try:
            draft = importing.import_areas(file, chosen, _system(crs), name=name, schematic=not official)
        except importing.FaultyAreas as error:
            for fault in error.faults:
                self.stderr.write(fault)
            raise CommandError(_("{number} faults, nothing was read in.").format(number=len(error.faults))) from error
        except (ReadingError, UnknownCrs, importing.NameTooLong) as error:
            raise CommandError(str(error)) from error
        for remark in draft.remarks:
            self.stdout.write(remark)
        self.stdout.write(
            _("Draft “{name}” with {areas} areas (number {pk}); it answers for nothing until it is published.").format(
                name=draft.edition.name, areas=draft.areas, pk=draft.edition.pk
            )
        )


def _system(name):
    return parse(name) if name else None
