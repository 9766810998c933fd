"""What a text names against where its point lies."""

import pytest

from cases.naming import Names
from tests.factories import SUOHE

SUOHE_CODE, JINGCHENG, QIAOLOU, YULONG = "410182001", "410182002", "410182101", "410182102"


@pytest.fixture
def names(xingyang):
    return Names(xingyang)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", []),
        ("索河街道广场西侧", [SUOHE_CODE]),
        ("索河办事处", [SUOHE_CODE]),
        ("京城办事处与索河交界", [JINGCHENG, SUOHE_CODE]),
        ("豫龙镇与乔楼镇交界，豫龙镇一侧", [YULONG, QIAOLOU]),
        ("索河路北侧厂房", []),
        ("索河西路 12 号", []),
        ("索河大桥下", []),
        ("京城路与索河路交叉口", []),
        ("京城路街道", [JINGCHENG]),
        ("京城街道", [JINGCHENG]),
        ("乔楼镇街上", [QIAOLOU]),
        ("金寨乡", ["410182204"]),
    ],
)
def test_areas_are_named_by_name_or_alias_and_not_by_a_road_or_river(names, text, codes):
    assert names.named(text) == codes


def doubts(names, text, point=SUOHE, raw=None):
    found = names.doubts(text, raw or point, point)
    return found.get("named_area_code"), found.get("suspected_crs")


def test_a_text_that_names_the_points_area_among_others_raises_no_doubt(names):
    assert doubts(names, "索河街道与乔楼镇交界") == (None, None)


def test_a_text_all_of_whose_areas_lie_elsewhere_is_a_doubt_about_the_first(names):
    assert doubts(names, "豫龙镇与乔楼镇交界") == (YULONG, "")


def test_the_system_in_which_point_and_text_agree_is_named_with_the_area_it_agrees_with(names):
    """The pair is the seat of 乔楼镇, and was converted to a point in 索河街道 from a system that it is not in."""
    raw = (113.385751, 34.761219)
    assert doubts(names, "豫龙镇与乔楼镇交界", raw=raw) == (QIAOLOU, "wgs84")
