from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.progress import track

from boundaries.management.region_option import add_region_option, chosen_region
from boundaries.models import User
from cases import (
    assignment,
    bulk,
    demonstration,
    demonstration_patrols,
    demonstration_people,
    demonstration_play,
)
from cases.demonstration_stories import STORIES
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
        with transaction.atomic():
            played = self._play(chosen, edition, cases, seed)
            made = self._fill(chosen, edition, cases - played, seed)
            demonstration_people.post_people(chosen, edition, timezone.localdate())
            patrols = demonstration_patrols.make(chosen, seed) if cases else 0
        self.stdout.write(
            _("{number} demonstration cases made, {played} of them played step by step.").format(
                number=made + played, played=played
            )
        )
        if patrols:
            self.stdout.write(_("{number} demonstration patrols made.").format(number=patrols))

    def _play(self, region, edition, most, seed) -> int:
        """The stories, once a region, where the set has room for them and there are accounts to play them."""
        if most < len(STORIES) or demonstration_play.is_played(region):
            return 0
        if demonstration_play.cast(region) is None:
            self.stdout.write(_("No case is played step by step: make_accounts makes the people who could."))
            return 0
        return len(demonstration_play.play(region, edition, STORIES, seed))

    def _fill(self, region, edition, how_many, seed) -> int:
        batch = 20_000
        worker = User.objects.filter(region=region, groups__name=Role.GRID_MEMBER).order_by("pk").first()
        batches = demonstration.rows(region, edition, how_many, seed, batch, worker and worker.pk)
        shown = track(batches, total=-(-how_many // batch), disable=not self.stdout.isatty(), description="")
        return sum(bulk.insert(region, edition, rows, Verb.REPORT) for rows in shown)
