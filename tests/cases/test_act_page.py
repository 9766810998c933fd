"""The verbs on the case's page and on their own pages: offered, refused, done, and done too late."""

import re
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.models import Case, CaseEvent, DiscretionTier
from tests.cases.journey import Crew, Journey
from tests.factories import make_case, make_user
from tests.pages import english, words


@pytest.fixture
def crew(xingyang):
    return Crew()


@pytest.fixture
def sign_in(client):
    def _sign_in(person):
        client.force_login(person)
        return english(client)

    return _sign_in


def address(case, verb):
    return reverse("case-act", args=[case.case_no, verb])


def post(client, case, verb, *, version=None, **told):
    return client.post(address(case, verb), {"version": version or case.version, **told})


def events(case):
    return list(CaseEvent.objects.filter(case=case).order_by("id").values_list("verb", flat=True))


def offered(html):
    """Verbs of the page: those that can be pressed, and those that cannot."""
    pressed = set(re.findall(r'<a class="button[^"]*" href="[^"]*" data-verb="(\w+)"', html))
    blocked = set(re.findall(r'<button[^>]* disabled data-verb="(\w+)"', html))
    return pressed, blocked


PEOPLE = (
    "dispatcher", "platform", "coordinator", "leader", "legal", "supervisor", "publicity", "assessor", "first",
    "brigade", "quality",
)  # fmt: skip
STATES = ("reported", "verifying", "filed", "investigating", "notified", "decided")


@pytest.mark.parametrize("state", STATES)
def test_the_page_shows_each_person_exactly_their_steps(crew, sign_in, state):
    journey = Journey(crew)
    if state != "reported":
        getattr(journey, f"to_{state}")()
    for name in PEOPLE:
        person = getattr(crew, name)
        answer = sign_in(person).get(journey.case.get_absolute_url())
        if answer.status_code == 404:  # the unit has no part in the case
            continue
        steps = actions.steps(Case.objects.get(pk=journey.case.pk), person)
        wanted = ({one.verb for one in steps if one.is_open}, {one.verb for one in steps if not one.is_open})
        assert offered(answer.content.decode()) == wanted, name


def test_what_stands_before_a_step_is_said_before_any_press(crew, sign_in):
    journey = Journey(crew).to_verifying()
    journey.do("handle_alone", crew.first, officers=crew.officers, findings="属实")
    said = words(sign_in(crew.first).get(journey.case.get_absolute_url()))
    assert "No violation is named with its act and legal basis yet." in said
    said = words(sign_in(crew.first).get(address(journey.case, "file_case")))
    assert "This step cannot be taken now: No violation is named" in said
    assert "<form method" not in said


def test_a_step_is_done_without_any_script_and_says_whose_is_next(crew, sign_in):
    journey = Journey(crew).to_verifying()
    case = make_case(by=crew.dispatcher, channel="complaint")
    client = sign_in(crew.platform)
    form = client.get(address(case, "triage"))
    assert form.status_code == 200
    assert f'name="version" value="{case.version}"' in form.content.decode()
    answer = post(client, case, "triage", analysis="属实")
    assert answer.url == case.get_absolute_url()
    assert [str(one) for one in get_messages(answer.wsgi_request)] == [
        "Done: classify. The case is now “classified”. Next: information platform office, joint enforcement office."
    ]
    assert events(case) == ["report", "triage"]
    assert events(journey.case)[-1] == "begin_check"


def test_a_form_that_lacks_something_comes_back_with_all_that_was_typed(crew, sign_in):
    journey = Journey(crew).to_verifying()
    answer = post(
        sign_in(crew.first), journey.case, "require_joint", officers=[crew.first.username], findings="三层在建"
    )
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "At least two officers with certificate numbers are needed." in html
    assert "三层在建</textarea>" in html
    assert re.search(rf'value="{crew.first.username}"[^>]*checked', html)
    assert events(journey.case)[-1] == "begin_check"


def test_a_word_that_the_verb_does_not_know_is_refused_by_name(crew, sign_in):
    case = make_case(by=crew.dispatcher)
    answer = post(sign_in(crew.dispatcher), case, "remark", text="x", status="archived")
    assert answer.status_code == 400
    assert "Not known here. Known are: text." in words(answer)


