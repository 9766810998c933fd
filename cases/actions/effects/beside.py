"""What goes beside the procedure."""

from cases import clocks, merging
from cases.actions.act import Act
from cases.actions.refusals import BadInput
from cases.models import CaseViolation, Party
from cases.models.case import Hold
from cases.verbs import Verb
from cases.workflow import Status


def suspend(act: Act):
    act.set(act.case, hold=Hold.SUSPENDED)


def defer(act: Act):
    act.set(act.case, hold=Hold.DEFERRED)


def resume(act: Act):
    act.set(act.case, hold="")


def extend(act: Act):
    extension = clocks.extend(
        act.case, act.given["clock"], reason=act.given["reason"], document=act.given["document"], by=act.by, at=act.at
    )
    act.data["amount"] = extension.amount


def pause_clock(act: Act):
    clocks.pause(act.case, [act.given["clock"]], at=act.at, reason=act.given["reason"], document=act.given["document"])


def resume_clock(act: Act):
    clocks.resume(act.case, [act.given["clock"]], at=act.at)


def supervise(act: Act):
    act.case.urgings.create(
        region_id=act.case.region_id, by=act.by, unit=act.case.handling_unit, demand=act.given["demand"], at=act.at,
        due_at=act.given["due_at"],
    )  # fmt: skip


def reply_supervision(act: Act):
    """One reply answers all that is still open."""
    act.case.urgings.filter(replied_at__isnull=True).update(
        reply=act.given["reply"], replied_by=act.by, replied_at=act.at
    )


def assess(act: Act):
    act.set(act.case, is_major=act.given["is_major"])
    act.set(
        act.dossier, **{name: act.given[name] for name in ("refuses_to_comply", "repeat_offender", "safety_danger")}
    )


def describe_site(act: Act):
    act.set(act.dossier, **{name: value for name, value in act.given.items() if name != "note"})


PARTY = ("kind", "is_natural", "name", "uscc", "id_no", "legal_representative", "phone", "address")


def name_party(act: Act):
    party = Party.objects.create(
        region_id=act.case.region_id, case=act.case, **{name: act.given[name] for name in PARTY}
    )
    act.data["party"] = party.pk


def amend_party(act: Act):
    party = act.given["party"]
    act.set(party, **{name: act.given[name] for name in PARTY})
    party.save()


def name_violation(act: Act):
    """The case's violation of that kind, new or corrected; the list on the case names it too."""
    kind = act.given["kind"]
    found = next((one for one in act.facts.violations if one.kind == kind), None)
    found = found or CaseViolation(region_id=act.case.region_id, case=act.case, kind=kind)
    found.act, found.basis = act.given["act"], act.given["basis"]
    found.handling_unit = act.given["unit"] or act.case.handling_unit or act.case.lead_unit
    found.save()
    act.involve(found.handling_unit)
    if kind not in act.case.violations:
        act.set(act.case, violations=[*act.case.violations, kind])


def record_violence(act: Act):
    act.set(act.dossier, violent_resistance=True)


def file_video(act: Act):
    act.set(act.dossier, video_archive_no=act.given["archive_no"])


def dispute(act: Act):
    act.set(act.dossier, disputed_at=act.at)


def settle(act: Act):
    act.set(act.dossier, disputed_at=None)


def merge(act: Act):
    """This case ends; the other goes on. Both keep their own history."""
    into = act.given["into"]
    try:
        merging.check(act.case, into)
    except merging.CannotMerge as error:
        raise BadInput({error.field: [str(error)]}) from error
    act.set(act.case, merged_into=into)
    act.data["into_case_no"] = into.case_no


def unmerge(act: Act):
    """The case goes on where it stood, and its clocks as if they had never stopped."""
    act.to = Status(act.facts.state_before())
    act.set(act.case, merged_into=None)
    clocks.revive(act.case, stopped_by=Verb.MERGE)
