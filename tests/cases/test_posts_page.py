"""网格人员: what the table says of each cell, and what is done in the drawer of one."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from boundaries.models import GridCell, GridPost
from tests.factories import make_user
from tests.pages import english, words

TODAY = timezone.localdate


@pytest.fixture
def coordinator(xingyang):
    return make_user("grid_coordinator")


@pytest.fixture
def page(client, coordinator):
    client.force_login(coordinator)
    return english(client)


@pytest.fixture
def cell(xingyang):
    """A cell of 索河街道 with nobody."""
    area = xingyang.areas.get(name="索河街道").code
    cell = GridCell.objects.filter(region=xingyang.region, area_code=area, level=3).first()
    cell.posts.all().delete()
    return cell


def posted(cell, role="grid_worker", holder="张三", first="2026-01-01", **words):
    return GridPost.objects.create(cell=cell, role=role, holder=holder, valid_from=date.fromisoformat(first), **words)


def listed(page, **asked):
    """The codes of the rows shown."""
    answer = page.get(reverse("posts"), {"level": 3, **asked})
    return [row["cell"].code for row in answer.context["rows"]], answer


def act(page, cell, act, of="", **told):
    return page.post(reverse("cell-posts", args=[cell.code]), {"act": act, "of": of, **told})


def test_a_cell_stands_with_leader_workers_embedded_staff_and_who_is_on_leave(page, cell):
    leader = posted(cell, "grid_leader", "王五")
    posted(cell, "grid_leader", "赵六", deputy_of=leader)
    posted(cell, "embedded_grid_staff", "钱七")
    leader.leaves.create(first_day=TODAY())
    answer = page.get(reverse("posts"), {"q": cell.code})
    [row] = answer.context["rows"]
    assert [one.holder for one in row["grid_leader"]] == ["王五", "赵六"]
    assert [one.holder for one in row["embedded_grid_staff"]] == ["钱七"]
    said = words(answer)
    assert "王五 on leave" in said
    assert "赵六 deputy of 王五" in said


def test_unstaffed_cells_are_those_where_nobody_answers_today(page, cell):
    assert listed(page, q=cell.code, state="unstaffed")[0] == [cell.code]
    posted(cell, "embedded_grid_staff")
    assert listed(page, q=cell.code, state="unstaffed")[0] == [cell.code]
    worker = posted(cell)
    assert listed(page, q=cell.code, state="unstaffed")[0] == []
    worker.leaves.create(first_day=TODAY(), last_day=TODAY())
    assert listed(page, q=cell.code, state="unstaffed")[0] == [cell.code]
    assert listed(page, q=cell.code, state="away")[0] == [cell.code]


def test_the_filters_narrow_by_area_name_code_holder_and_account(page, cell, xingyang):
    posted(cell, holder="独一无二", user=make_user("grid_member", username="onlyone"))
    for text in (cell.code, cell.name, "独一", "ONLYONE"):
        assert cell.code in listed(page, q=text)[0], text
    assert listed(page, q="没有这个")[0] == []
    other = xingyang.areas.exclude(code=cell.area_code).first().code
    assert listed(page, q="独一", area=other)[0] == []
    assert len(listed(page, q="独一", area=cell.area_code)[0]) == 1


def test_a_page_of_the_table_takes_few_queries_however_many_rows(page, cell, django_assert_max_num_queries):
    with django_assert_max_num_queries(22):
        shown, answer = listed(page)
    assert len(shown) == 100
    assert answer.context["page"].paginator.count == GridCell.objects.valid_on(TODAY()).of_level(3).count()


def test_a_member_of_a_group_sees_the_cells_of_its_areas_alone_and_changes_nothing(client, cell, xingyang):
    client.force_login(make_user("group_convener", group_codes=["G1"]))
    english(client)
    areas = set(xingyang.groups.get(code="G1").areas.values_list("code", flat=True))
    answer = client.get(reverse("posts"), {"level": 3})
    assert {row["cell"].area_code for row in answer.context["rows"]} <= areas
    assert client.get(reverse("cell-posts", args=[cell.code])).status_code == 404
    own = GridCell.objects.filter(area_code__in=areas, level=3).first()
    answer = client.get(reverse("cell-posts", args=[own.code]))
    assert answer.status_code == 200
    assert '<form method="post" action' not in answer.content.decode()


def test_a_cell_of_another_region_is_not_there(page, tmp_path):
    elsewhere = GridCell.objects.first()
    elsewhere.pk, elsewhere.region_id, elsewhere.code = None, make_region().pk, "990101000000001"
    elsewhere.parent = None
    elsewhere.save()
    assert page.get(reverse("cell-posts", args=[elsewhere.code])).status_code == 404


def make_region():
    from_ = GridCell._meta.get_field("region").related_model
    return from_.objects.create(code="990101", name="乙市", case_prefix="YS")


def test_somebody_is_posted_and_the_table_has_them_at_once(page, cell):
    person = make_user("grid_member", username="li4", display_name="李四")
    answer = act(page, cell, "post", role="grid_leader", user="li4", valid_from=TODAY().isoformat())
    assert answer.status_code == 302
    post = cell.posts.get()
    assert (post.holder, post.user, post.role, post.valid_to) == ("李四", person, "grid_leader", None)
    assert "李四" in words(page.get(reverse("posts"), {"q": cell.code}))


def test_what_is_refused_stands_at_its_field_and_keeps_what_was_typed(page, cell):
    posted(cell, "grid_leader", "王五")
    told = {"role": "grid_leader", "holder": "新人", "user": "nobody", "valid_from": "2026-02-30"}
    answer = act(page, cell, "post", **told)
    assert answer.status_code == 400
    form = answer.context["post_form"]
    assert set(form.errors) == {"user", "valid_from"}
    assert (form["holder"].value(), form["user"].value()) == ("新人", "nobody")
    answer = act(page, cell, "post", role="grid_leader", holder="新人", valid_from="2026-06-01")
    assert list(answer.context["post_form"].errors) == ["role"]
    assert "王五" in answer.context["post_form"].errors["role"][0]
    assert cell.posts.count() == 1


@pytest.mark.parametrize(
    ("name", "told", "field"),
    [
        ("leave", {"first_day": "2025-12-31"}, "first_day"),
        ("leave", {"first_day": "2026-06-02", "last_day": "2026-06-01"}, "last_day"),
        ("end", {"last_day": "2025-12-31"}, "last_day"),
        ("replace", {"from_day": "2026-01-01", "holder": "新人"}, "from_day"),
        ("deputy", {"valid_from": "2026-06-01", "holder": "张三"}, "__all__"),
    ],
)
def test_each_act_says_what_is_wrong_in_its_own_form(page, cell, name, told, field):
    post = posted(cell)
    answer = act(page, cell, name, post.pk, **told)
    assert answer.status_code == 400
    [entry] = answer.context["now"]
    [form] = [one["form"] for one in entry["acts"] if one["name"] == name]
    assert field in form.errors
    assert [one["open"] for one in entry["acts"]].count(True) == 1


def test_leave_deputy_replacement_and_end_go_through_the_page(page, cell):
    post, tomorrow = posted(cell), TODAY() + timedelta(days=1)
    assert act(page, cell, "leave", post.pk, first_day=TODAY().isoformat(), reason="年休假").status_code == 302
    assert act(page, cell, "deputy", post.pk, holder="代理", valid_from=TODAY().isoformat()).status_code == 302
    away = post.leaves.get()
    assert act(page, cell, "end_leave", away.pk, last_day=TODAY().isoformat()).status_code == 302
    assert act(page, cell, "replace", post.pk, holder="接任", from_day=tomorrow.isoformat()).status_code == 302
    new = cell.posts.get(holder="接任")
    assert act(page, cell, "end", new.pk, last_day=tomorrow.isoformat()).status_code == 302
    away.refresh_from_db()
    assert away.last_day == TODAY()
    assert {(one.holder, one.valid_from, one.valid_to) for one in cell.posts.all()} == {
        ("张三", date(2026, 1, 1), TODAY()),
        ("代理", TODAY(), TODAY()),
        ("接任", tomorrow, tomorrow),
        ("代理", tomorrow, tomorrow),
    }


def test_a_post_to_come_is_taken_back_and_one_of_another_cell_is_not_touched(page, cell):
    coming = posted(cell, first=(TODAY() + timedelta(days=9)).isoformat())
    other = GridPost.objects.exclude(cell=cell).filter(cell__level=3).first()
    assert act(page, cell, "end", other.pk, last_day="2026-06-01").status_code == 404
    assert act(page, cell, "withdraw", coming.pk).status_code == 302
    assert cell.posts.count() == 0


@pytest.mark.parametrize("of", ["", "x", "9" * 30, "²"])
def test_an_act_on_nothing_is_not_there(page, cell, of):
    assert act(page, cell, "end", of, last_day="2026-06-01").status_code == 404


def test_history_keeps_who_was_there_before(page, cell):
    posted(cell, holder="前任", valid_to=date(2026, 3, 31))
    said = words(page.get(reverse("cell-posts", args=[cell.code])))
    assert "前任 grid worker 2026-01-01 – 2026-03-31" in said
    assert "Nobody answers for this cell today" in said


def test_in_place_the_answer_is_the_drawer_and_the_row(page, cell):
    answer = page.post(
        reverse("cell-posts", args=[cell.code]),
        {"act": "post", "role": "grid_worker", "holder": "新人", "valid_from": TODAY().isoformat()},
        headers={"HX-Request": "true"},
    )
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in html
    assert "新人" in html.split("<template>")[1]
