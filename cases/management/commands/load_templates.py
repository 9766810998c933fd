from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from boundaries.models import Region
from cases.documents import sample, templates


class Command(BaseCommand):
    help = "Put a folder's .docx templates in force for new documents. A faulty folder changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, nargs="?", default=templates.DEFAULTS)
        parser.add_argument("--region", help="code of the region; needed where there are several")
        parser.add_argument("--check", action="store_true", help="only check the files, load nothing")
        parser.add_argument("--placeholders", action="store_true", help="list what a template may ask for")

    def handle(self, *, folder, region, check, placeholders: bool, **options):
        if placeholders:
            self._list()
            return
        try:
            found = templates.check(folder) if check else templates.load(folder, _region(region))
        except templates.FaultyTemplates as error:
            for fault in error.faults:
                self.stderr.write(fault)
            raise CommandError(
                _("{folder}: {number} faults, nothing was loaded.").format(folder=folder, number=len(error.faults))
            ) from error
        self._say(folder, found, check)

    def _list(self):
        for name, example in sample.placeholders():
            self.stdout.write(f"{name}\t{example}")

    def _say(self, folder, found, check):
        for one in found:
            self.stdout.write(f"{one.kind}\t{one.name}\t{one.sha256[:12]}")
        if check:
            self.stdout.write(_("{folder}: no fault found.").format(folder=folder))
        else:
            self.stdout.write(_("{number} templates are new and in force.").format(number=len(found)))


def _region(code: str | None) -> Region:
    regions = Region.objects.filter(pk=code) if code else Region.objects.all()[:2]
    if len(regions) != 1:
        raise CommandError(
            _("There is no region {code}.").format(code=code) if code else _("Say which region: --region CODE.")
        )
    return regions[0]
