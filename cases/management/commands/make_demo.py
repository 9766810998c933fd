from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from rich.progress import track

from boundaries.management.region_option import add_region_option, chosen_region
from boundaries.models import User
from cases import assignment, bulk, demonstration
from cases.permissions import Role
from cases.verbs import Verb


class Command(BaseCommand):
    help = "Make a believable demonstration set of cases, each marked as demonstration."

    def add_arguments(self, parser):
        parser.add_argument("--cases", type=int, required=True)
        parser.add_argument("--seed", type=int, default=20150406)
        add_region_option(parser)

    def handle(self, *, cases, seed, region, **options):
        if cases < 0 or seed < 0:
            raise CommandError(_("--cases and --seed take whole numbers from 0 on."))
        chosen = chosen_region(region)
        try:
            edition = assignment.edition_in_force(chosen)
        except assignment.NoEditionInForce as error:
            raise CommandError(str(error)) from error
        batch = 20_000
        worker = User.objects.filter(region=chosen, groups__name=Role.GRID_MEMBER).order_by("pk").first()
        batches = demonstration.rows(chosen, edition, cases, seed, batch, worker and worker.pk)
        shown = track(batches, total=-(-cases // batch), disable=not self.stdout.isatty(), description="")
        with transaction.atomic():
            made = sum(bulk.insert(chosen, edition, rows, Verb.REPORT) for rows in shown)
        self.stdout.write(_("{number} demonstration cases made.").format(number=made))
