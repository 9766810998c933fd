"""Discretion tiers and practice: defaults that say who stands behind them, edited by the office, never overwritten."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cases import discretion
from cases.facts import Facts
from cases.models import DiscretionTier, Dossier, Practice
from cases.models.case import Violation
from cases.proposals import penalty_ranges
from tests import second_city
from tests.factories import make_case, make_user


@pytest.fixture
def tiers(xingyang):
    discretion.load_defaults(xingyang.region)
    return DiscretionTier.objects.filter(region=xingyang.region)


def site(**measured):
    case = make_case()
    Dossier.objects.create(case=case, region_id=case.region_id, **measured)
    for kind in Violation:
        case.found_violations.create(region=case.region, kind=kind, act=kind, basis="—", handling_unit=case.lead_unit)
    return Facts(case)


def ranges(facts, kind):
    return {found.tier.subject: (found.least, found.most) for found in penalty_ranges(facts, kind)}


# Domain page 2.1: floor area in m², percent of the contract price on the developer, yuan on the contractor.
HENAN = [
    (0, "1", "1.3", 0, 10_000),
    (19_999.99, "1", "1.3", 0, 10_000),
    (20_000, "1.3", "1.7", 10_000, 20_000),
    (50_000, "1.3", "1.7", 10_000, 20_000),
    (50_000.01, "1.7", "2", 20_000, 30_000),
    (900_000, "1.7", "2", 20_000, 30_000),
]


@pytest.mark.parametrize(("area", "least", "most", "from_yuan", "to_yuan"), HENAN)
def test_a_site_without_construction_permit_falls_in_one_tier_of_each_subject(
    tiers, area, least, most, from_yuan, to_yuan
):
    price = Decimal("12345678.90")
    facts = site(floor_area_m2=area, contract_price=price)
    cents = [(price * Decimal(rate) / 100).quantize(Decimal("0.01")) for rate in (least, most)]
    assert ranges(facts, "construction_permit") == {"developer": tuple(cents), "contractor": (from_yuan, to_yuan)}


def test_the_other_violations_cost_what_their_statutes_say(tiers):
    facts = site(contract_price=Decimal(1_000_000), construction_cost=Decimal(2_000_000))
    assert ranges(facts, "quality_supervision") == {"developer": (200_000, 500_000)}
    assert ranges(facts, "tendering") == {"developer": (5_000, 10_000)}
    assert ranges(facts, "planning_permit") == {"developer": (100_000, 200_000)}
    assert ranges(facts, "safety_supervision") == {}


def test_what_was_read_in_a_statute_is_told_from_what_waits_for_the_legal_section(tiers):
    standings = dict(tiers.values_list("kind", "standing"))
    assert standings == {
        "construction_permit": "to_confirm",
        "quality_supervision": "statutory",
        "tendering": "statutory",
        "planning_permit": "statutory",
    }
    assert not tiers.exclude(confirmed_by="").exists()


def test_an_edited_table_is_not_overwritten_nor_filled_up(tiers, xingyang):
    mine = tiers.filter(kind="construction_permit", subject="developer")
    mine.filter(at_least=20_000).delete()
    mine.filter(at_least=0).update(below=50_000.01, most=Decimal("1.5"), confirmed_by="法制科")
    tiers.filter(kind="tendering").delete()
    assert discretion.load_defaults(xingyang.region) == 1
    assert list(mine.values_list("at_least", "most")) == [(0, Decimal("1.5")), (50_000.01, Decimal(2))]
    assert discretion.load_defaults(xingyang.region) == 0


def test_every_region_gets_its_own(tiers, tmp_path):
    assert discretion.load_defaults(second_city.load(tmp_path).region) == tiers.count()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"at_least": 30_000, "below": 30_000}, "below"),
        ({"at_least": 10_000, "below": 20_000.01}, "at_least"),
        ({"at_least": 50_000, "below": None}, "at_least"),
        ({"at_least": 20_000.5, "below": None, "kind": "tendering"}, "at_least"),
        ({"at_least": 0, "kind": "safety_supervision", "most": 101}, "most"),
    ],
)
def test_a_tier_that_contradicts_itself_or_lies_over_another_is_refused(tiers, change, field):
    tier = tiers.get(kind="construction_permit", subject="developer", at_least=20_000)
    for name, value in change.items():
        setattr(tier, name, value)
    with pytest.raises(ValidationError) as refused:
        tier.full_clean()
    assert list(refused.value.error_dict) == [field]


def test_the_shipped_tiers_stand_beside_one_another(tiers):
    for tier in tiers:
        tier.full_clean()


def test_set_up_gives_the_practice_a_row_and_leaves_an_edited_one(xingyang, settings):
    settings.OWN_DATABASE = True
    call_command("prepare", stdout=StringIO())
    assert Practice.objects.get(region=xingyang.region).standing_label == "待法制科确认"
    Practice.objects.update(follow_up_days=30, confirmed_by="法制科")
    call_command("prepare", stdout=StringIO())
    kept = Practice.of(xingyang.region_id)
    assert (kept.follow_up_days, kept.standing_label) == (30, "已由法制科确认")
    assert DiscretionTier.objects.filter(region=xingyang.region).exists()


PAGES = ("practice_changelist", "discretiontier_changelist", "discretiontier_add")


@pytest.mark.parametrize("page", PAGES)
def test_practice_and_tiers_are_the_administrators_alone(tiers, xingyang, page):
    Practice.objects.create(region=xingyang.region)
    administrator, dispatcher = Client(), Client()
    administrator.force_login(make_user("administrator", is_staff=True, is_superuser=True))
    dispatcher.force_login(make_user("dispatcher", is_staff=True))
    address = reverse(f"admin:cases_{page}")
    answers = [client.get(address) for client in (administrator, dispatcher)]
    assert [answer.status_code for answer in answers] == [200, 403]
    if "changelist" in page:
        assert "待法制科确认" in answers[0].content.decode()


def test_practice_is_edited_and_never_added_or_deleted(xingyang):
    practice = Practice.objects.create(region=xingyang.region)
    client = Client()
    client.force_login(make_user("administrator", is_staff=True, is_superuser=True))
    assert client.get(reverse("admin:cases_practice_add")).status_code == 403
    assert client.post(reverse("admin:cases_practice_delete", args=(practice.pk,)), {"post": "yes"}).status_code == 403
    page = client.get(reverse("admin:cases_practice_change", args=(practice.pk,)))
    form = {
        **page.context["adminform"].form.initial,
        "follow_up_days": 60,
        "confirmed_by": "法制科",
        "confirmed_on": "",
    }
    client.post(reverse("admin:cases_practice_change", args=(practice.pk,)), form)
    practice.refresh_from_db()
    assert (practice.follow_up_days, practice.confirmed_by) == (60, "法制科")
