"""Posts, replacements, deputies and leave: days reckoned by hand on one cell in force through the year 2026."""

import threading
from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, connections
from django.urls import reverse

from boundaries import posts
from boundaries.models import GridCell, GridPost, PostLeave, Region, Unit
from boundaries.posts import PostRefused
from tests.factories import make_user

SQUARE = "MULTIPOLYGON(((113.3 34.7, 113.31 34.7, 113.31 34.71, 113.3 34.71, 113.3 34.7)))"
LEADER, WORKER, EMBEDDED = GridPost.Role.GRID_LEADER, GridPost.Role.GRID_WORKER, GridPost.Role.EMBEDDED_GRID_STAFF


def day(text):
    """`03-31` of 2026, or a whole date."""
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}") if text else None


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def make_cell(region, code="410182900000001", name="甲格", **changes):
    words = {"level": 3, "area_code": "410182001", "valid_from": day("01-01"), "geom": SQUARE, **changes}
    return GridCell.objects.create(region=region, code=code, name=name, **words)


@pytest.fixture
def cell(xingyang):
    return make_cell(xingyang.region, valid_to=day("12-31"))


def put(cell, first, last=None, role=LEADER, holder="张三", **words):
    return posts.post(cell, role=role, holder=holder, valid_from=day(first), valid_to=day(last), **words)


def refused(act, *args, **words):
    """The sentences by field; nothing was written."""
    before = (list(GridPost.objects.order_by("pk").values()), list(PostLeave.objects.order_by("pk").values()))
    with pytest.raises(PostRefused) as caught:
        act(*args, **words)
    assert (list(GridPost.objects.order_by("pk").values()), list(PostLeave.objects.order_by("pk").values())) == before
    return caught.value.errors


def days(one):
    one.refresh_from_db()
    return one.valid_from, one.valid_to


def on_duty(text, cell):
    return {one.holder for one in GridPost.objects.answering().on_duty(day(text)).filter(cell=cell)}


def test_a_post_without_an_end_runs_as_long_as_its_cell(cell, xingyang):
    assert days(put(cell, "03-01")) == (day("03-01"), day("12-31"))
    endless = make_cell(xingyang.region, "410182900000002")
    assert days(put(endless, "03-01")) == (day("03-01"), None)


def test_a_cell_has_one_grid_leader_at_a_time_and_any_number_of_workers(cell):
    put(cell, "03-01", "06-30")
    told = refused(put, cell, "06-30", holder="李四")
    assert told == {
        "role": [
            "A cell has one grid leader at a time: 张三 is it 2026-03-01 – 2026-06-30. Replace them or end their post."
        ]
    }
    assert "role" in refused(put, cell, "01-01", "03-01", holder="李四")
    put(cell, "07-01", holder="李四")
    put(cell, "01-01", "02-28", holder="王五")
    for holder in ("甲", "乙"):
        put(cell, "03-01", role=WORKER, holder=holder)
    assert on_duty("04-01", cell) == {"张三", "甲", "乙"}


def test_nobody_holds_a_role_twice_at_once(cell):
    put(cell, "03-01", "03-31", role=WORKER)
    assert "holder" in refused(put, cell, "03-31", role=WORKER)
    put(cell, "04-01", role=WORKER)
    put(cell, "03-01", role=EMBEDDED)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2025-12-31", None, "valid_from"),
        ("2027-01-01", None, "valid_from"),
        ("12-31", "2027-01-01", "valid_to"),
        ("03-02", "03-01", "valid_to"),
    ],
)
def test_days_outside_the_cell_and_ends_before_the_begin_are_refused_by_field(cell, first, last, field):
    assert field in refused(put, cell, first, last)


def test_a_post_of_one_day_is_sound(cell):
    put(cell, "03-01", "03-01")
    assert [on_duty(one, cell) for one in ("02-28", "03-01", "03-02")] == [set(), {"张三"}, set()]


def test_who_is_posted_is_named_or_has_an_account(cell):
    assert refused(put, cell, "03-01", holder=" ") == {"holder": ["Name who is posted."]}
    person = make_user("grid_member", display_name="赵六")
    assert put(cell, "03-01", holder="", user=person).holder == "赵六"


def test_accounts_units_and_groups_of_elsewhere_are_refused(cell):
    elsewhere = Region.objects.create(code="999999", name="别处", case_prefix="BC")
    person = make_user("grid_member", region_id=elsewhere.pk)
    unit = Unit.objects.create(region=elsewhere, code="x", name="外", kind="section")
    told = refused(put, cell, "03-01", user=person, unit=unit, group_code="G9")
    assert set(told) == {"user", "unit", "group_code"}
    assert put(cell, "03-01", group_code="G1").group_code == "G1"


