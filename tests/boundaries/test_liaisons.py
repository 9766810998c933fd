"""The dedicated person of each unit (notice 六.1), and who has none: held to the notice's own list of units."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from boundaries import liaisons
from boundaries.models import Liaison, Region, Unit
from boundaries.posts import PostRefused
from tests.factories import make_user

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def unit(xingyang):
    return Unit.objects.get(region=xingyang.region, code="safety_station")


def test_lead_and_member_units_platforms_and_offices_are_listed_and_bodies_outside_are_not(xingyang):
    listed = set(liaisons.listed_units(xingyang).values_list("name", flat=True))
    # 荥建〔2015〕21号 二: the nine lead units, the joint office and the two platforms.
    assert listed >= {
        "质监站", "节能科", "公用事业科", "城建大队", "村镇科", "质安科", "安监站", "建管科", "招标办",
        "联合执法办公室", "长效办", "信息平台办公室",
    }  # fmt: skip
    assert not listed & set(Unit.objects.filter(kind__in=["external", "body"]).values_list("name", flat=True))


def test_a_unit_with_nobody_for_the_day_is_named_and_one_with_somebody_is_not(xingyang, unit):
    liaisons.name(unit, holder="张三", valid_from=MARCH, valid_to=APRIL)
    for day, missing in ((date(2026, 2, 28), True), (MARCH, False), (APRIL, False), (date(2026, 4, 2), True)):
        assert (unit in liaisons.without_liaison(xingyang, day)) == missing


def test_who_is_named_next_begins_and_the_one_before_ends_the_day_before(unit):
    first = liaisons.name(unit, holder="张三", valid_from=MARCH)
    liaisons.name(unit, holder="李四", valid_from=MAY)
    first.refresh_from_db()
    assert first.valid_to == date(2026, 4, 30)
    named = [liaisons.with_liaison(Unit.objects.filter(pk=unit.pk), day).get().liaison for day in (MARCH, APRIL, MAY)]
    assert named == ["张三", "张三", "李四"]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"holder": " ", "valid_from": MARCH}, "holder"),
        ({"holder": "张三", "valid_from": MAY, "valid_to": APRIL}, "valid_to"),
        ({"holder": "张三", "valid_from": APRIL}, "valid_to"),
        ({"holder": "张三", "valid_from": MAY}, "valid_to"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_changes_nothing(unit, words, field):
    liaisons.name(unit, holder="李四", valid_from=MAY)
    with pytest.raises(PostRefused) as refused:
        liaisons.name(unit, **words)
    assert set(refused.value.errors) == {field}
    assert list(unit.liaisons.values_list("holder", "valid_to")) == [("李四", None)]


def test_an_account_of_another_region_is_refused(unit):
    elsewhere = Region.objects.create(code="999999", name="别处", case_prefix="BC")
    with pytest.raises(PostRefused):
        liaisons.name(unit, user=make_user(region_id=elsewhere.pk), valid_from=MARCH)


def test_an_end_lies_neither_before_the_begin_nor_in_the_days_of_another(unit):
    first = liaisons.name(unit, holder="张三", valid_from=MARCH, valid_to=date(2026, 3, 31))
    liaisons.name(unit, holder="李四", valid_from=MAY)
    for day in (date(2026, 2, 28), MAY):
        with pytest.raises(PostRefused):
            liaisons.end(first, day)
    assert liaisons.end(first, date(2026, 4, 30)).valid_to == date(2026, 4, 30)


def test_the_api_tells_the_unit_s_person_of_today_or_null(client, xingyang, unit):
    Liaison.objects.create(unit=unit, holder="张三", valid_from=MARCH, valid_to=timezone.localdate())
    client.force_login(make_user("inspector"))
    told = {one["code"]: one["liaison"] for one in client.get(reverse("api-units")).json()}
    assert told.pop("safety_station") == "张三"
    assert set(told.values()) == {None}


def test_the_page_of_responsibility_names_the_units_without_a_person(client, xingyang, unit):
    client.force_login(make_user("inspector"))
    before = client.get(reverse("responsibility")).content.decode()
    liaisons.name(unit, holder="张三", valid_from=MARCH)
    after = client.get(reverse("responsibility")).content.decode()

    def missing(page):
        return page.split('id="no-liaison"')[1].split("</ul>")[0]

    assert "安监站" in missing(before)
    assert "安监站" not in missing(after)
