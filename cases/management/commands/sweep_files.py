from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.evidence import sweeping


class Command(BaseCommand):
    help = "Remove expired uploads, and files of evidence that no row names any more."

    def handle(self, **options):
        done = sweeping.sweep(timezone.now())
        self.stdout.write(
            _("{uploads} expired uploads and {files} files without a row removed.").format(
                uploads=done.uploads, files=done.files
            )
        )
