"""The change feed: nothing twice, nothing lost to a slower writer, nothing of others; the trail is only added to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import actions, feed
from cases.models import Case, CaseEvent
from tests.factories import make_case, make_user
from tests.land import load_once
from tests.second_city import load as load_second_city

BEGINNING = "1:1:"  # a snapshot in which no transaction is visible


@pytest.fixture
def city(transactional_db):
    """The edition, really committed: the feed tells of settled transactions alone."""
    return load_once()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def changes(client, after=None):
    return client.get(reverse("api-changes"), {"after": after} if after else {}).json()


def told(answer):
    return [(change["case_no"], change["verb"], change["status"]) for change in answer["changes"]]


def test_the_feed_starts_at_the_present_and_tells_each_act_once(city):
    dispatcher = make_user("dispatcher")
    make_case(by=dispatcher)
    client = client_of(dispatcher)
    start = changes(client)
    assert start["changes"] == []
    case = make_case(by=dispatcher)
    actions.override(case, area_code="", group_code="G1", reason="现场核实", by=dispatcher)
    first = changes(client, start["cursor"])
    assert told(first) == [(case.case_no, "report", "reported"), (case.case_no, "override", "reported")]
    assert all(set(change) == {"case_no", "verb", "status", "at"} for change in first["changes"])
    again = changes(client, first["cursor"])
    assert again["changes"] == []  # its cursor goes on with whatever else the cluster does


def test_a_slower_writer_is_not_lost_to_a_reader_who_has_seen_a_faster_one(city):
    """The slow one takes its event's id first and commits last."""
    dispatcher = make_user("dispatcher")
    client = client_of(dispatcher)
    slow, fast = make_case(by=dispatcher), make_case(by=dispatcher)
    cursor = changes(client)["cursor"]
    written, read = Barrier(2), Barrier(2)

    def write_slowly():
        try:
            with transaction.atomic():
                slow.events.create(region=slow.region, verb="photo", status="reported", by=dispatcher)
                written.wait(10)
                read.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_slowly)
        written.wait(10)
        fast.events.create(region=fast.region, verb="photo", status="reported", by=dispatcher)
        between = changes(client, cursor)
        read.wait(10)
        writing.result()
    after = changes(client, between["cursor"])
    assert told(between) == [(fast.case_no, "photo", "reported")]
    assert told(after) == [(slow.case_no, "photo", "reported")]


def test_the_feed_tells_of_no_case_that_the_person_does_not_see(city, tmp_path):
    second = load_second_city(tmp_path)
    inspector, other = make_user("inspector", group_codes=["G3"]), make_user("inspector", group_codes=["G1"])
    there = make_user("dispatcher", region_id=second.region_id)
    case = make_case()
    for user, wanted in ((inspector, [case.case_no]), (other, []), (there, [])):
        assert [change["case_no"] for change in changes(client_of(user), BEGINNING)["changes"]] == wanted


def test_a_page_of_the_feed_ends_and_the_next_goes_on(city, monkeypatch):
    monkeypatch.setattr("cases.feed.PAGE", 2)
    dispatcher = make_user("dispatcher")
    cases = [make_case(by=dispatcher).case_no for _number in range(5)]
    client, seen, cursor = client_of(dispatcher), [], BEGINNING
    while (page := changes(client, cursor))["changes"]:
        assert len(page["changes"]) <= 2
        seen += [change["case_no"] for change in page["changes"]]
        cursor = page["cursor"]
    assert seen == cases


@pytest.mark.parametrize(
    "cursor",
    ["x", "1", "1:1", "1-2", "-1:2:", "0:0:", "3:1:", "1:3:9", "1:3:2,2", "1:3:2,1", "1:3:,", "٣:٣:", "1:1:\x00", " ", "+1:1:",
     "1:" + "9" * 19 + ":", "9" * 30 + ":1:", "1:1:~1:1:", "1:1:~1:1:~1", "1:1:~3:1:~1~1", "1:1:~1:1:~1~" + "9" * 19,
     "1:9999999:" + ",".join(map(str, range(1, 3000)))],
)  # fmt: skip
def test_a_cursor_that_is_none_is_refused_with_its_name(xingyang, cursor):
    answer = client_of(make_user("dispatcher")).get(reverse("api-changes"), {"after": cursor})
    assert (answer.status_code, list(answer.json())) == (400, ["after"])


