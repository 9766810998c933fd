"""What the system proposes and a person decides: each with the reason in a sentence."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.facts import Facts
from cases.models import Case, CaseViolation, DiscretionTier, Party
from cases.verbs import Verb
from cases.workflow import Status
from gis_core.sentences import listed

# Cases that were found to be true: they count as an earlier offence.
FOUND_TRUE = tuple(
    status
    for status in Status
    if status
    not in {
        Status.REPORTED, Status.TRIAGED, Status.REGISTERED, Status.SUBMITTED, Status.APPROVED, Status.ASSIGNED,
        Status.VERIFYING, Status.NOT_REGISTERED, Status.REJECTED, Status.UNFOUNDED, Status.TRANSFERRED_OUT,
        Status.VOID, Status.MERGED,
    }
)  # fmt: skip
DAYS_A_MONTH = 30.44
MOST_EARLIER = 20


@dataclass(frozen=True)
class Proposal:
    """`verb` is what a person might do about it, or None for a warning."""

    name: str
    reason: str
    verb: Verb | None = None


def proposals(facts: Facts) -> list[Proposal]:
    """What the file suggests as it stands, the gravest first."""
    found = (_double_fine, _annulled, _escalation, _joint, _major, _hearing, _repeat)
    return [proposal for ask in found for proposal in ask(facts)]


def _joint(facts):
    """拒不服从管理、屡禁不止的重大违法工程项目，启动联合执法机制 (S30)."""
    dossier = facts.dossier
    grounds = [
        label
        for holds, label in (
            (dossier.refuses_to_comply, _("refuses to comply")),
            (dossier.repeat_offender, _("repeats despite bans")),
        )
        if holds
    ]
    if grounds and not facts.case.is_joint and _leads_on(facts, Verb.REQUIRE_JOINT):
        reason = _("The site {grounds} (notice 四.3).").format(grounds=listed(grounds))
        yield Proposal(_("Joint enforcement"), reason, Verb.REQUIRE_JOINT)


def _major(facts):
    """The checklist of A12; which of its lines hold."""
    dossier, practice = facts.dossier, facts.practice
    lines = (
        (_at_least(dossier.floor_area_m2, practice.major_floor_area_m2), _("floor area")),
        (_at_least(dossier.storeys, practice.major_storeys), _("storeys")),
        (_at_least(dossier.contract_price, practice.major_contract_price), _("contract price")),
        (dossier.refuses_to_comply, _("refuses to comply")),
        (dossier.repeat_offender, _("repeats despite bans")),
        (dossier.safety_danger, _("danger to quality or safety")),
        (dossier.violent_resistance, _("violent resistance")),
    )
    grounds = [str(label) for holds, label in lines if holds]
    if grounds and not facts.case.is_major:
        yield Proposal(_("Major"), _("By: {grounds}.").format(grounds=listed(grounds)), Verb.ASSESS)


def _leads_on(facts, verb) -> bool:
    """Whether the case's table has the verb from where it stands."""
    return facts.case.table.arrow(verb, Status(facts.case.status)) is not None


def _at_least(value, threshold) -> bool:
    return value is not None and value >= threshold


def _escalation(facts):
    """不能做到停止违法行为的，及时上报市查违办 (S46)."""
    order = facts.order_in_force
    told = facts.case.clocks.running().filter(code="D22").exists()
    if order and not told and order.state == order.State.DISOBEYED and _leads_on(facts, Verb.ESCALATE):
        reason = _("The re-check found the order disobeyed: report to the city office in time (notice 五.3).")
        yield Proposal(_("Report to the city"), reason, Verb.ESCALATE)


def _annulled(facts):
    ruling = facts.annulled_on_appeal
    if ruling and _leads_on(facts, Verb.ANNUL_DECISION):
        reason = _("The decision was annulled on appeal on {date}: annul it here, and investigate again.")
        yield Proposal(_("Annul the decision"), reason.format(date=ruling.ended_on), Verb.ANNUL_DECISION)


def _hearing(facts):
    if facts.hearing_required and not facts.dossier.decided_at:
        reason = _("The proposed fine of {fine} yuan reaches {threshold} yuan.").format(
            fine=f"{facts.fine:,.2f}", threshold=f"{facts.hearing_from:,.0f}"
        )
        yield Proposal(_("Hearing must be offered"), reason)


def _double_fine(facts):
    return (Proposal(_("One act fined twice"), sentence) for sentence in double_fines(facts))


