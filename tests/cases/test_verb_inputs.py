"""What is told with a verb: sound words are taken, every other is refused with a sentence at its field, never 500."""

import json
import os

import pytest
from django.utils import timezone

from cases import actions, clocks
from cases.inputs import FORMS
from cases.models import Case, Clock
from cases.workflow import VERSION_1
from tests.cases.gate_scenes import relief
from tests.cases.journey import BRIGADE, QUALITY, Crew
from tests.cases.standing import change, evidence, file_says, fined, joint, order, party, stand, violation

# Each has found a fault, or would find one that is easily made; `make proof-verbs` tells many more.
TELLING = [
    "",
    "\0",
    "\ud800",
    "x" * 100_000,
    "NaN",
    "9999-12-31T23:59:59Z",
    None,
    True,
    10**400,
    ["\ud800"],
    [{"a": 1}],
]
HOSTILE = [
    " ", "a\0b", "'; DROP TABLE cases_case; --", "<script>alert(1)</script>", "𠮷🚧", "../../etc/passwd", "%s%s%n",
    "{0.__class__}", "\r\nSet-Cookie: x=1", "Infinity", "-1", "1e400", "0x10", "2026-02-30", "0001-01-01T00:00",
    "9999-12-31", "2026-03-08T25:00", "١٢٣", False, 0, -1, 1.5, 1e308, [], [[]], ["x"], [None], {}, {"a": {"b": []}},
    ["\0"],
]  # fmt: skip
TOLD = TELLING + (HOSTILE if os.environ.get("VERB_WORDS") == "all" else [])


def state_of(verb):
    """A state that the verb leads on from; a filed one where there is a choice."""
    origins = {origin.value for arrow in VERSION_1.arrows if arrow.verb == verb for origin in arrow.origins}
    wanted = ("investigating", "notified", "reviewing", "served", "enforcing", "follow_up")
    return next((state for state in wanted if state in origins), min(origins))


def ready(crew, verb):
    """A case on which every need of the verb is met."""
    now = timezone.now()
    case = stand(
        crew, state_of(verb), land_ownership="state", is_major=False,
        dossier={
            "land_evidence": "荥国用12号", "violent_resistance": True, "video_archive_no": "V1", "fine": 100,
            "hearing_requested_at": None if verb == "request_hearing" else now, "defence_at": now,
            "hearing_at": now - timezone.timedelta(days=1), "legal_reviewed_at": now, "legal_reviewer": crew.legal,
            "demanded_at": now, "published_at": now, "follow_up_until": timezone.localdate(), "discussed_at": now,
            "evidence_registered_at": now if verb == "release_evidence" else None,
            "sealed_at": now if verb == "unseal_site" else None,
            "disputed_at": now if verb == "settle_jurisdiction" else None,
        },
    )  # fmt: skip
    party(case)
    evidence(case, medium="video")
    fined(case, 60_000)
    if verb == "submit_review" or verb == "close":
        case.found_violations.update(outcome="no_penalty", fine=None)
        file_says(case, hearing_requested_at=None, fine=0)
    elif verb not in ("archive", "pay"):
        order(case, "disobeyed")
    if verb in ("sign_in", "contribute", "mark_absent", "conclude_joint"):
        joint(case, crew.first.unit, crew.brigade.unit)
    case.urgings.create(region_id=case.region_id, by=crew.leader, demand="x", at=now, due_at=now)
    case.events.create(region_id=case.region_id, verb="follow_up_visit", status=case.status, from_status="closed")
    clocks.start(case, "D03", at=now)
    ONLY_FOR.get(verb, _nothing)(case, crew)
    return case


def _nothing(_case, _crew):
    pass


def _merged(case, _crew):
    case.events.create(region_id=case.region_id, verb="merge", from_status="triaged", status="merged")


def _waits_over(case, _crew):
    now = timezone.now()
    for code in ("D14", "D15", "D17"):
        clocks.start(case, code, at=now - timezone.timedelta(days=400))
    Clock.objects.filter(case=case, code__in=("D14", "D15", "D17")).update(
        stopped_at=now, due_at=now - timezone.timedelta(days=1)
    )


# What one verb alone wants.
ONLY_FOR = {
    "resume": lambda case, _crew: change(case, hold="suspended"),
    "resume_clock": lambda case, _crew: clocks.pause(case, ["D03"], at=timezone.now(), reason="x", document="x"),
    "record_ruling": relief(),
    "withdraw_relief": relief(),
    "apply_to_court": _waits_over,
    "unmerge": _merged,
}


