"""联合执法专人 on the page: who has none is named, naming and ending keep what was typed on a fault."""

import pytest
from django.urls import reverse
from django.utils import timezone

from boundaries.models import Liaison, Region, Unit
from tests.factories import make_user
from tests.pages import english, words


@pytest.fixture
def page(client, xingyang):
    client.force_login(make_user("grid_coordinator"))
    return english(client)


@pytest.fixture
def unit(xingyang):
    return Unit.objects.get(region=xingyang.region, code="safety_station")


def send(page, act, of, **told):
    return page.post(reverse("liaisons"), {"act": act, "of": of, **told})


def missing(page):
    return [unit.code for unit in page.get(reverse("liaisons")).context["missing"]]


def test_a_unit_is_named_until_somebody_is(page, unit):
    assert "safety_station" in missing(page)
    today = timezone.localdate().isoformat()
    assert send(page, "name", unit.pk, holder="张三", valid_from=today).status_code == 302
    assert "safety_station" not in missing(page)
    assert "张三" in words(page.get(reverse("liaisons")))


def test_a_refusal_stands_in_the_form_of_its_unit(page, unit):
    answer = send(page, "name", unit.pk, holder="张三", user="nobody", valid_from="2026-06-01")
    assert answer.status_code == 400
    [row] = [row for row in answer.context["rows"] if row["name_form"].is_bound]
    assert row["unit"] == unit
    assert (row["name_form"]["holder"].value(), list(row["name_form"].errors)) == ("张三", ["user"])
    assert not unit.liaisons.exists()


def test_an_end_is_noted_and_the_unit_warned_of_again(page, unit):
    one = Liaison.objects.create(unit=unit, holder="张三", valid_from="2026-01-01")
    assert send(page, "end", one.pk, last_day="2026-06-01").status_code == 302
    assert "safety_station" in missing(page)


def test_a_unit_of_another_region_is_not_there(page):
    elsewhere = Region.objects.create(code="999999", name="别处", case_prefix="BC")
    unit = Unit.objects.create(region=elsewhere, code="x", name="外", kind="section")
    assert send(page, "name", unit.pk, holder="张三", valid_from="2026-06-01").status_code == 404


def test_who_reads_alone_has_no_form(client, xingyang):
    client.force_login(make_user("leader"))
    assert 'name="act"' not in client.get(reverse("liaisons")).content.decode()