def test_a_step_with_something_missing_is_refused_and_changes_nothing(crew, sign_in):
    journey = Journey(crew).to_verifying()
    journey.do("handle_alone", crew.first, officers=crew.officers, findings="属实")
    told = {"handlers": crew.officers, "approved_by": "局领导一", "opinion": "同意"}
    answer = post(sign_in(crew.first), journey.case, "file_case", **told)
    assert answer.status_code == 409
    assert "No violation is named" in words(answer)
    assert Case.objects.get(pk=journey.case.pk).version == journey.case.version


def test_a_step_that_does_not_lead_on_from_here_says_so(crew, sign_in):
    case = make_case(by=crew.dispatcher)
    assert post(sign_in(crew.leader), case, "approve", opinion="同意").status_code == 409
    assert "this step does not lead on from there" in words(sign_in(crew.leader).get(address(case, "approve")))


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_elses_step_is_forbidden(crew, sign_in, method):
    case = make_case(by=crew.dispatcher)
    client = sign_in(crew.leader)
    answer = client.get(address(case, "triage")) if method == "get" else post(client, case, "triage")
    assert answer.status_code == 403
    assert "another role or unit takes it" in words(answer)
    assert events(case) == ["report"]


def test_a_verb_that_is_none_is_not_found(crew, sign_in):
    case = make_case(by=crew.dispatcher)
    assert sign_in(crew.dispatcher).get(address(case, "destroy")).status_code == 404
    assert post(sign_in(crew.dispatcher), case, "report").status_code == 404


def test_a_case_of_others_is_not_found(crew, sign_in):
    case = make_case(by=crew.dispatcher)
    stranger = make_user("inspector", group_codes=["G1"])
    assert sign_in(stranger).get(address(case, "remark")).status_code == 404


def test_a_stale_page_overwrites_nothing_and_shows_who_changed_what(crew, sign_in):
    case = make_case(by=crew.dispatcher)
    read = case.version
    actions.perform(case, "confirm_land", by=crew.dispatcher, given={"land_ownership": "state", "evidence": "0012 号"})
    answer = post(sign_in(crew.platform), case, "assess", version=read, is_major="on", text="九层")
    assert answer.status_code == 409
    said = words(answer)
    assert "Somebody changed this case since you opened it. Nothing of yours was recorded." in said
    assert re.search(rf"Confirm land ownership · {crew.dispatcher}", said)
    assert "not yet verified → state-owned" in said
    html = answer.content.decode()
    assert "九层</textarea>" in html
    assert f'name="version" value="{read + 1}"' in html
    assert Case.objects.get(pk=case.pk).is_major is False
    again = post(sign_in(crew.platform), case, "assess", version=read + 1, is_major="on", text="九层")
    assert again.status_code == 302
    assert Case.objects.get(pk=case.pk).is_major is True


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "９", "99999999999"])
def test_a_page_that_does_not_say_its_version_is_stale(crew, sign_in, version):
    case = make_case(by=crew.dispatcher)
    answer = sign_in(crew.dispatcher).post(address(case, "remark"), {"version": version, "text": "x"})
    assert answer.status_code == 409
    assert events(case) == ["report"]


def test_a_button_pressed_twice_does_one_thing_and_says_so_kindly(crew, sign_in):
    case = make_case(by=crew.dispatcher, channel="complaint")
    client = sign_in(crew.platform)
    assert post(client, case, "triage").status_code == 302
    answer = post(client, case, "triage")
    assert answer.status_code == 409
    said = words(answer)
    assert "This is done already: it was recorded once, and nothing was done twice." in said
    assert "Somebody changed" not in said
    assert events(case) == ["report", "triage"]


