from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from rich.progress import track

from boundaries.models import Region, User
from cases import assignment, bulk, demonstration
from cases.models import CaseEvent
from cases.permissions import Role


class Command(BaseCommand):
    help = "Make a believable demonstration set of cases, each marked as demonstration."

    def add_arguments(self, parser):
        parser.add_argument("--cases", type=int, required=True)
        parser.add_argument("--seed", type=int, default=20150406)
        parser.add_argument("--region", help="code of the region; needed where there are several")

    def handle(self, *, cases, seed, region, **options):
        regions = Region.objects.filter(pk=region) if region else Region.objects.all()
        if len(regions) != 1:
            raise CommandError(_("Name one region with --region; load a pack first if there is none."))
        edition = assignment.edition_in_force(regions[0])
        batch = 20_000
        worker = User.objects.filter(region=regions[0], groups__name=Role.GRID_MEMBER).order_by("pk").first()
        batches = demonstration.rows(regions[0], edition, cases, seed, batch, worker and worker.pk)
        shown = track(batches, total=-(-cases // batch), disable=not self.stdout.isatty(), description="")
        with transaction.atomic():
            made = sum(bulk.insert(regions[0], edition, rows, CaseEvent.Verb.REPORT) for rows in shown)
        self.stdout.write(_("{number} demonstration cases made.").format(number=made))