def double_fines(facts: Facts) -> list[str]:
    """One act is fined once (行政处罚法 29): in this case, or in another of the same party."""
    sentences = []
    for act in sorted({one.act for one in facts.penalised}):
        kinds = [str(one) for one in facts.penalised if one.act == act]
        if len(kinds) > 1:
            sentence = _("“{act}” is fined as {kinds}: only the higher fine applies (行政处罚法 29).")
            sentences.append(sentence.format(act=act, kinds=listed(kinds)))
    elsewhere = _("“{act}” was fined in case {case_no} already (行政处罚法 29).")
    return sentences + [elsewhere.format(act=other.act, case_no=other.case.case_no) for other in fined_elsewhere(facts)]


def fined_elsewhere(facts) -> list[CaseViolation]:
    """Violations of the same kind and act that another case of the same party fines."""
    if not facts.penalised or not facts.parties:
        return []
    same = Q()
    for one in facts.penalised:
        same |= Q(kind=one.kind, act=one.act)
    others = CaseViolation.objects.filter(same, region=facts.case.region_id, fine__isnull=False)
    others = others.exclude(case__status__in=(Status.VOID, Status.MERGED))
    return list(
        others.filter(case__in=_of_the_parties(facts).values("pk")).select_related("case")[:MOST_EARLIER]
    )  # fmt: skip


def earlier(facts: Facts) -> tuple[list[Case], list[Case]]:
    """True cases at the same site, and of the same parties, within the months of the region's practice."""
    since = facts.case.reported_at - timedelta(days=facts.practice.repeat_months * DAYS_A_MONTH)
    recent = Q(reported_at__gte=since, reported_at__lt=facts.case.reported_at, status__in=FOUND_TRUE)
    here = Case.objects.filter(recent, region=facts.case.region_id).exclude(pk=facts.case.pk)
    near = here.around(facts.case.geom, facts.practice.repeat_metres).newest_first()[:MOST_EARLIER]
    theirs = _of_the_parties(facts).filter(recent).newest_first()[:MOST_EARLIER] if facts.parties else []
    return list(near), list(theirs)


def _of_the_parties(facts):
    """Other cases that name one of the parties: by code where there is one, else by name."""
    same = Q()
    for party in facts.parties:
        same |= Q(uscc=party.uscc) if party.uscc else Q(name=party.name, kind=party.kind)
    named = Party.objects.filter(same, region=facts.case.region_id).values("case_id")
    return Case.objects.filter(region=facts.case.region_id, pk__in=named).exclude(pk=facts.case.pk)


def _repeat(facts):
    if facts.dossier.repeat_offender:
        return
    near, theirs = earlier(facts)
    months = facts.practice.repeat_months
    for cases, sentence in (
        (near, _("At this site within {months} months: {cases}.")),
        (theirs, _("Of the same party within {months} months: {cases}.")),
    ):
        if cases:
            numbers = listed(case.case_no for case in cases[:3])
            yield Proposal(_("Repeat offender"), sentence.format(months=months, cases=numbers), Verb.ASSESS)


@dataclass(frozen=True)
class PenaltyRange:
    """From `least` to `most` yuan, and how that was computed. `standing` says who stands behind the tier."""

    tier: DiscretionTier
    least: Decimal
    most: Decimal
    sentence: str


def penalty_ranges(facts: Facts, kind: str) -> list[PenaltyRange]:
    """The editable tiers that fit the site; empty where a measure that they need is not known."""
    return [found for tier in facts.tiers if tier.kind == kind and (found := _range(facts, tier))]


def _range(facts, tier) -> PenaltyRange | None:
    size = getattr(facts.dossier, tier.measure) if tier.measure else 0
    base = getattr(facts.dossier, tier.of) if tier.of else None
    if size is None or size < tier.at_least or (tier.below is not None and size >= tier.below):
        return None
    if not tier.of:
        sentence = _("{least}–{most} yuan").format(least=f"{tier.least:,.0f}", most=f"{tier.most:,.0f}")
        return PenaltyRange(tier, tier.least, tier.most, sentence)
    if base is None:
        return None
    least, most = (_cents(base * rate / 100) for rate in (tier.least, tier.most))
    sentence = _("{least_rate}–{most_rate} % of {base} yuan: {least}–{most} yuan").format(
        least_rate=_plain(tier.least), most_rate=_plain(tier.most), base=f"{base:,.2f}", least=f"{least:,.2f}",
        most=f"{most:,.2f}",
    )  # fmt: skip
    return PenaltyRange(tier, least, most, sentence)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def _plain(rate: Decimal) -> str:
    """“1.3” for 1.3000."""
    return f"{rate.normalize():f}"
