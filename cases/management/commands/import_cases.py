import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from boundaries.management.region_option import add_region_option, chosen_region
from boundaries.models import User
from cases import assignment, importing
from cases.import_rows import RowReader, UnknownColumn
from cases.models.case import Channel
from gis_core.crs import UnknownCrs, parse
from gis_core.reading import ReadingError


class Command(BaseCommand):
    help = (
        "Read cases from CSV, XLSX, GeoJSON, Shapefile (also zipped), GeoPackage or KML. Refused rows go to"
        " the rejects file with their reasons: mend them there and import that file in turn."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--crs", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n; needed where the file embeds none")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=COLUMN",
            help="which column says what; repeatable",
        )
        parser.add_argument("--channel", choices=Channel.values, help="for rows that name none")
        parser.add_argument("--dry-run", action="store_true", help="check every row, write no case")
        parser.add_argument(
            "--rejects",
            type=Path,
            help="CSV for the refused rows; FILE.rejects.csv otherwise, none in a dry run",
        )
        parser.add_argument(
            "--after",
            type=int,
            default=0,
            metavar="ROW",
            help="go on behind this row, where an import broke off",
        )
        parser.add_argument("--user", help="account that is recorded as the reporter")
        add_region_option(parser)

    def handle(self, *, file, **options):
        rejects = _rejects(file, options)
        try:
            outcome = self._import(file, rejects, options)
        except (ReadingError, UnknownCrs, UnknownColumn, assignment.NoEditionInForce) as error:
            raise CommandError(str(error)) from error
        except importing.Interrupted as error:
            self._say(error.outcome, rejects)
            raise CommandError(
                _("{interrupted} What was taken stays; go on with --after {row}. Cause: {cause}").format(
                    interrupted=error, row=error.outcome.last_row, cause=_cause(error)
                )
            ) from error
        if options["dry_run"]:
            self.stdout.write(_("Only checked, no case was written."))
        self._say(outcome, rejects)

    def _import(self, file, rejects, options):
        bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        with bar:
            task = bar.add_task(file.name, total=None)
            return importing.import_cases(
                file,
                chosen_region(options["region"]),
                parse(options["crs"]) if options["crs"] else None,
                reader=RowReader(_mapping(options["map"]), options["channel"] or ""),
                by=_person(options["user"]),
                rejects=rejects,
                dry_run=options["dry_run"],
                after=options["after"],
                progress=lambda done, of: bar.update(task, completed=done, total=of),
            )

    def _say(self, outcome, rejects):
        self.stdout.write(
            _("{taken} rows taken, {refused} rows refused.").format(taken=outcome.taken, refused=outcome.refused)
        )
        for reason in outcome.first_reasons:
            self.stdout.write(f"  {reason}")
        if outcome.refused and rejects:
            self.stdout.write(
                _("Refused rows with their reasons: {file}. Mend them there and import that file.").format(file=rejects)
            )


def _rejects(file: Path, options) -> Path | None:
    """Where refused rows go. Checked now: at the end of a long import it would be too late."""
    if options["dry_run"] and not options["rejects"]:
        return None
    part = f".after-{options['after']}" if options["after"] else ""
    rejects = options["rejects"] or file.with_name(f"{file.name}{part}.rejects.csv")
    if rejects.resolve() == file.resolve():
        raise CommandError(_("The rejects file cannot be the file that is read: name another with --rejects."))
    if not os.access(rejects if rejects.exists() else rejects.parent, os.W_OK) or rejects.is_dir():
        raise CommandError(
            _("{file} cannot be written: name another rejects file with --rejects.").format(file=rejects)
        )
    return rejects


def _cause(error: importing.Interrupted) -> str:
    cause = error.__cause__
    return str(cause).strip() or type(cause).__name__


def _person(username):
    if not username:
        return None
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(_("There is no active account “{username}”.").format(username=username))
    return person


def _mapping(pairs) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals or not column:
            raise CommandError(_("--map takes FIELD=COLUMN, not “{pair}”.").format(pair=pair))
        mapping[field.strip()] = column.strip()
    return mapping
