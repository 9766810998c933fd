"""The rules of a region: all of the domain page's, marked as it marks them, and the administrator's to change."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from boundaries.models import Region
from cases.deadline_rules import RuleBook, load_defaults
from cases.models import DeadlineRule
from tests.factories import make_user

# The domain page's table 2.2: amount, unit, extensions.
TABLE = {
    "D01": (15, "workday", [10]), "D02": (7, "workday", []), "D03": (90, "day", [30, 60]), "D04": None,
    "D05": (7, "workday", []), "D06": (5, "workday", []), "D07": (7, "workday", []), "D08": (5, "workday", []),
    "D09": (7, "workday", []), "D10": (7, "workday", []), "D11": (3, "workday", []), "D12": (15, "day", []),
    "D13": None, "D14": (60, "day", []), "D15": (6, "month", []), "D15b": (15, "day", []), "D16": (3, "month", []),
    "D17": (10, "workday", []), "D18": (30, "day", [30]), "D19": (0, "day", []), "D20": None, "D21": (3, "day", []),
    "D22": (60, "day", []), "D23": (30, "day", []), "D24": (7, "day", []), "D25": None, "D26": (1, "workday", []),
    "D27a": (1, "workday", []), "D27b": (2, "workday", []), "D27c": (1, "workday", []), "D27d": (2, "workday", []),
}  # fmt: skip
# … and 2.5.
STATUTORY = {"D03", "D05", "D06", "D09", "D10", "D12", "D14", "D15", "D16", "D17", "D24"}
TO_CONFIRM = {"D01", "D04"}
INTERNAL = {"D08", "D26", "D27a", "D27b", "D27c", "D27d"}
WAITS = {"D06", "D07", "D08", "D14", "D15", "D15b", "D17", "D19", "D23"}


@pytest.fixture
def rules(xingyang):
    RuleBook(xingyang.region)
    return {rule.code: rule for rule in DeadlineRule.objects.filter(region=xingyang.region)}


def test_a_region_that_is_asked_for_its_rules_has_all_of_them(rules):
    assert {f"D{number:02}" for number in range(1, 28)} == {code[:3] for code in rules}
    found = {
        code: None if rule.amount is None else (rule.amount, rule.unit, rule.extension_steps)
        for code, rule in rules.items()
    }
    assert found == TABLE


def test_each_is_marked_as_what_it_rests_on(rules):
    marked = {
        standing: {code for code, rule in rules.items() if rule.standing == standing}
        for standing in DeadlineRule.Standing.values
    }
    assert marked["internal"] == INTERNAL
    assert marked["to_confirm"] >= TO_CONFIRM
    assert marked["statutory"] >= STATUTORY
    assert marked["to_confirm"] & STATUTORY == set()
    assert all(rule.basis for rule in rules.values())


def test_who_must_act_or_wait_is_said(rules):
    kinds = {kind: {code for code, rule in rules.items() if rule.kind == kind} for kind in DeadlineRule.Kind.values}
    assert (kinds["wait"], kinds["party"], kinds["note"]) == (WAITS, {"D12"}, {"D04", "D13", "D20", "D25"})


def test_warnings_are_those_of_the_table(rules):
    assert {code: rule.warn_at for code, rule in rules.items() if rule.warn_at} == {
        "D01": [[10, "yellow"], [15, "red"]],
        "D03": [[60, "yellow"], [75, "orange"], [85, "red"]],
        "D05": [[5, "red"]],
        "D09": [[5, "red"]],
        "D16": [[60, "orange"]],
    }


def test_every_default_could_have_been_entered_by_hand(rules):
    for rule in rules.values():
        rule.full_clean()


def test_an_edited_row_stays_and_a_missing_one_comes_back(rules, xingyang):
    DeadlineRule.objects.filter(code="D08").update(amount=3)
    DeadlineRule.objects.filter(code="D27a").delete()
    assert load_defaults(xingyang.region) == 1
    assert load_defaults(xingyang.region) == 0
    assert DeadlineRule.objects.get(code="D08").amount == 3


def test_regions_have_rules_of_their_own(rules, xingyang):
    other = Region.objects.create(code="990102", name="丙市", case_prefix="BS")
    RuleBook(other)
    DeadlineRule.objects.filter(region=other, code="D01").update(amount=20)
    assert RuleBook(xingyang.region).on("D01", date(2026, 3, 2)).amount == 15


def test_of_several_rows_of_a_code_the_one_that_began_last_counts(rules, xingyang):
    first = rules["D02"]
    second = DeadlineRule.objects.get(pk=first.pk)
    second.pk, second.active_from, second.active_to = None, date(2026, 1, 1), date(2026, 6, 30)
    second.save()
    book = RuleBook(xingyang.region)
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert [book.on("D02", day) for day in days] == [first, second, second, first]
    assert book.on("D02", date(1999, 12, 31)) is None


@pytest.mark.parametrize(
    ("code", "change", "field"),
    [
        ("D01", {"code": "D99"}, "code"),
        ("D01", {"kind": "note", "amount": None}, "kind"),
        ("D13", {"kind": "limit", "amount": 3}, "kind"),
        ("D01", {"amount": None}, "__all__"),
        ("D01", {"active_to": date(1999, 1, 1)}, "__all__"),
        ("D16", {"after": "D16"}, "after"),
        ("D01", {"warn_at": [[15, "red"], [10, "yellow"]]}, "warn_at"),
        ("D01", {"warn_at": [[10, "blue"]]}, "warn_at"),
        ("D01", {"warn_at": "soon"}, "warn_at"),
    ],
)
def test_a_rule_that_no_clock_could_run_by_is_refused(rules, code, change, field):
    rule = rules[code]
    for name, value in change.items():
        setattr(rule, name, value)
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert list(refused.value.error_dict) == [field]


def test_who_confirmed_a_rule_is_shown_instead_of_the_doubt(rules):
    rule = rules["D01"]
    assert rule.standing_label == "待法制科确认"
    rule.confirmed_by = "法制科"
    assert rule.standing_label == "已由法制科确认"


@pytest.mark.parametrize("page", ["deadlinerule_changelist", "deadlinerule_add", "workdaycorrection_changelist"])
def test_rules_and_corrections_are_the_administrators_alone(rules, page):
    administrator, dispatcher = Client(), Client()
    administrator.force_login(make_user("administrator", is_staff=True, is_superuser=True))
    dispatcher.force_login(make_user("dispatcher", is_staff=True))
    address = reverse(f"admin:cases_{page}")
    assert [client.get(address).status_code for client in (administrator, dispatcher)] == [200, 403]


def test_a_rule_is_saved_as_a_new_row_and_never_deleted(rules):
    client = Client()
    client.force_login(make_user("administrator", is_staff=True, is_superuser=True))
    rule = rules["D27a"]
    assert client.post(reverse("admin:cases_deadlinerule_delete", args=(rule.pk,)), {"post": "yes"}).status_code == 403
    form = {
        "region": rule.region_id, "code": "D27a", "name": rule.name, "trigger": rule.trigger, "kind": rule.kind,
        "amount": 3, "unit": "workday", "extension_steps": "", "warn_at": "[]", "basis": rule.basis,
        "standing": "internal", "active_from": "2026-12-01", "_saveasnew": "1",
    }  # fmt: skip
    client.post(reverse("admin:cases_deadlinerule_change", args=(rule.pk,)), form)
    assert list(DeadlineRule.objects.filter(code="D27a").values_list("amount", "active_from")) == [
        (1, date(2000, 1, 1)), (3, date(2026, 12, 1)),
    ]  # fmt: skip
