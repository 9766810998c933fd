"""What is said of a patrol that is not believed as it stands."""

from django.utils.translation import gettext_lazy as _

from boundaries.models import Doubt, Patrol

SENTENCES = {
    Doubt.FUTURE: _("It ends in the future: the clock of the device is wrong. It does not count until it is accepted."),
    Doubt.SAME_TRACK: _(
        "Another patrol has the same track or a great part of it, at whatever time and in whatever direction. "
        "It does not count until it is accepted."
    ),
    Doubt.UNREACHABLE: _(
        "Some check-ins lie too far apart for the time between them: nobody gets there even at 120 km/h. "
        "It does not count until it is accepted."
    ),
    Doubt.SPEED: _("In places it is faster than 120 km/h: the track is cut there."),
    Doubt.JUMP: _("Single points lie far away from those before and after them: they are left out."),
    Doubt.OUTSIDE: _("Points lie more than 1 km outside the region: they are left out."),
    Doubt.INACCURATE: _("Points are less accurate than the threshold: they are left out."),
    Doubt.NO_EVIDENCE: _("No track and no check-in lies in any grid cell: it shows a visit of none."),
}  # fmt: skip


def told(patrol: Patrol) -> list[dict]:
    """`code`, `sentence`, and whether it `spoils` the whole patrol, of each doubt."""
    return [
        {"code": code, "sentence": str(SENTENCES[code]), "spoils": code in Patrol.SPOILING} for code in patrol.doubts
    ]
