"""What commands that make a grid draft ask and tell alike."""

from datetime import date

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from boundaries import grid_publishing
from boundaries.models import GridDraft


def add_draft_options(parser):
    parser.add_argument("--level", type=int, choices=(1, 2, 3, 4), default=3, help="tier of the cells")
    parser.add_argument("--publish", type=date.fromisoformat, metavar="DATE", help="put it in force from that day on")


def told(command, draft: GridDraft, day: date | None) -> None:
    """Say what the draft is, and publish it where a day is named; a refusal keeps the draft."""
    number = draft.cells.standing().count()
    said = {"name": draft.name, "number": number, "pk": draft.pk}
    if day is None:
        command.stdout.write(
            _("Draft “{name}” with {number} cells (number {pk}); it is in force when it is published.").format(**said)
        )
        return
    try:
        grid_publishing.publish(draft, day)
    except grid_publishing.NotPublished as error:
        for line in [fault.sentence for fault in getattr(error, "faults", ())] + getattr(error, "conflicts", []):
            command.stderr.write(line)
        raise CommandError(str(error)) from error
    command.stdout.write(_("“{name}” with {number} cells is in force from {day}.").format(**said, day=day))
