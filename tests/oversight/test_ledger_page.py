"""The page and the files of the ledger: the same lines by every filter, in each person's scope, at a constant cost."""

import json
from datetime import UTC, date, datetime
from io import BytesIO
from tempfile import TemporaryFile

import openpyxl
import psycopg2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from boundaries.models import Region
from cases.models import Case, CaseViolation, Dossier
from gis_core import long_tables
from oversight.ledger import additions, freezing
from oversight.ledger.book import FrozenBook, LiveBook
from oversight.ledger.columns import COLUMNS
from oversight.models import LedgerLine, LedgerMonth
from oversight.views.ledger import headings
from tests.factories import make_case, make_user
from tests.pages import english, words

MARCH = {"month": "2026-03"}
GUANGWU = (113.45, 34.93)  # the first group's


def reported(day, **changes):
    return make_case(at=datetime(2026, 3, day, 4, tzinfo=UTC), **changes)


def dossier(case, **words):
    return Dossier.objects.create(case=case, region=case.region, **words)


@pytest.fixture
def cases(xingyang):
    """Three of March: of the third group, decided; of the first, not decided; void."""
    decided = reported(2, channel="complaint", violations=["tendering"])
    dossier(decided, decided_at=datetime(2026, 3, 20, tzinfo=UTC), fine="60000", paid="20000.50",
            floor_area_m2=2000, land_area_m2=666.67)  # fmt: skip
    other = reported(3, lon=GUANGWU[0], lat=GUANGWU[1], status="filed")
    dossier(other, fine="999", paid="1", floor_area_m2=500.5)  # proposed, not decided
    CaseViolation.objects.create(
        case=other, region=other.region, kind="planning_permit", act="a", basis="b",
        handling_unit=other.lead_unit,
    )  # fmt: skip
    return {"decided": decided, "other": other, "void": reported(4, status="void")}


@pytest.fixture
def page(client, cases):
    client.force_login(make_user("dispatcher"))
    return english(client)


def asked(page, **query):
    return page.get(reverse("ledger"), {**MARCH, **query})


def names(answer, cases):
    found = {line.case_no for line in answer.context["page"].object_list}
    return {name for name, case in cases.items() if case.case_no in found}


FILTERS = [
    ({}, {"decided", "other", "void"}),
    ({"group": "G3"}, {"decided", "void"}),
    ({"group": "G1"}, {"other"}),
    ({"group": "none"}, set()),
    ({"status": "filed"}, {"other"}),
    ({"status": "open"}, {"decided", "other"}),
    ({"status": "ended"}, {"void"}),
    ({"channel": "complaint"}, {"decided"}),
    ({"violation": "tendering"}, {"decided"}),
    ({"violation": "planning_permit"}, {"other"}),  # found, not named by the report
    ({"unit": "safety_station"}, set()),
    ({"month": "2026-04"}, set()),
    ({"month": "all"}, {"decided", "other", "void"}),
    ({"group": "G3", "channel": "patrol"}, {"void"}),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
@pytest.mark.parametrize("is_frozen", [False, True])
def test_each_filter_finds_the_same_in_an_open_and_in_a_frozen_month(page, cases, query, found, is_frozen):
    if is_frozen:
        freezing.freeze(cases["void"].region, date(2026, 3, 1))
    assert names(asked(page, **query), cases) == found


@pytest.mark.parametrize("is_frozen", [False, True])
def test_the_sums_are_those_of_the_lines_and_a_proposed_fine_is_none(page, cases, is_frozen):
    if is_frozen:
        freezing.freeze(cases["void"].region, date(2026, 3, 1))
    sums = asked(page).context["sums"]
    assert [str(one) for one in (sums.count, sums.fine, sums.paid, sums.floor_m2, sums.land_m2)] == [
        "3", "60000.00", "20000.50", "2500.50", "666.67",
    ]  # fmt: skip
    assert (str(sums.floor_mu), str(sums.land_mu)) == ("3.75", "1.00")
    assert "Fine decided (yuan) 60,000.00 Fine paid (yuan) 20,000.50" in words(asked(page))


def test_the_map_is_given_the_places_of_the_lines_on_the_page(page, cases):
    html = asked(page, group="G1").content.decode()
    assert html.count("<tbody data-lon=") == 1
    assert 'data-lon="113.450000" data-lat="34.930000"' in html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"month": "March"}, "month: A month as 2026-03."),
        ({"month": "2026-13"}, "month: A month as 2026-03."),
        ({"month": "0001-01"}, "month: A month as 2026-03."),
        ({"month": "9999-12"}, "month: A month as 2026-03."),
        ({"unit": "nobody"}, "unit: There is no unit nobody."),
        ({"status": "asleep"}, "status: Select a valid choice."),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence_and_stays_typed(page, query, said):
    answer = asked(page, **query)
    assert (answer.status_code, said in words(answer)) == (400, True)
    file = page.get(reverse("ledger-file", args=["csv"]), {**MARCH, **query})
    assert (file.status_code, said.split(": ")[1] in file.content.decode()) == (400, True)


