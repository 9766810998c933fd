"""From the proposed outcome to the archive."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import clocks
from cases.actions.act import Act
from cases.actions.refusals import BadInput
from cases.models import CaseViolation, Dossier, Inspection, Relief
from cases.proposals import double_fines

Outcome = CaseViolation.Outcome


def set_outcome(act: Act):
    """Each violation has its own; a fine raised after the notice must be told to the party again (`as_notified`)."""
    found = next(one for one in act.facts.violations if one.kind == act.given["violation"])
    act.set(found, outcome=act.given["outcome"], fine=act.given["fine"], reason=act.given["reason"])
    found.save()
    act.data["violation_label"] = str(found)


def notify(act: Act):
    act.set(act.dossier, notified_at=act.at, **dict.fromkeys(HEARD))
    act.data["outcomes"] = _outcomes(act)


def _outcomes(act: Act) -> list[dict]:
    return [
        {"violation": one.kind, "outcome": one.outcome, "fine": str(one.fine or "")} for one in act.facts.violations
    ]


HEARD = ("defence_at", "hearing_requested_at", "hearing_waived_at", "hearing_at", "hearing_held_at")


def hear_defence(act: Act):
    act.set(act.dossier, defence_at=act.at)


def request_hearing(act: Act):
    act.set(act.dossier, hearing_requested_at=act.at, hearing_waived_at=None)


def waive_hearing(act: Act):
    act.set(act.dossier, hearing_waived_at=act.at, hearing_requested_at=None, hearing_at=None)


def schedule_hearing(act: Act):
    act.set(act.dossier, hearing_at=act.given["hearing_at"])


def hold_hearing(act: Act):
    act.set(act.dossier, hearing_held_at=act.at)


def pass_review(act: Act):
    act.set(act.dossier, legal_reviewer=act.by, legal_reviewed_at=act.at)


def begin_anew(act: Act):
    """Back to the investigation: what was told, heard and reviewed must be done again."""
    fields = {name: Dossier._meta.get_field(name).get_default() for name in Dossier.UNTIL_DECIDED}
    act.set(act.dossier, **fields)


def discuss(act: Act):
    act.set(act.dossier, discussed_at=act.at)


def decide(act: Act):
    """The fine is the sum of the violations' own; the same act twice needs a reason (行政处罚法 29)."""
    if double_fines(act.facts) and not act.given["accept_double_fine"]:
        raise BadInput({"accept_double_fine": [_("The same act is fined twice: correct the outcomes, or say why.")]})
    act.set(act.dossier, decided_by=act.by, decided_at=act.at, fine=act.facts.fine)
    act.data["outcomes"] = _outcomes(act)


def serve(act: Act):
    act.set(act.dossier, served_at=act.given["served_at"])


def publish_decision(act: Act):
    act.set(act.dossier, published_at=act.at)


def withdraw_publication(act: Act):
    act.set(act.dossier, published_at=None)


def pay(act: Act):
    try:
        with transaction.atomic():
            act.case.payments.create(
                region_id=act.case.region_id, amount=act.given["amount"], paid_on=act.given["paid_on"],
                receipt_no=act.given["receipt_no"],
            )  # fmt: skip
    except IntegrityError as error:
        raise BadInput({"receipt_no": [_("A payment with this receipt is recorded already.")]}) from error
    act.set(act.dossier, paid=act.dossier.paid + act.given["amount"])
    _stop_if_settled(act)


def _stop_if_settled(act: Act):
    if not act.facts.unpaid or act.facts.annulled_on_appeal:
        clocks.stop(act.case, "D12", at=act.at, verb=act.arrow.verb)


def record_relief(act: Act):
    told = {name: act.given[name] for name in ("kind", "body", "document", "filed_on")}
    act.case.reliefs.create(region_id=act.case.region_id, recorded_at=act.at, **told)


def record_ruling(act: Act):
    """A ruling may change the fine itself; one that annuls the decision leaves the rest to the leaders."""
    _end_relief(act, act.given["result"], act.given["served_at"])
    if act.given["result"] == Relief.Result.CHANGED:
        act.set(act.dossier, fine=act.given["fine"])
    _stop_if_settled(act)


def withdraw_relief(act: Act):
    """The time to sue runs as before; where it has gone by, the court may be asked from now on."""
    _end_relief(act, Relief.Result.WITHDRAWN, act.given["served_at"])
    if clocks.has_run(act.case, "D15", act.given["served_at"]):
        clocks.stop(act.case, "D15", at=act.given["served_at"], verb=act.arrow.verb)


def _end_relief(act: Act, result: str, ended_at):
    pending = act.facts.relief_pending
    act.set(pending, result=result, ended_on=timezone.localdate(ended_at))
    pending.save()


def announce_removal(act: Act):
    act.set(act.dossier, removal_until=act.given["removal_until"])


def demand(act: Act):
    act.set(act.dossier, demanded_at=act.given["served_at"])


def apply_to_court(act: Act):
    act.set(act.dossier, court_at=act.at)


def close(act: Act):
    """建管科 follows up from here (S26, S50): the plan arises by itself."""
    practice = act.facts.practice
    until = timezone.localdate(act.at) + timedelta(days=practice.follow_up_days)
    act.set(act.dossier, follow_up_until=until, follow_up_every_days=practice.follow_up_every_days)


def follow_up_visit(act: Act):
    act.inspection(
        Inspection.Kind.FOLLOW_UP, act.given["officers"], held_at=act.given["held_at"], findings=act.given["findings"],
        showed_id=act.given["showed_id"],
    )  # fmt: skip


def archive(act: Act):
    act.set(act.dossier, archive_no=act.given["archive_no"])
