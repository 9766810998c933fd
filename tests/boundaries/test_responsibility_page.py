"""The map of responsibility in words, held to the notice's 二、组织领导."""

import re

import pytest
from django.urls import reverse

from boundaries.models import Region
from tests.factories import make_user
from tests.pages import english, words

# 荥建〔2015〕21号 二、组织领导: convener, lead units in order, number of areas.
GROUPS = [
    ("第一协作组", "王新宽", ["质监站", "节能科", "公用事业科"], 7),
    ("第二协作组", "禹朝阳", ["城建大队", "村镇科", "质安科"], 6),
    ("第三协作组", "靳保平", ["安监站", "建管科", "招标办"], 2),
]


@pytest.fixture
def answer(client, xingyang):
    client.force_login(make_user("assessor"))
    return english(client).get(reverse("responsibility"))


def test_each_group_stands_with_its_convener_lead_units_in_order_and_areas(answer):
    said = words(answer)
    for name, convener, leads, areas in GROUPS:
        part = said[said.index(f"{name} Convener {convener}") :]
        assert f"Lead units, in order {leads[0]} files the case {leads[1]} {leads[2]} Areas {areas}" in part


def test_every_area_stands_under_its_group_alone(answer, xingyang):
    groups = re.split(r"第.协作组 Convener", words(answer).split("Leading group")[0])[1:]
    for order, part in enumerate(groups, 1):
        for area in xingyang.areas.select_related("group"):
            assert (area.name in part.split("Member units")[0]) == (area.group.order == order)


def test_the_notice_is_named_with_its_number_day_and_legal_basis(answer):
    said = words(answer)
    for part in (
        "荥建〔2015〕21号",
        "关于对国有土地违法建设行为实施联合执法的通知",
        "荥阳市住房和城乡建设局",
    ):
        assert part in said
    assert "Issued on 2015-04-06" in said
    assert "Legal basis 荥建〔2015〕21号 二、组织领导" in said


def test_leading_group_office_and_platforms_are_named(answer):
    said = words(answer)
    assert re.search(r"head 杜文杰 deputy head 付慧娟 袁伟东 .* member 禹朝阳 .*邵家见", said)
    assert "联合执法办公室 at 法制科 director 王晓晖" in said
    assert "grid platform 长效办 information platform 信息平台办公室" in said


def test_schematic_boundaries_are_called_so(answer):
    assert "Schematic boundaries" in words(answer)


def test_without_an_edition_the_page_says_what_to_do(client, xingyang):
    elsewhere = Region.objects.create(code="999999", name="别处", case_prefix="BC")
    client.force_login(make_user("assessor", region_id=elsewhere.pk))
    said = words(english(client).get(reverse("responsibility")))
    assert "No map of responsibility is in force" in said


def test_visitors_are_sent_to_the_sign_in_page(client, xingyang):
    assert client.get(reverse("responsibility")).status_code == 302
