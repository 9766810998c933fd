from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from boundaries import draft_filling, grid_importing
from boundaries.grid_shapes import SHAPES
from boundaries.management.draft_report import add_draft_options, told
from boundaries.management.region_option import add_region_option, chosen_region
from gis_core.crs import UnknownCrs, parse
from gis_core.reading import ReadingError

LEAST_M, MOST_M = 50, 50_000


class Command(BaseCommand):
    help = "Divide areas into grid cells of like size: a draft, published with --publish DATE."

    def add_arguments(self, parser):
        add_region_option(parser)
        add_draft_options(parser)
        parser.add_argument("--area", nargs="+", default=[], metavar="CODE", help="areas; all of them otherwise")
        parser.add_argument("--shape", choices=SHAPES, default="hexagon")
        parser.add_argument("--size", type=float, default=1500, metavar="METRES", help="width of a cell")
        parser.add_argument("--villages", type=Path, metavar="FILE", help="table with code, name, lon, lat of villages")
        parser.add_argument("--crs", default="wgs84", help="of the villages: wgs84, cgcs2000, gcj02, bd09 or EPSG:n")

    def handle(self, *, region, area, level, shape, size, villages, crs, publish, **options):
        if not LEAST_M <= size <= MOST_M:
            raise CommandError(_("--size: between {least} and {most} metres.").format(least=LEAST_M, most=MOST_M))
        chosen = chosen_region(region)
        try:
            places = grid_importing.read_places(villages, parse(crs)) if villages else ()
            draft = draft_filling.make(chosen, level, shape, size, areas=area, places=places)
        except grid_importing.FaultyCells as error:
            for fault in error.faults:
                self.stderr.write(fault)
            raise CommandError(_("{number} faults, nothing was read in.").format(number=len(error.faults))) from error
        except (draft_filling.CannotDivide, ReadingError, UnknownCrs) as error:
            raise CommandError(str(error)) from error
        told(self, draft, publish)
