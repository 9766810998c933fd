"""The questions before a verb: each says in a sentence what is missing, or nothing.

The page asks them before the button is pressed, the engine again under the case's lock.
"""

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _

from cases import clocks, deadlines, running_clocks
from cases.facts import FEWEST_OFFICERS, Facts
from cases.models import Inspection, Order, Relief
from cases.models.case import LandOwnership
from cases.verbs import Need
from gis_core.sentences import listed

FEWEST_UNITS = 2  # of a joint inspection (S44: several units at one time)
MONTHS_A_YEAR = 12


def missing(needs, facts: Facts) -> list[str]:
    """What is missing, one sentence a need, in the order of the table; empty where nothing is."""
    return [sentence for need in needs if (sentence := GATES[need](facts))]


def _unless(holds: bool, sentence: str) -> str:
    return "" if holds else sentence


def land_not_collective(facts):
    return _unless(
        facts.case.land_ownership != LandOwnership.COLLECTIVE,
        _("The land is collective: the notice covers state land alone. Transfer the case out or do not register it."),
    )


def state_land(facts):
    return _unless(
        facts.is_state_land and bool(facts.dossier.land_evidence),
        _("State-owned land is not confirmed yet: confirm the land ownership with its evidence before filing."),
    )


def inside_region(facts):
    return _unless(facts.is_inside, _("The point lies outside the region: transfer the case out."))


def group_known(facts):
    return _unless(
        facts.case.lead_unit_id is not None,
        _("No cooperation group answers for this point yet: the office must reassign it by hand first."),
    )


def not_joint(facts):
    return _unless(not facts.case.is_joint, _("Joint enforcement is required already."))


def two_certified(facts):
    here = len(facts.certified_here)
    sentence = _("Two officers with certificate numbers are needed; the units of this case have {number}.")
    return _unless(here >= FEWEST_OFFICERS, sentence.format(number=here))


def violations_named(facts):
    return _unless(bool(facts.violations), _("No violation is named with its act and legal basis yet."))


def within_limitation(facts):
    """行政处罚法 36: two years, five where life, health or finance is harmed; a continuing act runs from its end."""
    ended = facts.dossier.violation_end
    if not ended:
        return ""
    practice, harm = facts.practice, facts.dossier.safety_danger
    years = practice.limitation_years_harm if harm else practice.limitation_years
    discovered = timezone.localdate(facts.case.reported_at)
    return _unless(
        (discovered - ended).days <= deadlines.length_in_days(ended, years * MONTHS_A_YEAR, deadlines.MONTH),
        _("The violation ended on {date}, more than {years} years before it was discovered: no penalty is possible.")
        .format(date=ended, years=years),
    )  # fmt: skip


def parties_named(facts):
    return _unless(
        bool(facts.parties) or clocks.has_run(facts.case, "D23", facts.at),
        _("No party is named; where the owner is unknown, the announcement must have run its time."),
    )


def evidence_held(facts):
    return _unless(facts.evidence_count > 0, _("There is no evidence in the file yet."))


def device_evidence_reviewed(facts):
    unreviewed = facts.unreviewed_evidence
    sentence = _("{number} pieces of device evidence have no legal and technical review yet.")
    return _unless(not unreviewed, sentence.format(number=unreviewed))


def joint_evidence(facts):
    if not facts.case.is_joint:
        return ""
    present = max((len(facts.units_present(one)) for one in facts.joint_held), default=0)
    return _unless(
        present >= FEWEST_UNITS,
        _("Joint evidence is missing: no joint inspection with {number} units present has been concluded.")
        .format(number=FEWEST_UNITS),
    )  # fmt: skip


def inspection_called(facts):
    return _unless(facts.called is not None, _("No joint inspection is called."))


def invited(facts):
    if facts.called is None or facts.by is None:
        return ""
    rows = [row for row in facts.called.units.all() if row.unit_id == facts.by.unit_id]
    return _unless(bool(rows), _("Your unit is not invited to this inspection."))


def invited_before(facts):
    """Also to one that is over: what was seen there may arrive later than the record."""
    if facts.by is None:
        return ""
    joint = [one for one in facts.inspections if one.kind == Inspection.Kind.JOINT]
    here = any(row.unit_id == facts.by.unit_id for one in joint for row in one.units.all())
    return _unless(here, _("Your unit was invited to no joint inspection of this case."))


