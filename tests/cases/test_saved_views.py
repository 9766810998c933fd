"""Saved views: whose they are, what they count, which opens first, and what is refused."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import actions, saved_views
from cases.models import SavedView
from tests.cases.crowd import crowd, rows  # noqa: F401 -- fixtures are found by their names
from tests.factories import make_case, make_user
from tests.second_city import load as load_second_city


@pytest.fixture
def dispatcher(xingyang):
    return make_user("dispatcher")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def act(user, **words):
    return client_of(user).post(reverse("views"), words, headers={"HX-Request": "true"})


def own(user):
    return [(view.name, view.query) for view in saved_views.of(user)]


def test_a_view_keeps_the_lists_own_filters_in_one_order_and_nothing_else(dispatcher):
    act(dispatcher, act="save", name=" 一组 ", query="?year=2026&group=G1&page=3&evil=1")
    assert own(dispatcher) == [("一组", "group=G1&year=2026")]


def test_every_state_and_the_open_ones_are_two_views(dispatcher):
    act(dispatcher, act="save", name="all", query="status=&group=")
    act(dispatcher, act="save", name="open", query="group=G1")
    assert own(dispatcher) == [("all", "status="), ("open", "group=G1")]


def test_a_view_is_its_owners_a_shared_one_its_roles(dispatcher):
    colleague, leader = make_user("dispatcher"), make_user("leader")
    act(dispatcher, act="save", name="mine", query="group=G1")
    act(dispatcher, act="save", name="for leaders", query="overdue=yes", role="leader")
    assert own(dispatcher) == [("mine", "group=G1")]
    assert own(colleague) == []
    assert own(leader) == [("for leaders", "overdue=yes")]


def test_a_view_of_another_region_is_nobodys_here(dispatcher, tmp_path):
    there = make_user("leader", region_id=load_second_city(tmp_path).region_id)
    act(dispatcher, act="save", name="for leaders", query="", role="leader")
    assert own(there) == []


def test_every_count_is_the_number_of_cases_that_the_list_would_show(crowd):  # noqa: F811
    queries = {"status=open&group=G1": "group_code = 'G1'", "status=open&channel=patrol": "channel = 'patrol'",
               "status=": "true", "status=ended": None}  # fmt: skip
    open_ = "status NOT IN ('closed','follow_up','archived','rejected','unfounded','not_registered','transferred_out','void','merged')"
    for watcher in crowd[:5]:
        for query in queries:
            SavedView.objects.create(region_id=watcher.user.region_id, owner=watcher.user, name=query, query=query)
        counts = {view.query: view.count for view in saved_views.shown(watcher.user) if view.pk}
        assert counts == {
            "status=open&group=G1": len(watcher.sees(f"{open_} AND group_code = 'G1'")),
            "status=open&channel=patrol": len(watcher.sees(f"{open_} AND channel = 'patrol'")),
            "status=": len(watcher.sees()),
            "status=ended": len(watcher.sees(f"NOT ({open_})")),
        }


def test_the_map_opens_with_ones_own_default_before_the_roles(dispatcher):
    act(dispatcher, act="save", name="all dispatchers", query="overdue=yes", role="dispatcher")
    (shared,) = SavedView.objects.all()
    act(dispatcher, act="default", view=shared.pk)
    client = client_of(dispatcher)
    assert client.get("/")["Location"] == "/?overdue=yes"
    act(dispatcher, act="save", name="mine", query="group=G2")
    act(dispatcher, act="default", view=SavedView.objects.get(name="mine").pk)
    assert client.get("/")["Location"] == "/?group=G2"
    act(dispatcher, act="no-default", view=SavedView.objects.get(name="mine").pk)
    assert client.get("/")["Location"] == "/?overdue=yes"
    assert client_of(make_user("leader")).get("/?status=open").status_code == 200


def test_one_default_takes_the_place_of_another(dispatcher):
    for name in "ab":
        act(dispatcher, act="save", name=name, query="")
        act(dispatcher, act="default", view=SavedView.objects.get(name=name).pk)
    assert list(SavedView.objects.filter(is_default=True).values_list("name", flat=True)) == ["b"]


def test_views_move_among_their_own_and_stop_at_the_ends(dispatcher):
    for name in "abc":
        act(dispatcher, act="save", name=name, query="")
    keys = {view.name: view.pk for view in SavedView.objects.all()}
    for name, how, wanted in (("c", "up", "acb"), ("a", "up", "acb"), ("a", "down", "cab"), ("b", "down", "cab")):
        act(dispatcher, act=how, view=keys[name])
        assert "".join(name for name, _query in own(dispatcher)) == wanted


def test_a_view_is_renamed_and_removed(dispatcher):
    act(dispatcher, act="save", name="a", query="")
    (view,) = SavedView.objects.all()
    act(dispatcher, act="rename", view=view.pk, name="b")
    assert own(dispatcher) == [("b", "")]
    act(dispatcher, act="delete", view=view.pk)
    assert own(dispatcher) == []


@pytest.mark.parametrize(
    "words",
    [{"act": "save", "name": " ", "query": ""}, {"act": "save", "name": "x" * 41, "query": ""},
     {"act": "save", "name": "x", "query": "status=nonsense"}, {"act": "save", "name": "x", "query": "year=abc"},
     {"act": "save", "name": "x", "query": "", "role": "nonsense"}, {"act": "", "name": "x"}, {"act": "nonsense"}],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_a_sentence_and_nothing_is_written(dispatcher, words):
    answer = act(dispatcher, **words)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not SavedView.objects.exists()


def test_only_the_office_shares_and_changes_what_is_shared(dispatcher):
    leader = make_user("leader")
    assert act(leader, act="save", name="x", query="", role="leader").status_code == 400
    act(dispatcher, act="save", name="x", query="", role="leader")
    (view,) = SavedView.objects.all()
    for how in ("rename", "up", "delete", "default"):
        assert act(leader, act=how, view=view.pk, name="y").status_code == 400
    assert act(make_user("inspector"), act="delete", view=view.pk).status_code == 404
    assert SavedView.objects.get().name == "x"


@pytest.mark.parametrize("key", ["", "x", "-1", "999999", "9" * 30])
def test_a_view_that_is_not_there_is_missing(dispatcher, key):
    assert act(dispatcher, act="delete", view=key).status_code == 404


def test_no_more_than_thirty_are_kept(dispatcher):
    for number in range(30):
        actions.save_view(dispatcher, name=str(number), query="")
    assert act(dispatcher, act="save", name="one more", query="").status_code == 400


def test_built_in_views_are_those_of_the_persons_work(xingyang):
    unit = make_case().lead_unit
    names = {
        role: [view.query for view in saved_views.shown(make_user(role, unit=unit))]
        for role in ("dispatcher", "inspector", "grid_member")
    }
    assert names["dispatcher"] == [
        "status=approved",
        "overdue=yes",
        "overdue=soon",
        "group=none",
        "confidence=low",
        f"unit={unit.code}",
    ]
    assert names["inspector"] == ["overdue=yes", "overdue=soon", f"unit={unit.code}"]
    assert names["grid_member"] == []
