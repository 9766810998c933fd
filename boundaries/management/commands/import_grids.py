from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from boundaries import grid_importing
from boundaries.management.draft_report import add_draft_options, told
from boundaries.management.region_option import add_region_option, chosen_region
from gis_core.crs import UnknownCrs, parse
from gis_core.reading import ReadingError


class Command(BaseCommand):
    help = "Read grid cells from GeoJSON, Shapefile (also zipped), GeoPackage or KML into a draft of the grid."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--crs", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n; needed where the file embeds none")
        add_region_option(parser)
        add_draft_options(parser)
        parser.add_argument("--replace", action="store_true", help="cells that the file does not have end")
        parser.add_argument("--check", action="store_true", help="only say what is wrong, keep nothing")

    @transaction.atomic
    def handle(self, *, file, crs, region, level, replace, check, publish, **options):
        chosen = chosen_region(region)
        try:
            imported = grid_importing.import_cells(file, chosen, parse(crs) if crs else None, level, replace=replace)
        except grid_importing.FaultyCells as error:
            for fault in error.faults:
                self.stderr.write(fault)
            raise CommandError(_("{number} faults, nothing was read in.").format(number=len(error.faults))) from error
        except (ReadingError, UnknownCrs) as error:
            raise CommandError(str(error)) from error
        for remark in imported.remarks:
            self.stdout.write(remark)
        if check:
            transaction.set_rollback(True)
            sentence = _("{file}: {cells} cells, {number} remarks; nothing was kept.")
            self.stdout.write(sentence.format(file=file.name, cells=imported.cells, number=len(imported.remarks)))
            return
        told(self, imported.draft, publish)
