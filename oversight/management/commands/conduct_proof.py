from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from oversight.models import BadConductRecord


class Command(BaseCommand):
    help = (
        "What was done with a bad conduct record and who saw it when, also after it is over; for a dispute or a court."
    )

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, help="of the record, as its page's address has it")

    def handle(self, *, number, **options):
        record = BadConductRecord.objects.select_related("decision").filter(pk=number).first()
        if record is None:
            raise CommandError(_("There is no record {number}.").format(number=number))
        self.stdout.write(f"{record} · {record.decision.doc_no} · {record.publish_from} – {record.publish_until}")
        for act in record.acts.select_related("by"):
            self._line(act.at, act.get_verb_display(), act.by, act.note)
        for view in record.views.select_related("by", "key"):
            self._line(view.at, _("seen"), view.by or view.key)

    def _line(self, at, *words):
        self.stdout.write(
            "  ".join([f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}", *(str(one) for one in words if one)])
        )