@pytest.mark.parametrize("table", ["caseevent", "assignmentoverride"])
@pytest.mark.parametrize("write", ["UPDATE cases_{} SET region_id = region_id", "DELETE FROM cases_{}"])
def test_the_trail_is_only_added_to(xingyang, table, write):
    case = make_case()
    actions.override(case, area_code="", group_code="G1", reason="现场核实", by=make_user("dispatcher"))
    with (
        pytest.raises(DatabaseError, match="only ever added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(write.format(table))
    assert CaseEvent.objects.count() == 2


KEYS = """
SELECT t.relname, c.conname, c.contype, coalesce(f.relname, ''),
       array(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey))
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid LEFT JOIN pg_class f ON f.oid = c.confrelid
WHERE t.relname LIKE 'cases\\_%' AND c.contype IN ('p', 'u', 'f')
UNION ALL
SELECT t.relname, i.relname, 'u', '', array(SELECT a.attname FROM pg_attribute a
       WHERE a.attrelid = t.oid AND a.attnum = ANY(x.indkey::int2[]))
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relname LIKE 'cases\\_%' AND x.indisunique
"""


def test_every_key_of_the_work_holds_the_region(xingyang):
    """Foreign keys to the land and its people are exempt: those tables are the same everywhere."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        keys = cursor.fetchall()
    without = [
        (table, name)
        for table, name, _kind, parent, columns in keys
        if "region_id" not in columns and not parent.startswith("boundaries_")
    ]
    assert without == []
    assert {table for table, *_rest in keys} >= {
        "cases_case",
        "cases_caseevent",
        "cases_casetally",
        "cases_evidence",
    }
    of_a_case = {
        model._meta.db_table
        for model in apps.get_app_config("cases").get_models()
        if any(field.related_model is Case for field in model._meta.concrete_fields)
    }
    assert {
        table for table, _name, kind, parent, _columns in keys if kind == "f" and parent == "cases_case"
    } == of_a_case


def test_a_cursor_of_the_far_future_is_answered_with_nothing(xingyang):
    answer = client_of(make_user("dispatcher")).get(reverse("api-changes"), {"after": f"1:{2**63 - 1}:"})
    assert (answer.status_code, answer.json()["changes"]) == (200, [])


def test_a_case_that_was_moved_to_others_is_told_of_no_more_and_is_missing(city):
    """Whoever keeps cases by the feed takes the 404 for its end."""
    inspector, dispatcher = client_of(make_user("inspector", group_codes=["G3"])), make_user("dispatcher")
    case = make_case()
    cursor = changes(inspector)["cursor"]
    actions.override(case, area_code="", group_code="G1", reason="现场核实", by=dispatcher)
    assert changes(inspector, cursor)["changes"] == []
    assert inspector.get(reverse("api-case", args=(case.case_no,))).status_code == 404


def test_the_feed_reads_the_end_of_its_own_regions_trail_alone(xingyang):
    """By the index that begins with the region; without it every event of every region is looked at."""
    now = feed.current().seen
    new = CaseEvent.objects.became_visible(xingyang.region_id, now, now)
    with connection.cursor() as cursor:  # the tables are too small for the planner to need an index
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    plan = new.explain()
    condition = plan.partition("using event_feed")[2].partition("Index Cond: ")[2].splitlines()[0]
    assert "region_id" in condition
    assert "xact >=" in condition


def asked_again(client, answer):
    """The same question with the answer's cursor and ETag, and how many questions it costs the database."""
    with CaptureQueriesContext(connection) as asked:
        again = client.get(
            reverse("api-changes"), {"after": answer.json()["cursor"]}, headers={"If-None-Match": answer["ETag"]}
        )
    return again, [query["sql"] for query in asked if not query["sql"].startswith("PREPARE")]


def test_while_nothing_happens_the_answer_is_304_from_one_query(city):
    dispatcher = make_user("dispatcher")
    make_case(by=dispatcher)
    client = client_of(dispatcher)
    first = client.get(reverse("api-changes"))
    asked_again(client, first)  # whose session it is, the process knows now
    quiet, asked = asked_again(client, first)
    assert (quiet.status_code, quiet.content, quiet["ETag"], len(asked)) == (304, b"", first["ETag"], 1)
    case = make_case(by=dispatcher)
    news, _asked = asked_again(client, first)
    assert (news.status_code, told(news.json())) == (200, [(case.case_no, "report", "reported")])
    quiet, _asked = asked_again(client, news)
    assert quiet.status_code == 304


def test_an_etag_is_of_no_use_with_an_older_cursor(city):
    """Whoever stands further back has not heard what happened in between."""
    dispatcher = make_user("dispatcher")
    client = client_of(dispatcher)
    first = client.get(reverse("api-changes"))
    case = make_case(by=dispatcher)
    later = client.get(reverse("api-changes"))
    answer = client.get(
        reverse("api-changes"), {"after": first.json()["cursor"]}, headers={"If-None-Match": later["ETag"]}
    )
    assert (answer.status_code, told(answer.json())) == (200, [(case.case_no, "report", "reported")])


def test_a_deadline_that_passes_ends_the_304(city):
    dispatcher = make_user("dispatcher")
    case = make_case(by=dispatcher)
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() + timedelta(seconds=0.5))
    client = client_of(dispatcher)
    first = client.get(reverse("api-changes"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.6)")
    answer, _asked = asked_again(client, first)
    assert (answer.status_code, answer.json()["changes"]) == (200, [])


def test_a_page_that_is_full_has_no_etag_because_more_follows(city, monkeypatch):
    monkeypatch.setattr(feed, "PAGE", 2)
    dispatcher = make_user("dispatcher")
    for _number in range(3):
        make_case(by=dispatcher)
    client = client_of(dispatcher)
    full = client.get(reverse("api-changes"), {"after": BEGINNING})
    assert not full.has_header("ETag")
    assert client.get(reverse("api-changes"), {"after": full.json()["cursor"]}).has_header("ETag")
