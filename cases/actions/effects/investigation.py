"""On the site: inspections, orders, measures."""

from cases.actions.act import Act
from cases.models import Inspection, Order

Kind = Inspection.Kind


def _visit(act: Act, kind: str) -> Inspection:
    return act.inspection(
        kind, act.given["officers"], held_at=act.given.get("held_at") or act.told_at, findings=act.given["findings"],
        showed_id=act.given.get("showed_id", False),
    )  # fmt: skip


def inspect(act: Act):
    visit = _visit(act, Kind.SITE)
    if act.given["violations"]:
        _entry(act, visit)


def contribute(act: Act):
    _entry(act, act.given["inspection"])
    act.data["inspection"] = act.given["inspection"].pk


def _entry(act: Act, visit: Inspection):
    visit.entries.create(
        region_id=act.case.region_id, unit=act.by.unit, by=act.by, violations=act.given["violations"],
        findings=act.given["findings"], at=act.told_at,
    )  # fmt: skip


def plan_joint(act: Act):
    called = act.inspection(
        Kind.JOINT, planned_from=act.given["planned_from"], planned_until=act.given["planned_until"]
    )
    units = dict.fromkeys([act.case.handling_unit, *act.given["units"]])
    for unit in units:
        called.units.create(region_id=act.case.region_id, unit=unit)
    act.involve(*units)


def sign_in(act: Act):
    row = act.facts.called.units.get(unit=act.by.unit)
    if not row.signed_in_at:
        row.signed_in_by, row.signed_in_at, row.absence_reason = act.by, act.told_at, ""
        row.save(update_fields=["signed_in_by", "signed_in_at", "absence_reason"])
    act.data["unit"] = row.unit.name


def mark_absent(act: Act):
    act.facts.called.units.filter(unit=act.given["unit"]).update(absence_reason=act.given["reason"])


def conclude_joint(act: Act):
    called, given = act.facts.called, act.given
    called.held_at, called.findings, called.showed_id = given["held_at"], given["findings"], given["showed_id"]
    called.save(update_fields=["held_at", "findings", "showed_id"])
    act.attend(called, given["officers"])
    if given["violations"]:
        _entry(act, called)
    rows = called.units.select_related("unit")
    act.data["present"] = [row.unit.name for row in rows if row.signed_in_at]
    act.data["absent"] = [row.unit.name for row in rows if not row.signed_in_at]


def order_stop(act: Act):
    _order(act, Order.Kind.STOP)


def order_rectify(act: Act):
    _order(act, Order.Kind.RECTIFY)


def _order(act: Act, kind):
    act.case.orders.create(
        region_id=act.case.region_id, kind=kind, demands=act.given["demands"], issued_at=act.told_at,
        due_at=act.given["due_at"],
    )  # fmt: skip


def recheck_passed(act: Act):
    _visit(act, Kind.RECHECK)
    act.case.orders.exclude(state=Order.State.COMPLIED).update(state=Order.State.COMPLIED, rechecked_at=act.told_at)


def recheck_failed(act: Act):
    """The order is disobeyed: the party refuses to comply, and the city may have to be told (S46)."""
    _visit(act, Kind.RECHECK)
    order = act.facts.order_in_force or act.facts.orders[-1]
    act.set(order, state=Order.State.DISOBEYED)
    order.rechecked_at = act.told_at
    order.save(update_fields=["state", "rechecked_at"])
    act.set(act.dossier, refuses_to_comply=True)


def city_stopped(act: Act):
    act.case.orders.exclude(state=Order.State.COMPLIED).update(state=Order.State.COMPLIED, rechecked_at=act.at)


def register_evidence(act: Act):
    _visit(act, Kind.SITE)
    act.set(act.dossier, evidence_registered_at=act.at)


def release_evidence(act: Act):
    act.set(act.dossier, evidence_registered_at=None)


def seal_site(act: Act):
    _visit(act, Kind.SITE)
    act.set(act.dossier, sealed_at=act.at)


def unseal_site(act: Act):
    act.set(act.dossier, sealed_at=None)


def announce_owner(act: Act):
    act.set(act.dossier, announced_at=act.at)