@pytest.fixture
def crew(xingyang):
    made = Crew()
    clocks.RuleBook(xingyang.region).on("D01", timezone.localdate())
    return made


def actor(crew, case, verb):
    """Somebody of the crew whose step it is."""
    return next(
        person
        for person in vars(crew).values()
        if any(step.verb == verb and step.is_open for step in actions.steps(case, person))
    )


def post(client, case, verb, body):
    raw = json.dumps(body)
    return client.post(
        f"/api/v1/cases/{case.case_no}/actions/{verb}/", raw, content_type="application/json",
        headers={"accept-language": "en"},
    )  # fmt: skip


def state(case):
    return Case.objects.get(pk=case.pk).version, case.events.count()


VERBS = sorted({arrow.verb.value for arrow in VERSION_1.arrows})


@pytest.mark.parametrize("verb", VERBS)
def test_no_word_of_any_verb_can_break_the_server(crew, client, verb):
    """Each field is told each hostile text and each wrong kind: 400, or the verb is done where that is sound."""
    case = ready(crew, verb)
    client.force_login(actor(crew, case, verb))
    fields = list(FORMS[verb].base_fields)
    client.raise_request_exception = False
    for value in TOLD:
        before = state(case)
        answer = post(client, case, verb, dict.fromkeys(fields, value))
        assert answer.status_code in (200, 400, 409), (value, answer.content[:300])
        if answer.status_code != 200:
            assert state(case) == before
            assert answer.json()
        else:
            case = ready(crew, verb)


@pytest.mark.parametrize("verb", VERBS)
def test_a_name_that_the_verb_does_not_know_is_refused_by_its_name(crew, client, verb):
    case = ready(crew, verb)
    client.force_login(actor(crew, case, verb))
    before = state(case)
    answer = post(client, case, verb, {"statuss": "closed"})
    assert (answer.status_code, state(case)) == (400, before)
    assert answer.json()["statuss"][0].startswith("Not known here. Known are: ")


@pytest.mark.parametrize("body", ["[]", '"x"', "1", "{", '{"reason": NaN}', '{"a": Infinity}', "\xff"])
def test_a_body_that_is_no_object_is_refused(crew, client, body):
    case = stand(crew, "submitted")
    client.force_login(crew.leader)
    url = f"/api/v1/cases/{case.case_no}/actions/reject/"
    assert client.post(url, body, content_type="application/json").status_code == 400
    assert state(case)[0] == 1


def refuses(crew, case, verb, by, **given):
    with pytest.raises(actions.BadInput) as refused:
        actions.perform(case, verb, by=by, given=given)
    return set(refused.value.errors)


@pytest.mark.parametrize(
    ("officers", "faulty"),
    [
        ("both", False), ("one", True), ("one twice", True), ("none", True), ("uncertified", True), ("inactive", True),
        ("unknown", True), ("other units", False),
    ],
)  # fmt: skip
def test_two_different_officers_with_certificates_inspect(crew, officers, faulty):
    from_grid = crew.officer(QUALITY, "")
    gone = crew.officer(QUALITY, "豫A0099", is_active=False)
    named = {
        "both": crew.officers, "one": [crew.first.username], "one twice": [crew.first.username] * 2, "none": [],
        "uncertified": [crew.first.username, from_grid.username], "inactive": [crew.first.username, gone.username],
        "unknown": [crew.first.username, "nobody"], "other units": [crew.brigade.username, crew.quality.username],
    }[officers]  # fmt: skip
    case, told = stand(crew, "investigating"), {"findings": "x", "showed_id": True, "officers": named}
    if faulty:
        assert refuses(crew, case, "inspect", crew.first, **told) == {"officers"}
    else:
        done = actions.perform(case, "inspect", by=crew.first, given=told)
        assert set(done.inspections.get().officers.values_list("username", flat=True)) == set(named)


def test_cards_are_shown_at_every_inspection(crew):
    told = {"findings": "x", "officers": crew.officers}
    assert refuses(crew, stand(crew, "investigating"), "inspect", crew.first, **told) == {"showed_id"}


def test_the_first_of_two_handlers_is_the_handler(crew):
    case = stand(crew, "filed")
    told = {"reason": "x", "handlers": [crew.second.username, crew.first.username]}
    dossier = actions.perform(case, "name_handlers", by=crew.first, given=told).dossier
    assert (dossier.handler, dossier.co_handler) == (crew.second, crew.first)