def test_an_inspector_has_the_lines_of_their_groups_alone_open_frozen_and_in_the_file(client, cases):
    client.force_login(make_user("inspector", group_codes=["G1"]))
    english(client)
    assert names(asked(client), cases) == {"other"}
    freezing.freeze(cases["void"].region, date(2026, 3, 1))
    answer = asked(client)
    assert names(answer, cases) == {"other"}
    assert (answer.context["sums"].count, answer.context["sums"].fine) == (1, 0)
    text = b"".join(client.get(reverse("ledger-file", args=["csv"]), MARCH).streaming_content).decode("utf-8-sig")
    assert cases["other"].case_no in text
    assert cases["decided"].case_no not in text


def test_only_the_office_is_offered_the_freezing_and_may_do_it(client, page, cases):
    assert "Freeze 2026-03" in words(asked(page))
    leader = make_user("leader")
    client.force_login(leader)
    assert "Freeze 2026-03" not in words(asked(client))
    assert client.post(reverse("ledger-freeze"), MARCH).status_code == 403
    assert not LedgerMonth.objects.exists()


def test_the_first_freezing_says_that_no_earlier_month_can_follow_and_the_second_does_not(page):
    warned = "months before 2026-03 can then never be frozen"
    assert warned in words(asked(page))
    page.post(reverse("ledger-freeze"), MARCH)
    next_one = words(asked(page, month="2026-04"))
    assert "Freeze 2026-04" in next_one
    assert "can then never be frozen" not in next_one


def test_the_act_on_the_page_freezes_and_says_so_and_a_second_one_is_refused(page):
    said = words(page.post(reverse("ledger-freeze"), MARCH, follow=True))
    assert "2026-03 is frozen with 3 lines." in said
    assert LedgerMonth.objects.get().sha256[:16] in said
    assert "2026-03 is frozen already." in words(page.post(reverse("ledger-freeze"), MARCH, follow=True))
    assert "A month as 2026-03." in words(page.post(reverse("ledger-freeze"), {"month": "all"}, follow=True))


def test_what_changed_since_stands_on_the_page_of_the_next_month_and_in_its_file(page, cases):
    page.post(reverse("ledger-freeze"), MARCH)
    late = reported(9)
    answer = asked(page, month="2026-04")
    assert f"{late.case_no} recorded later 2026-03" in words(answer)
    assert [line.case_no for line in answer.context["additions"]] == [late.case_no]  # whatever language is read
    [_head, row] = workbook(page.get(reverse("ledger-file", args=["xlsx"]), {"month": "2026-04"})).values
    assert (row[0], row[1]) == ("recorded later", late.case_no)


def test_what_the_freezing_transaction_goes_on_to_do_is_told_later_too(cases, xingyang):
    """A later transaction is over already when the month is frozen, so that the snapshot reaches beyond this one's number."""
    with psycopg2.connect(**connection.get_connection_params()) as beside, beside.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
    beside.close()
    freezing.freeze(xingyang.region, date(2026, 3, 1))
    late = reported(9)
    assert [line.case_no for line in additions.of(xingyang.region_id, Case.objects.all())] == [late.case_no]


def workbook(answer):
    return openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active