def order_in_force(facts):
    return _unless(facts.order_in_force is not None, _("No order is in force."))


def order_obeyed(facts):
    """Works that went on after the order was obeyed disobey it again."""
    return _unless(bool(facts.orders) and facts.order_in_force is None, _("No order was obeyed before."))


def order_disobeyed(facts):
    order = facts.order_in_force
    return _unless(
        order is not None and order.state == Order.State.DISOBEYED,
        _("No re-check has found yet that the order is disobeyed."),
    )


def own_violation(facts):
    """The handling unit proposes for all violations, another unit for its own alone (S44)."""
    if not facts.violations:
        return violations_named(facts)
    return _unless(bool(facts.own_violations), _("None of the violations is your unit's: its own unit proposes."))


def as_notified(facts):
    """行政处罚法 44 and 45: what is decided was told before, and the defence makes nothing dearer."""
    told = facts.fines_told
    dearer = listed(one for one in facts.penalised if told is not None and one.fine > told.get(one.kind, 0))
    return _unless(
        not dearer, _("Fined higher than the party was told: {violations}. Give prior notice anew.")
        .format(violations=dearer),
    )  # fmt: skip


def outcomes_proposed(facts):
    pending = listed(facts.pending)
    if not facts.violations:
        return violations_named(facts)
    return _unless(not pending, _("No outcome is proposed yet for: {violations}.").format(violations=pending))


def some_penalty(facts):
    return _unless(bool(facts.penalised), _("No fine is proposed: submit the case for legal review without a notice."))


def no_penalty(facts):
    return _unless(not facts.penalised, _("A fine is proposed: the party must be given prior notice first."))


def defence_heard(facts):
    heard = facts.dossier.defence_at or clocks.has_run(facts.case, "D08", facts.at)
    return _unless(bool(heard), _until(_("The party may still state its case"), facts, "D08"))


def hearing_required(facts):
    return _unless(
        facts.hearing_required,
        _("The fine is below {amount} yuan: there is no right to a hearing.").format(
            amount=f"{facts.hearing_from:,.0f}"
        ),
    )


def hearing_open(facts):
    """In time only: five working days after the notice (行政处罚法 64(一))."""
    return _unless(not clocks.has_run(facts.case, "D06", facts.at), _("The time to ask for a hearing has run out."))


def hearing_requested(facts):
    if facts.dossier.hearing_held_at:
        return _("The hearing was held already.")
    return _unless(bool(facts.dossier.hearing_requested_at), _("Nobody has asked for a hearing."))


def hearing_scheduled(facts):
    when = facts.dossier.hearing_at
    if when and when <= facts.at:
        return ""
    if when:
        return _("The hearing is on {time}.").format(time=_when(when))
    return _("The hearing has no date yet.")


def hearing_settled(facts):
    """No decision before the hearing was held or waived, or the time to ask for it has run (行政处罚法 63, 64)."""
    dossier = facts.dossier
    if not dossier.notified_at or not facts.hearing_required or dossier.hearing_waived_at or dossier.hearing_held_at:
        return ""
    if dossier.hearing_requested_at:
        return _("The party has asked for a hearing, and it was not held yet.")
    lapsed = clocks.has_run(facts.case, "D06", facts.at)
    return _unless(lapsed, _until(_("The party may still ask for a hearing"), facts, "D06"))


def _until(sentence, facts, code):
    due = clocks.not_before(facts.case, code)
    if due is None:
        return _("{sentence}.").format(sentence=sentence)
    return _("{sentence} until {time}.").format(sentence=sentence, time=_when(due))