@pytest.mark.parametrize("wrong", ["three", "strangers", "the reviewer"])
def test_handlers_are_two_with_one_of_the_filing_unit_and_never_the_reviewer(crew, wrong):
    change(crew.legal, officer_cert_no="豫A0005")
    case = stand(crew, "reviewing", dossier={"legal_reviewer": crew.legal, "legal_reviewed_at": timezone.now()})
    named = {
        "three": [*crew.officers, crew.brigade.username],
        "strangers": [crew.brigade.username, crew.quality.username],
        "the reviewer": [crew.first.username, crew.legal.username],
    }[wrong]
    assert refuses(crew, case, "name_handlers", crew.first, reason="x", handlers=named) == {"handlers"}


@pytest.mark.parametrize(("units", "faulty"), [([], True), (["safety_station"], True), ([BRIGADE], False),
                                               (["city_violation_office"], True), (BRIGADE, False)])  # fmt: skip
def test_a_joint_inspection_invites_another_unit_of_the_bureau(crew, units, faulty):
    case, told = stand(crew, "investigating"), {"planned_from": "2026-12-01T09:00", "units": units}
    if faulty:
        assert refuses(crew, case, "plan_joint", crew.first, **told) == {"units"}
    else:
        assert actions.perform(case, "plan_joint", by=crew.first, given=told).inspections.get().units.count() == 2


@pytest.mark.parametrize("amount", ["0", "-1", "100.01", "0.001", "1e400", "NaN"])
def test_a_payment_is_between_nothing_and_what_is_owed(crew, amount):
    case = stand(crew, "served", dossier={"fine": 100})
    told = {"amount": amount, "paid_on": str(timezone.localdate()), "receipt_no": "1"}
    assert refuses(crew, case, "pay", crew.first, **told) == {"amount"}


def test_a_receipt_pays_once(crew):
    told = {"amount": "60", "paid_on": str(timezone.localdate()), "receipt_no": "0001"}
    one, other = (stand(crew, "served", dossier={"fine": 100}) for _number in range(2))
    actions.perform(one, "pay", by=crew.first, given=told)
    assert refuses(crew, other, "pay", crew.first, **told) == {"receipt_no"}
    assert (other.payments.count(), Case.objects.get(pk=other.pk).dossier.paid) == (0, 0)


def test_a_fine_has_an_amount_that_the_sum_of_all_can_hold(crew):
    case = stand(crew, "investigating")
    violation(case)
    told = {"violation": "construction_permit", "outcome": "penalty", "reason": "x"}
    for fine in ("", "0", "1000000000001", "-5"):
        assert refuses(crew, case, "set_outcome", crew.first, fine=fine, **told) == {"fine"}


def test_a_unit_proposes_for_its_own_violation_alone(crew):
    case = stand(crew, "investigating", units_involved=[crew.brigade.unit_id])
    violation(case)
    violation(case, kind="tendering", unit=crew.brigade.unit)
    told = {"outcome": "no_penalty", "reason": "x"}
    assert refuses(crew, case, "set_outcome", crew.brigade, violation="construction_permit", **told) == {"violation"}
    actions.perform(case, "set_outcome", by=crew.brigade, given={"violation": "tendering", **told})


def test_long_reasons_stand_beside_a_clock_only_as_far_as_they_fit(crew):
    case = stand(crew, "investigating")
    clocks.start(case, "D03", at=timezone.now())
    told = {"clock": "D03", "document": "鉴字1号"}
    assert refuses(crew, case, "pause_clock", crew.first, reason="长" * 201, **told) == {"reason"}
    actions.perform(case, "pause_clock", by=crew.first, given={"reason": "长" * 200, **told})


@pytest.mark.parametrize("into", ["itself", "nothing", "merged"])
def test_a_case_is_merged_into_another_that_goes_on(crew, into):
    case, other = stand(crew, "triaged"), stand(crew, "merged")
    number = {"itself": case.case_no, "nothing": "XY-1999-00001", "merged": other.case_no}[into]
    assert refuses(crew, case, "merge", crew.dispatcher, into=number, reason="x") == {"into"}


def test_an_unmerged_case_goes_on_with_the_clocks_that_it_had(crew):
    case, other = stand(crew, "triaged"), stand(crew, "triaged")
    due = dict(case.clocks.values_list("code", "due_at"))
    merged = actions.perform(case, "merge", by=crew.dispatcher, given={"into": other.case_no, "reason": "同一工地"})
    assert (merged.status, merged.due_at, merged.clocks.running().count()) == ("merged", None, 0)
    back = actions.perform(merged, "unmerge", by=crew.dispatcher, given={"reason": "不同工地"})
    assert (back.status, back.merged_into, back.due_at) == ("triaged", None, min(due.values()))
    assert dict(back.clocks.running().values_list("code", "due_at")) == due
