from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import Region
from cases import coverage, nightly
from cases.reminders import Reminders


class Command(BaseCommand):
    help = "Bring every running clock up to date, tell people what presses, forget old keys; safe to run twice."

    def handle(self, **options):
        now = timezone.now()
        for region in Region.objects.order_by("code"):
            reminders = Reminders(region, now)
            night = nightly.recompute(region, now, reminders.tell)
            reminders.urge_again()
            self.stdout.write(
                _(
                    "{region}: {clocks} clocks run, {overdue} are overdue, {soon} soon due; {moved} dates of clocks and"
                    " {cases} of cases brought up to date."
                ).format(
                    region=region, clocks=night.clocks, overdue=night.overdue, soon=night.soon,
                    moved=night.clocks_moved, cases=night.cases_moved,
                )
            )  # fmt: skip
            self.stdout.write(
                _("{region}: {number} notices written.").format(region=region, number=reminders.written)
            )  # fmt: skip
            coverage.of(region.code)  # the facts of the new day, before anybody waits for them
            days = coverage.days.keep(region.code)
            self.stdout.write(_("{region}: coverage of {number} days stored.").format(region=region, number=len(days)))
        self.stdout.write(
            _("{number} stored answers to old requests forgotten.").format(number=nightly.expire_keys(now))
        )
