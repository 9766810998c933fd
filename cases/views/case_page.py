"""What the case's own page shows beside its card: next steps, proposals, the file, the trail in words."""

from dataclasses import dataclass

from cases import actions, clocks, proposals, timeline
from cases.actions import Step
from cases.clock_face import ClockStanding
from cases.facts import Facts
from cases.late_fines import late_fine
from cases.models import DeadlineRule, FieldRecord
from cases.verbs import Verb
from cases.waiting import is_next, whose_next

# What goes beside the procedure, as the workflow's table has it at its end. It is folded away unless it is due.
BESIDE = frozenset(
    {
        Verb.CONFIRM_LAND, Verb.REOPEN, Verb.VOID, Verb.SUSPEND, Verb.DEFER, Verb.RESUME, Verb.EXTEND,
        Verb.PAUSE_CLOCK, Verb.RESUME_CLOCK, Verb.SUPERVISE, Verb.REPLY_SUPERVISION, Verb.ASSESS,
        Verb.DESCRIBE_SITE, Verb.NAME_PARTY, Verb.AMEND_PARTY, Verb.NAME_VIOLATION, Verb.NAME_HANDLERS,
        Verb.ARRIVE,
        Verb.RECORD_VIOLENCE, Verb.FILE_VIDEO, Verb.DISPUTE_JURISDICTION, Verb.SETTLE_JURISDICTION, Verb.REMARK,
        Verb.MERGE, Verb.UNMERGE, Verb.TRANSFER_OUT, Verb.WITHDRAW, Verb.RETURN_BACK, Verb.ANNUL_DECISION,
        Verb.WITHDRAW_PUBLICATION, Verb.RECORD_RELIEF, Verb.RECORD_RULING, Verb.WITHDRAW_RELIEF,
    }
)  # fmt: skip
# They answer something that waits: whoever can do them should see them.
DUE_WHEN_OPEN = frozenset(
    {Verb.REPLY_SUPERVISION, Verb.RESUME, Verb.SETTLE_JURISDICTION, Verb.FILE_VIDEO, Verb.REOPEN, Verb.UNMERGE,
     Verb.WITHDRAW, Verb.RECORD_RULING, Verb.WITHDRAW_RELIEF}
)  # fmt: skip
# Ends that are not what the procedure is for: never the page's one strong button.
AGAINST = frozenset(
    {Verb.DECLINE, Verb.REJECT, Verb.ASK_MORE, Verb.FIND_UNFOUNDED, Verb.RETURN_REVIEW, Verb.WITHDRAW, Verb.REOPEN,
     Verb.UNMERGE, Verb.WITHDRAW_RELIEF}
)  # fmt: skip


@dataclass(frozen=True)
class Steps:
    """A person's steps as the page sets them out: `on` lead on, `here` are the work of this state, `blocked` would lead
    on but for what is missing, `beside` the rest, open or not. `primary` is the page's one strong button."""

    on: tuple[Step, ...]
    here: tuple[Step, ...]
    blocked: tuple[Step, ...]
    beside: tuple[Step, ...]
    primary: Step | None

    @classmethod
    def of(cls, steps: list[Step], proposed=frozenset()) -> "Steps":
        """`proposed` are the verbs that the system proposes: one of them is what the page leads to."""
        procedure = [step for step in steps if not _is_beside(step)]
        on = tuple(step for step in procedure if step.is_open and step.leads_on)
        here = tuple(step for step in procedure if step.is_open and not step.leads_on)
        blocked = tuple(step for step in procedure if not step.is_open and step.leads_on)
        shown = {*on, *here, *blocked}
        forward = [step for step in on if step.verb not in AGAINST]
        return cls(
            on=on,
            here=here,
            blocked=blocked,
            beside=tuple(step for step in steps if step not in shown),
            primary=next((step for step in forward if step.verb in proposed), forward[0] if forward else None),
        )


def _is_beside(step: Step) -> bool:
    return step.verb in BESIDE and not (step.verb in DUE_WHEN_OPEN and step.is_open)


def sections(user, case) -> dict:
    """The context of the page's sections. Bounded queries, whatever the case has gathered."""
    facts = Facts(case, by=user)
    steps = actions.steps(case, user, facts)
    proposed = proposals.proposals(facts)
    standing = clocks.standing(case, facts.at)
    return {
        "facts": facts,
        "steps": Steps.of(steps, {proposal.verb for proposal in proposed}),
        "whose_next": whose_next(facts),
        "mine": is_next(facts),
        "proposals": _with_ways(proposed, steps),
        "clocks": standing,
        "nearest": _nearest(standing),
        "late": late_fine(facts),
        "violations": [(one, proposals.penalty_ranges(facts, one.kind)) for one in facts.violations],
        "unnamed": _unnamed(facts),
        "urgings": case.urgings.select_related("by", "unit", "replied_by"),
        "documents": case.documents.for_list().order_by("-issued_at", "-id"),
        "timeline": timeline.lines(case.events.all(), case.field_records.exclude(event=None).select_related("second")),
        "kept_records": case.field_records.filter(state=FieldRecord.State.CONFLICT).select_related("user"),
    }


def _with_ways(proposed, steps: list[Step]):
    """Each with whether its verb is open to this person now."""
    mine = {step.verb for step in steps if step.is_open}
    return [(proposal, proposal.verb in mine) for proposal in proposed]


def _nearest(standing: list[ClockStanding]) -> ClockStanding | None:
    """The clock that the case's own due date is; the standing comes nearest first."""
    return next((face for face in standing if face.kind == DeadlineRule.Kind.LIMIT and face.due_at), None)


def _unnamed(facts: Facts) -> list:
    """Kinds that the report suspects and nobody has named with act and basis yet."""
    named = {one.kind for one in facts.violations}
    return [kind.label for kind in facts.named_kinds if kind not in named]