def _when(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def not_the_handler(facts):
    return _unless(
        facts.by is None or facts.by.pk not in facts.handlers,
        _("You handle this case: somebody else must review or hear it (行政处罚法 58, 64)."),
    )


def legally_reviewed(facts):
    """Passed, and by nobody who has become a handler of the case since."""
    dossier = facts.dossier
    if not dossier.legal_reviewed_at:
        return _("The legal review has not been passed yet.")
    return _unless(
        dossier.legal_reviewer_id not in facts.handlers,
        _("Who reviewed the case handles it now: somebody else must review it (行政处罚法 58)."),
    )


def discussed(facts):
    needed = facts.needs_discussion and not facts.dossier.discussed_at
    return _unless(not needed, _("A major, joint or heard case must be discussed collectively first (行政处罚法 57)."))


def fine_open(facts):
    return _unless(facts.unpaid > 0, _("No fine is open."))


def fine_settled(facts):
    settled = facts.unpaid <= 0 or facts.dossier.court_at
    return _unless(
        bool(settled), _("{amount} yuan of the fine are not paid yet.").format(amount=f"{facts.unpaid:,.2f}")
    )


def orders_settled(facts):
    settled = facts.order_in_force is None or facts.dossier.court_at
    return _unless(bool(settled), _("An order is still in force: no re-check has found it obeyed."))


def measures_ended(facts):
    """行政处罚法 56, 行政强制法 25: neither may outlast the case."""
    dossier = facts.dossier
    return _unless(
        not (dossier.evidence_registered_at or dossier.sealed_at),
        _("Evidence is registered in advance or the site is sealed: decide on it or lift the seal first."),
    )


def demand_run(facts):
    if not facts.dossier.demanded_at:
        return _("No demand notice has been served yet.")
    run = clocks.has_run(facts.case, "D17", facts.at)
    return _unless(run, _until(_("The demand notice gives the party time"), facts, "D17"))


def relief_run(facts):
    """Both ways are over: the party let them run out, or went them to their end (行政强制法 44, 53)."""
    if sentence := relief_ended(facts):
        return sentence
    codes = [code for code in _ways_open(facts) if not clocks.has_run(facts.case, code, facts.at)]
    return _until(_("The party may still ask for reconsideration or sue"), facts, codes[-1]) if codes else ""


def _ways_open(facts) -> tuple[str, ...]:
    """The clocks of what the party may still do: after a reconsideration sue in fifteen days, after a suit nothing."""
    if facts.last_ruling is None:
        return ("D14", "D15")
    return ("D15b",) if facts.last_ruling.kind == Relief.Kind.RECONSIDERATION else ()


def relief_ended(facts):
    pending = facts.relief_pending
    if pending is None:
        return ""
    return _("A reconsideration or suit is pending since {date}: record how it ends first.").format(
        date=pending.filed_on
    )


def relief_pending(facts):
    return _unless(facts.relief_pending is not None, _("No reconsideration or suit is pending."))


def decision_stands(facts):
    return _unless(
        facts.annulled_on_appeal is None,
        _("The decision was annulled on appeal: it must be annulled here and made anew."),
    )


def published(facts):
    return _unless(bool(facts.dossier.published_at), _("The decision is not published yet."))


def video_filed(facts):
    needed = facts.dossier.violent_resistance and not (facts.videos and facts.dossier.video_archive_no)
    return _unless(
        not needed,
        _("Violent resistance: the video of the whole course and its archive number are missing (notice 四.5)."),
    )


def violence_recorded(facts):
    return _unless(facts.dossier.violent_resistance, _("No violent resistance is recorded."))


def follow_up_run(facts):
    until = facts.dossier.follow_up_until
    if not facts.visited:
        return _("Follow-up supervision has not visited the site yet.")
    return _unless(
        until is None or facts.today >= until, _("Follow-up supervision runs until {date}.").format(date=until)
    )


def evidence_registered(facts):
    return _unless(bool(facts.dossier.evidence_registered_at), _("No evidence is registered in advance."))


def site_sealed(facts):
    return _unless(bool(facts.dossier.sealed_at), _("The site is not sealed."))


def site_not_sealed(facts):
    return _unless(not facts.dossier.sealed_at, _("The site is sealed already."))


def urged(facts):
    return _unless(bool(facts.open_urgings), _("No urging waits for a reply."))


def disputed(facts):
    return _unless(bool(facts.dossier.disputed_at), _("The jurisdiction is not disputed."))


def not_disputed(facts):
    return _unless(not facts.dossier.disputed_at, _("The jurisdiction is disputed: it must be settled first."))


def clock_extendable(facts):
    return _unless(bool(running_clocks.extendable(facts.case)), _("No deadline of this case can be extended."))


def clock_pausable(facts):
    return _unless(bool(running_clocks.pausable(facts.case)), _("No deadline of this case can be paused now."))


def clock_paused(facts):
    return _unless(bool(running_clocks.paused(facts.case)), _("No deadline of this case is paused."))


GATES: dict[Need, Callable[[Facts], str]] = {need: globals()[need.name.lower()] for need in Need}