def test_in_place_the_piece_alone_is_sent_and_then_the_way_back(crew, sign_in):
    case = make_case(by=crew.dispatcher, channel="complaint")
    client = sign_in(crew.platform)
    piece = client.get(address(case, "triage"), headers={"HX-Request": "true"})
    assert piece.content.decode().lstrip().startswith("<section")
    assert "HX-Request" in piece["Vary"]
    done = client.post(address(case, "triage"), {"version": case.version}, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == case.get_absolute_url()


def test_where_somebody_stood_is_kept_and_a_place_that_is_none_is_said(crew, sign_in):
    journey = Journey(crew).to_filed()
    client = sign_in(crew.first)
    told = {"officers": crew.officers, "findings": "在建", "showed_id": "on"}
    wrong = post(client, journey.case, "inspect", **told, **{"place-lon": "113.378"})
    assert wrong.status_code == 400
    assert "The other half of the coordinates is missing." in words(wrong)
    post(client, journey.case, "inspect", **told, **{"place-lon": "113.378", "place-lat": "34.787"})
    assert CaseEvent.objects.filter(case=journey.case).last().place.coords == (113.378, 34.787)
    said = words(client.get(journey.case.get_absolute_url()))
    assert "113.378000, 34.787000" in said.split("What happened")[-1]


def test_what_people_typed_is_shown_as_text(crew, sign_in):
    case = make_case(by=crew.dispatcher)
    client = sign_in(crew.dispatcher)
    post(client, case, "remark", text="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(case.get_absolute_url()).content.decode()


def test_a_long_trail_costs_no_more_queries(crew, sign_in, django_assert_max_num_queries):
    journey = Journey(crew).to_investigating()
    client = sign_in(crew.first)
    client.get(journey.case.get_absolute_url())
    with django_assert_max_num_queries(60) as few:
        client.get(journey.case.get_absolute_url())
    for number in range(5):
        journey.do("name_party", crew.first, kind="contractor", name=f"某施工单位{number}")
        journey.do("inspect", crew.first, officers=crew.officers, findings="在建", showed_id=True)
        journey.do("supervise", crew.leader, demand="抓紧", due_at=journey.later(days=2))
    with django_assert_max_num_queries(len(few)):
        client.get(journey.case.get_absolute_url())


def test_the_range_that_fits_stands_beside_the_violation_with_its_mark(crew, sign_in):
    journey = Journey(crew).to_filed()
    journey.do("describe_site", crew.first, contract_price="10000000", floor_area_m2="6000")
    tier = DiscretionTier.objects.create(
        region_id=journey.case.region_id, kind="construction_permit", subject="developer", measure="floor_area_m2",
        below=20_000, of="contract_price", least=1, most=Decimal("1.3"), basis="裁量基准",
    )  # fmt: skip
    client = sign_in(crew.first)
    said = words(client.get(journey.case.get_absolute_url()))
    assert "1–1.3 % of 10,000,000.00 yuan: 100,000.00–130,000.00 yuan to be confirmed by the legal section" in said
    tier.confirmed_by = "法制科 2026-01"
    tier.save()
    assert "130,000.00 yuan 法制科 2026-01" in words(client.get(journey.case.get_absolute_url()))


def test_a_fine_paid_late_is_counted_and_explained(crew, sign_in):
    journey = Journey(crew).to_decided()
    journey.do(
        "serve", crew.first, days=1, officers=crew.officers, method="direct", received_by="法定代表人", proof="回证"
    )
    client = sign_in(crew.first)
    due = journey.case.clocks.get(code="D12").due_at
    late = timezone.localdate() - timezone.localdate(due)
    said = words(client.get(journey.case.get_absolute_url()))
    wanted = min(Decimal(60_000), Decimal(60_000) * 3 * late.days / 100)
    assert f"Added for late payment so far: {wanted:,.2f} yuan" in said
    journey.do("pay", crew.first, amount="60000", paid_on=str(timezone.localdate(journey.at)), receipt_no="0001")
    assert "Added for late payment" not in words(client.get(journey.case.get_absolute_url()))


def test_officers_of_ones_own_unit_are_offered_first_and_those_of_the_case_next(crew, sign_in):
    journey = Journey(crew).to_investigating()
    html = sign_in(crew.first).get(address(journey.case, "inspect")).content.decode()
    offered_officers = re.findall(r'name="officers" value="(\w+)"', html)
    assert set(offered_officers[:2]) == set(crew.officers)
    assert set(offered_officers) == {*crew.officers, crew.brigade.username, crew.quality.username}