def test_an_end_is_its_last_day_and_not_before_the_begin(cell):
    one = put(cell, "03-01")
    assert refused(posts.end, one, day("02-28")) == {
        "last_day": ["The post begins on 2026-03-01: it cannot end before that."]
    }
    posts.end(one, day("03-31"))
    assert [on_duty(text, cell) for text in ("03-31", "04-01")] == [{"张三"}, set()]


def test_an_end_is_put_off_only_while_nobody_followed(cell):
    one = put(cell, "03-01", "03-31")
    put(cell, "06-01", holder="李四")
    posts.end(one, day("05-31"))
    assert "role" in refused(posts.end, one, day("06-01"))
    assert "last_day" in refused(posts.end, one, day("2027-01-01"))


def test_a_replacement_begins_the_day_after_the_old_post_ends_and_keeps_what_is_not_said(cell, xingyang):
    unit = Unit.objects.filter(region=xingyang.region).first()
    old = put(cell, "03-01", unit=unit, group_code="G1")
    new = posts.replace(old, from_day=day("07-01"), holder="李四")
    assert (days(old), days(new)) == ((day("03-01"), day("06-30")), (day("07-01"), day("12-31")))
    assert (new.role, new.unit, new.group_code) == (LEADER, unit, "G1")
    assert "from_day" in refused(posts.replace, new, from_day=day("07-01"), holder="王五")
    assert "from_day" in refused(posts.replace, old, from_day=day("07-02"), holder="王五")


def test_a_deputy_stands_in_within_the_days_of_the_post(cell):
    post = put(cell, "03-01", "06-30")
    deputy = put(cell, "04-01", holder="李四", deputy_of=post, role=WORKER)
    assert (deputy.role, days(deputy)) == (LEADER, (day("04-01"), day("06-30")))
    assert "valid_from" in refused(put, cell, "02-28", holder="王五", deputy_of=post)
    assert "valid_to" in refused(put, cell, "04-01", "07-01", holder="王五", deputy_of=post)
    assert "deputy_of" in refused(put, cell, "04-01", holder="王五", deputy_of=deputy)


def test_nobody_is_their_own_deputy_whatever_name_stands_there(cell, xingyang):
    person = make_user("grid_member")
    post = put(cell, "03-01", user=person)
    assert "deputy_of" in refused(put, cell, "03-01", deputy_of=post)
    assert "deputy_of" in refused(put, cell, "03-01", holder="别名", user=person, deputy_of=post)
    other = make_cell(xingyang.region, "410182900000002")
    assert "deputy_of" in refused(put, other, "03-01", holder="李四", deputy_of=post)


def test_deputies_end_with_the_post_and_those_to_come_are_taken_back(cell):
    post = put(cell, "03-01")
    now, later = put(cell, "03-01", holder="李四", deputy_of=post), put(cell, "09-01", holder="王五", deputy_of=post)
    posts.end(post, day("05-31"))
    assert days(now) == (day("03-01"), day("05-31"))
    assert not GridPost.objects.filter(pk=later.pk).exists()


def test_deputies_go_on_under_who_replaces_the_holder(cell):
    post = put(cell, "03-01")
    deputy = put(cell, "04-01", "09-30", holder="李四", deputy_of=post)
    later = put(cell, "08-01", "08-31", holder="王五", deputy_of=post)
    new = posts.replace(post, from_day=day("07-01"), holder="赵六")
    assert days(deputy) == (day("04-01"), day("06-30"))
    assert not GridPost.objects.filter(pk=later.pk).exists()
    follow = {one.holder: (one.valid_from, one.valid_to) for one in new.deputies.all()}
    assert follow == {"李四": (day("07-01"), day("09-30")), "王五": (day("08-01"), day("08-31"))}


def test_a_deputy_cannot_replace_whom_they_stand_in_for_under_their_own_name(cell):
    post = put(cell, "03-01")
    put(cell, "03-01", holder="李四", deputy_of=post)
    assert "deputy_of" in refused(posts.replace, post, from_day=day("07-01"), holder="李四")


def test_on_leave_the_holder_is_away_both_days_included(cell):
    post = put(cell, "03-01")
    posts.leave(post, day("05-01"), day("05-03"), "年休假")
    assert [on_duty(text, cell) for text in ("04-30", "05-01", "05-03", "05-04")] == [
        {"张三"},
        set(),
        set(),
        {"张三"},
    ]


def test_a_deputy_is_on_duty_while_the_holder_is_away(cell):
    post = put(cell, "03-01")
    put(cell, "03-01", holder="李四", deputy_of=post)
    posts.leave(post, day("05-01"))
    assert on_duty("08-01", cell) == {"李四"}


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("05-03", "05-10", "first_day"),
        ("04-01", None, "first_day"),
        ("05-02", "05-02", "first_day"),
        ("06-10", "06-09", "last_day"),
        ("02-28", "03-02", "first_day"),
        ("12-01", "2027-01-01", "last_day"),
        ("2027-01-01", None, "first_day"),
    ],
)
def test_leaves_that_overlap_or_lie_outside_the_post_are_refused_by_field(cell, first, last, field):
    post = put(cell, "03-01")
    posts.leave(post, day("05-01"), day("05-03"))
    assert field in refused(posts.leave, post, day(first), day(last))


