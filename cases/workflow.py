"""The states of a case, from the notice's section 五, and how a map groups them. Imports no model.

Source: 荥建〔2015〕21号 五、执法程序; names and side roads as in the domain page's state machine.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    REPORTED = "reported", _("clue reported")
    TRIAGED = "triaged", _("classified")
    REGISTERED = "registered", _("registered")
    SUBMITTED = "submitted", _("submitted for review")
    APPROVED = "approved", _("approved")
    ASSIGNED = "assigned", _("handed over")
    VERIFYING = "verifying", _("preliminary check")
    SINGLE_UNIT = "single_unit", _("handled by one unit")
    JOINT_REQUIRED = "joint_required", _("joint enforcement required")
    FILED = "filed", _("filed")
    INVESTIGATING = "investigating", _("under investigation")
    ORDERED = "ordered", _("ordered to stop")
    COMPLIED = "complied", _("order complied with")
    ESCALATED_CITY = "escalated_city", _("escalated to the city")
    NOTIFIED = "notified", _("prior notice given")
    REVIEWING = "reviewing", _("under legal review")
    DECIDED = "decided", _("decided")
    SERVED = "served", _("served")
    ENFORCING = "enforcing", _("being enforced")
    CLOSED = "closed", _("closed")
    FOLLOW_UP = "follow_up", _("follow-up supervision")
    ARCHIVED = "archived", _("archived")
    REJECTED = "rejected", _("refused")
    UNFOUNDED = "unfounded", _("unfounded")
    TRANSFERRED_OUT = "transferred_out", _("transferred out")
    VOID = "void", _("void")


ENDED = frozenset(
    {
        Status.CLOSED,
        Status.FOLLOW_UP,
        Status.ARCHIVED,
        Status.REJECTED,
        Status.UNFOUNDED,
        Status.TRANSFERRED_OUT,
        Status.VOID,
    }
)
OPEN = tuple(status for status in Status if status not in ENDED)


class Stage(TextChoices):
    """The six classes a map can tell apart by colour and shape; `overdue` goes before all others."""

    OVERDUE = "overdue", _("overdue")
    WAITING = "waiting", _("waiting to be handed over")
    ASSIGNED = "assigned", _("handed over")
    WORKING = "working", _("being handled")
    CHECK = "check", _("to be re-checked")
    CLOSED = "closed", _("ended")


STAGES: dict[Status, Stage] = {
    **dict.fromkeys(
        (Status.REPORTED, Status.TRIAGED, Status.REGISTERED, Status.SUBMITTED, Status.APPROVED), Stage.WAITING
    ),
    Status.ASSIGNED: Stage.ASSIGNED,
    **dict.fromkeys(
        (
            Status.VERIFYING,
            Status.SINGLE_UNIT,
            Status.JOINT_REQUIRED,
            Status.FILED,
            Status.INVESTIGATING,
            Status.ESCALATED_CITY,
            Status.NOTIFIED,
            Status.REVIEWING,
            Status.DECIDED,
            Status.SERVED,
            Status.ENFORCING,
        ),
        Stage.WORKING,
    ),
    **dict.fromkeys((Status.ORDERED, Status.COMPLIED), Stage.CHECK),
    **dict.fromkeys(ENDED, Stage.CLOSED),
}