def test_the_file_holds_every_column_typed_and_the_lines_of_the_page(page, cases):
    answer = page.get(reverse("ledger-file", args=["xlsx"]), MARCH)
    assert answer["Content-Disposition"].endswith('"ledger-2026-03.xlsx"')
    sheet = workbook(answer)
    head, *rows = sheet.values
    assert head[1:-1] == _titles()
    by_key = dict(zip((column.key for column in COLUMNS), rows[0][1:-1], strict=True))
    assert (by_key["case_no"], by_key["fine"], by_key["paid"]) == (cases["decided"].case_no, 60000, 20000.5)
    assert by_key["reported"].date() == date(2026, 3, 2)
    assert by_key["land_mu"] == 1
    assert [row[1] for row in rows] == [cases[name].case_no for name in ("decided", "other", "void")]


def _titles():
    with translation.override("en"):
        return tuple(str(column.label) for column in COLUMNS)


def test_a_hostile_address_runs_nowhere(page):
    hostile = '=HYPERLINK("http://evil","荥阳")'
    case = reported(5, address=hostile)
    rows = list(workbook(page.get(reverse("ledger-file", args=["xlsx"]), MARCH)).iter_rows())
    [row] = [row for row in rows if row[1].value == case.case_no]
    assert {cell.data_type for cell in row} <= {"s", "n", "d"}
    assert f"'{hostile}" in [cell.value for cell in row]


def test_no_other_kind_of_file_is_there(page):
    assert page.get(reverse("ledger-file", args=["exe"])).status_code == 404


@pytest.mark.parametrize("is_frozen", [False, True])
def test_a_page_costs_as_many_queries_for_forty_cases_as_for_three(page, cases, is_frozen):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert asked(page).status_code == 200
        return len(captured)

    if is_frozen:
        freezing.freeze(cases["void"].region, date(2026, 3, 1))
        few = cost()
        _fill(37)
        assert cost() == few
        return
    asked(page)
    few = cost()
    for day in range(37):
        case = reported(day % 25 + 1)
        dossier(case, fine=1, decided_at=datetime(2026, 3, 28, tzinfo=UTC))
        case.parties.create(region=case.region, kind="developer", name="某公司")
        CaseViolation.objects.create(
            case=case, region=case.region, kind="tendering", act="a", basis="b", handling_unit=case.lead_unit
        )
    assert cost() == few
    assert len(asked(page).context["page"].object_list) == 40


FILLED = """
INSERT INTO oversight_ledgerline (region_id, month, number, case_id, case_no, kind, facets, values, changed)
SELECT %s, %s, 1000 + n, n, 'XY-2026-' || n, 'entry', %s::jsonb, %s::jsonb || jsonb_build_object('address', '荥阳市索河街道' || n), '[]'
FROM generate_series(1, %s) n
"""


def _fill(number, month="2026-03-01"):
    """Lines of a month as many as wanted, each like the first that was frozen."""
    like = LedgerLine.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE oversight_ledgerline DISABLE TRIGGER none_later")
        cursor.execute(FILLED, [like.region_id, month, json.dumps(like.facets), json.dumps(like.values), number])
        cursor.execute("ALTER TABLE oversight_ledgerline ENABLE TRIGGER none_later")


def test_sixty_thousand_lines_take_no_more_memory_than_twenty_thousand(cases):
    region = Region.objects.get(pk=cases["void"].region_id)
    freezing.freeze(region, date(2026, 3, 1))
    peaks = {}
    for month, number in (("2024-01-01", 20_000), ("2024-02-01", 60_000)):
        _fill(number, month)
        peaks[number] = _peak_of_export(LedgerMonth(region=region, month=date.fromisoformat(month)), number)
    assert peaks[60_000] - peaks[20_000] < 12 * 1024 * 1024


def _peak_of_export(month, number) -> int:
    """The most memory that the process held while the workbook was written, in bytes."""
    seen, rows = [_resident()], 0

    def watched():
        nonlocal rows
        for line in FrozenBook(month, Case.objects.none(), {}, everything=True).lines():
            rows += 1
            if rows % 1000 == 0:
                seen.append(_resident())
            yield line.cells()

    with TemporaryFile() as file:
        long_tables.write_xlsx(file, "ledger", headings(), watched())
    seen.append(_resident())
    assert rows == number
    return max(seen)


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def test_the_lines_of_open_cases_are_read_in_chunks_that_do_not_grow(cases, monkeypatch):
    monkeypatch.setattr("oversight.ledger.records.CHUNK", 2)
    region = cases["void"].region
    book = LiveBook(region.pk, Case.objects.filter(region=region), {}, month=None)
    assert len({line.case_no for line in book.lines()}) == 3