def test_leaves_that_only_touch_are_sound(cell):
    post = put(cell, "03-01")
    posts.leave(post, day("05-01"), day("05-03"))
    posts.leave(post, day("05-04"))
    posts.leave(post, day("04-30"), day("04-30"))
    assert on_duty("04-30", cell) == on_duty("12-31", cell) == set()


def test_a_leave_ends_earlier_or_later_but_into_no_other(cell):
    post = put(cell, "03-01")
    away = posts.leave(post, day("05-01"))
    posts.end_leave(away, day("05-10"))
    posts.leave(post, day("06-01"))
    assert "last_day" in refused(posts.end_leave, away, day("06-01"))
    assert "last_day" in refused(posts.end_leave, away, day("04-30"))
    posts.end_leave(away, day("05-31"))
    assert [on_duty(text, cell) for text in ("04-30", "05-31", "06-01")] == [{"张三"}, set(), set()]


def test_leave_everywhere_reaches_every_post_of_the_account_as_far_as_each_goes(cell, xingyang):
    person = make_user("grid_member", display_name="赵六")
    other, third = (make_cell(xingyang.region, f"41018290000000{n}") for n in (2, 3))
    one = put(cell, "03-01", user=person, holder="")
    put(other, "05-02", "05-05", role=WORKER, user=person, holder="")
    put(third, "07-01", role=WORKER, user=person, holder="")
    posts.leave_everywhere(one, day("05-01"), day("05-31"))
    found = {(away.post.cell.code[-1], away.first_day, away.last_day) for away in PostLeave.objects.all()}
    assert found == {("1", day("05-01"), day("05-31")), ("2", day("05-02"), day("05-05"))}


def test_leave_everywhere_is_all_or_nothing_and_names_the_cell(cell, xingyang):
    person = make_user("grid_member")
    other = make_cell(xingyang.region, "410182900000002", "乙格")
    one, beside = (put(here, "03-01", role=WORKER, user=person) for here in (cell, other))
    posts.leave(beside, day("05-05"))
    told = refused(posts.leave_everywhere, one, day("05-01"), day("05-31"))
    assert "乙格" in told["everywhere"][0]


def test_what_has_not_begun_is_taken_back_and_what_has_is_history(cell):
    post = put(cell, "03-01")
    away = posts.leave(post, day("05-01"))
    assert "__all__" in refused(posts.cancel_leave, away, today=day("05-01"))
    assert "__all__" in refused(posts.withdraw, post, today=day("03-01"))
    posts.cancel_leave(away, today=day("04-30"))
    posts.withdraw(post, today=day("02-28"))
    assert not GridPost.objects.filter(cell=cell).exists()


def test_every_act_leaves_a_line_of_who_did_it(cell):
    clerk = make_user("grid_coordinator")
    post = put(cell, "03-01", by=clerk)
    posts.leave(post, day("05-01"), day("05-02"), by=clerk)
    posts.end(post, day("06-30"), by=clerk)
    told = LogEntry.objects.filter(object_id=str(post.pk), user=clerk).order_by("pk")
    assert [entry.change_message for entry in told] == [
        "grid leader 2026-03-01 – 2026-12-31",
        "on leave 2026-05-01 – 2026-05-02",
        "→ 2026-06-30",
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_at_once_one_makes_the_leader(cell):
    outcomes, together = [], threading.Barrier(2)

    def act(name):
        try:
            together.wait()
            put(cell, "03-01", holder=name)
            outcomes.append("posted")
        except PostRefused as refusal:
            outcomes.append(*refusal.errors)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(name,)) for name in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["posted", "role"]
    assert connection.in_atomic_block is False


@pytest.mark.parametrize("verb", ["add", "change", "delete"])
def test_the_administration_shows_posts_and_changes_none(client, cell, verb):
    """There nothing asks whether a cell gets two leaders."""
    post = put(cell, "03-01")
    posts.leave(post, day("04-01"), day("04-02"), reason="休假")
    client.force_login(make_user("administrator", is_staff=True, is_superuser=True))
    one = reverse("admin:boundaries_gridpost_change", args=(post.pk,))
    assert "休假" in client.get(one).content.decode()
    told = {"cell": cell.pk, "role": LEADER, "holder": "别人", "valid_from": "2026-03-01", "post": "yes"}
    leaves = {f"leaves-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    address = reverse(f"admin:boundaries_gridpost_{verb}", args=() if verb == "add" else (post.pk,))
    assert client.post(address, told | leaves).status_code == 403
    assert list(GridPost.objects.filter(cell=cell).values_list("holder", flat=True)) == [post.holder]
