from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from cases import reassignment


class Command(BaseCommand):
    help = "Compute the assignment of every open case anew from its stored inputs."

    def add_arguments(self, parser):
        parser.add_argument("--recheck", action="store_true", help="only report differences; exit 1 if there are any")

    def handle(self, *, recheck, **options):
        differences = reassignment.differences()
        for line in differences.lines:
            self.stdout.write(line)
        self.stdout.write(
            _("{cases} open cases, {differences} differences.").format(
                cases=differences.cases, differences=differences.number
            )
        )
        if recheck:
            raise SystemExit(1 if differences.number else 0)
        self.stdout.write(_("{number} cases changed.").format(number=reassignment.apply()))
