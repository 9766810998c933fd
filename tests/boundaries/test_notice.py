"""The pack of 荥阳 equals the notice that it holds."""

import pytest

from boundaries.models import Unit

# 荥建〔2015〕21号 二、组织领导, in its own words and order. The code table of 2023 names two areas 街道 that the
# notice names 办事处: their aliases carry the notice's names.
NOTICE = {
    "第一协作组": {
        "areas": "城关乡、金寨回族乡、王村镇、高村乡、高山镇、汜水镇、广武镇",
        "lead_units": "质监站、节能科、公用事业科",
        "convener": "王新宽",
        "members": "城建大队、质监站、安监站、节能科、公用事业科",
    },
    "第二协作组": {
        "areas": "豫龙镇、贾峪镇、刘河镇、崔庙镇、乔楼镇、环翠峪",
        "lead_units": "城建大队、村镇科、质安科",
        "convener": "禹朝阳",
        "members": "城建大队、质监站、安监站、村镇科、质安科",
    },
    "第三协作组": {
        "areas": "京城办事处、索河办事处",
        "lead_units": "安监站、建管科、招标办",
        "convener": "靳保平",
        "members": "城建大队、质监站、安监站、建管科、招标办",
    },
}
HEAD = "杜文杰"
DEPUTIES = "付慧娟 袁伟东 张旭亮 段武峰 张学军 孙建民 李良"
MEMBERS = "禹朝阳 王新宽 靳保平 朱志全 翟国强 张延兵 宋朝辉 陈胜 孙涛 吉潇 王晓晖 邵家见"


@pytest.mark.parametrize("name", NOTICE)
def test_a_group_is_as_the_notice_sets_it_up(xingyang, name):
    group, said = xingyang.groups.get(name=name), NOTICE[name]
    named = {one for area in group.areas.all() for one in (area.name, *area.aliases)}
    assert set(said["areas"].split("、")) <= named
    assert group.areas.count() == len(said["areas"].split("、"))
    assert [lead.unit.name for lead in group.lead_units.all()] == said["lead_units"].split("、")
    assert [lead.lead_order for lead in group.lead_units.all()] == [1, 2, 3]
    assert group.convener == said["convener"]
    assert {unit.name for unit in group.members.all()} == set(said["members"].split("、"))
    assert group.embedded_grid_staff is True


def test_the_leading_group_is_as_the_notice_names_it(xingyang):
    people = {}
    for one in xingyang.appointments.filter(unit__code="leading_group").order_by("order"):
        people.setdefault(one.role, []).append(one.name)
    assert people == {"head": [HEAD], "deputy_head": DEPUTIES.split(), "member": MEMBERS.split()}


def test_the_office_sits_in_the_legal_section_under_its_director(xingyang):
    office = Unit.objects.get(code="joint_office")
    assert office.host.name == "法制科"
    assert [(one.role, one.name) for one in office.appointments.all()] == [("director", "王晓晖")]


def test_the_two_platforms_are_those_of_the_notice(xingyang):
    platforms = Unit.objects.exclude(platform="").values_list("platform", "name")
    assert dict(platforms) == {"grid": "长效办", "info": "信息平台办公室"}


def test_the_edition_says_where_it_comes_from(xingyang):
    assert (xingyang.document_no, str(xingyang.issued_on), str(xingyang.valid_from)) == (
        "荥建〔2015〕21号", "2015-04-06", "2015-04-06",
    )  # fmt: skip
    assert xingyang.title == "关于对国有土地违法建设行为实施联合执法的通知"
    assert xingyang.schematic is True
    assert "示意" in xingyang.source
