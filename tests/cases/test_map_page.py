"""The map page and its list: what stands in it, for whom, under which filters, and how it grows."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from cases.models import Case
from cases.views import map as map_page
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(xingyang, client):
    user = make_user("dispatcher")
    client.force_login(user)
    return user


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def listed(response):
    return re.findall(r'data-case-no="([^"]+)"', response.content.decode())


def count(response):
    return re.search(r'id="count"[^>]*>(.*?)</p>', response.content.decode(), re.DOTALL)[1].strip()


def made(days_ago, **changes):
    return make_case(at=timezone.now() - timedelta(days=days_ago), **changes)


def test_the_first_rows_come_with_the_page_newest_first(client, dispatcher, english):
    older, newer = made(2), made(1)
    response = client.get("/")
    assert listed(response) == [newer.case_no, older.case_no]
    assert count(response) == "Showing 2 of 2"


def test_without_a_status_only_open_cases_are_listed_and_an_empty_one_lists_all(client, dispatcher):
    ended, opened = made(2, status="closed"), made(1)
    assert listed(client.get("/")) == [opened.case_no]
    assert listed(client.get("/?status=ended")) == [ended.case_no]
    assert listed(client.get("/?status=")) == [opened.case_no, ended.case_no]


def test_the_extent_narrows_what_is_shown_and_not_the_total(client, dispatcher, english):
    here, _there = made(2), made(1, lon=113.25, lat=34.65)
    response = client.get("/cases/rows/?bbox=113.37,34.78,113.39,34.79", headers={"hx-request": "true"})
    assert listed(response) == [here.case_no]
    assert count(response) == "Showing 1 of 2"


def test_rows_after_the_last_one_follow_without_repeating_it(client, dispatcher, monkeypatch):
    monkeypatch.setattr(map_page, "ROWS", 2)
    cases = [made(days) for days in (1, 2, 3)]
    first = client.get("/")
    last = re.findall(r'data-place="([^"]+)"', first.content.decode())[-1]
    assert listed(first) == [case.case_no for case in cases[:2]]
    assert listed(client.get("/cases/rows/", {"before": last})) == [cases[2].case_no]


def test_without_scripts_the_link_below_the_rows_leads_to_the_next_ones(client, dispatcher, monkeypatch, english):
    monkeypatch.setattr(map_page, "ROWS", 2)
    cases = [made(days) for days in (1, 2, 3)]
    following = re.search(r'<a href="([^"]+)" class="row-more"', client.get("/").content.decode())[1]
    response = client.get(following.replace("&amp;", "&"))
    assert response.status_code == 200
    assert listed(response) == [cases[2].case_no]
    assert count(response) == "Showing 3 of 3"


def test_cases_reported_in_the_same_instant_are_each_listed_once(client, dispatcher, monkeypatch):
    monkeypatch.setattr(map_page, "ROWS", 1)
    instant = timezone.now() - timedelta(days=1)
    numbers = {make_case(at=instant).case_no for _ in range(3)}
    seen, address = [], "/cases/rows/"
    while address and len(seen) <= 3:
        response = client.get(address)
        seen += listed(response)
        more = re.search(r'<a href="([^"]+)" class="row-more"', response.content.decode())
        address = more and more[1].replace("&amp;", "&")
    assert len(seen) == 3
    assert set(seen) == numbers


@pytest.mark.parametrize("key", ["x", "2026-13-45_1", "2026-01-01T00:00:00_1", "2026-01-01T00:00:00+08:00_x"])
def test_a_key_that_is_none_is_as_good_as_no_key(client, dispatcher, key):
    case = made(1)
    assert listed(client.get("/cases/rows/", {"before": key})) == [case.case_no]


def test_news_counts_what_the_filters_find_after_the_newest_row(client, dispatcher, english):
    made(3)
    newest = re.search(r'data-newest="([^"]+)"', client.get("/").content.decode())[1]
    made(2), made(1), made(1, channel="complaint"), made(1, status="closed")
    answer = client.get("/cases/rows/new/", {"after": newest, "channel": "patrol"})
    assert "2 new cases" in answer.content.decode()


def test_news_counts_an_older_case_that_came_into_the_list_beside_one_that_left(client, dispatcher, english):
    came, gone = made(3), made(2, status="approved")
    listed_then = client.get("/?status=approved").content.decode()
    asked = {
        "after": re.search(r'data-newest="([^"]+)"', listed_then)[1],
        "of": re.search(r'data-shown="([^"]+)"', listed_then)[1],
        "status": "approved",
    }
    Case.objects.filter(pk=came.pk).update(status="approved")
    assert "1 new case<" in client.get("/cases/rows/new/", asked).content.decode()
    Case.objects.filter(pk=gone.pk).update(status="assigned")
    assert client.get("/cases/rows/new/", asked).content.strip() == b""
    assert "1 new case<" in client.get("/cases/rows/new/", {**asked, "left": "1"}).content.decode()


def test_nothing_new_says_nothing(client, dispatcher):
    made(1)
    newest = re.search(r'data-newest="([^"]+)"', client.get("/").content.decode())[1]
    assert client.get("/cases/rows/new/", {"after": newest}).content.strip() == b""


def test_a_filter_that_cannot_be_read_is_named_and_shows_no_case(client, dispatcher, english):
    made(1)
    for address in ("/", "/cases/rows/"):
        response = client.get(address, {"year": "soon"})
        assert response.status_code == 400
        assert listed(response) == []
        assert "Year: " in response.content.decode()


def test_an_empty_list_says_whether_the_filters_or_the_extent_emptied_it(client, dispatcher, english):
    made(1)
    elsewhere = client.get("/cases/rows/?bbox=113.1,34.6,113.2,34.7").content.decode()
    assert "The filters find 1 case elsewhere." in elsewhere
    assert "No case for these filters" in client.get("/cases/rows/?q=zzzz").content.decode()


def test_the_list_keeps_to_what_the_person_may_see(client, xingyang):
    made(1)
    worker = make_user("grid_member")
    own = made(2, by=worker)
    client.force_login(worker)
    assert listed(client.get("/")) == [own.case_no]
    assert client.get("/cases/rows/new/").content.decode().count("news-show") == 1


def test_the_way_to_a_report_is_offered_only_to_those_who_may_report(client, xingyang):
    for role, offered in (("dispatcher", True), ("assessor", False)):
        client.force_login(make_user(role))
        assert ('href="/cases/new/"' in client.get("/").content.decode()) is offered


def test_somebody_without_a_role_gets_no_page(client, xingyang):
    client.force_login(make_user())
    assert client.get("/").status_code == 403


@pytest.mark.parametrize("address", ["/", "/cases/rows/", "/cases/rows/new/"])
def test_visitors_are_sent_to_the_sign_in_page(client, xingyang, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/?next=")


def test_what_a_citizen_wrote_is_text_in_the_list(client, dispatcher):
    made(1, address="<script>alert(1)</script>")
    page = client.get("/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_boundaries_are_called_schematic_while_the_edition_says_so(client, dispatcher, english):
    assert "Schematic boundaries" in client.get("/").content.decode()


def test_more_rows_cost_no_more_queries(client, dispatcher, django_assert_max_num_queries):
    client.get("/cases/rows/")
    for days in range(12):
        made(days + 1)
    with django_assert_max_num_queries(10):
        client.get("/cases/rows/")


def test_the_list_by_deadline_has_the_nearest_first_and_goes_on_behind_its_last(client, dispatcher, monkeypatch):
    monkeypatch.setattr(map_page, "ROWS", 2)
    late, soon, never, far = (make_case() for _number in range(4))
    for case, days in ((late, -1), (soon, 1), (far, 9), (never, None)):
        Case.objects.filter(pk=case.pk).update(due_at=days and timezone.now() + timedelta(days=days))
    html = client.get("/cases/rows/", {"ordering": "due"}).content.decode()
    first = re.findall(r'data-case-no="([^"]+)"', html)
    more = re.search(r'<a href="([^"]+)" class="row-more"', html)[1].replace("&amp;", "&")
    rest = re.findall(r'data-case-no="([^"]+)"', client.get(more).content.decode())
    assert first + rest == [case.case_no for case in (late, soon, far, never)]


def test_ended_cases_have_no_deadline_and_stay_newest_first(client, dispatcher):
    older, newer = make_case(status="void"), make_case(status="void")
    html = client.get("/cases/rows/", {"ordering": "due", "status": "ended"}).content.decode()
    assert re.findall(r'data-case-no="([^"]+)"', html) == [newer.case_no, older.case_no]
