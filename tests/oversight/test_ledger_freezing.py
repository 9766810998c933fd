"""A frozen month never changes whatever happens; what happens is told in the next one; an altered line is found out."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from django.utils import timezone

from cases.models import Case
from oversight.ledger import freezing
from oversight.ledger.book import FrozenBook, LiveBook
from oversight.models import LedgerLine, LedgerMonth
from tests.cases.journey import Crew, Journey
from tests.factories import make_case

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def on(month, day):
    return datetime(2026, month, day, 12, tzinfo=timezone.get_default_timezone())


def stored():
    """Everything that the database holds of the frozen months, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(l::text ORDER BY month, number) FROM oversight_ledgerline l"
            " UNION ALL SELECT array_agg(m::text ORDER BY month) FROM oversight_ledgermonth m"
        )
        return cursor.fetchall()


@pytest.fixture
def journey(xingyang):
    return Journey(Crew())


@pytest.fixture
def march(journey):
    journey.to_filed()
    return freezing.freeze(journey.case.region, MARCH)


def additions(region, month=APRIL):
    return LiveBook(region.pk, Case.objects.filter(region=region), {}, month=month, takes_additions=True).additions()


def test_a_frozen_month_holds_the_cases_reported_in_it_and_no_other(journey):
    region = journey.case.region
    last_of_february = make_case(at=datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC))
    first, last = (make_case(at=datetime(2026, *when, tzinfo=UTC)) for when in ((2, 28, 16), (3, 31, 15, 59, 59)))
    april = make_case(at=datetime(2026, 3, 31, 16, tzinfo=UTC))
    month = freezing.freeze(region, MARCH)
    numbers = list(LedgerLine.objects.filter(month=MARCH).values_list("case_no", flat=True))
    assert numbers == [first.case_no, journey.case.case_no, last.case_no]
    assert not {last_of_february.case_no, april.case_no} & set(numbers)
    assert (month.count, freezing.is_sound(month), list(freezing.faults(region))) == (3, True, [])


def test_whatever_happens_to_its_cases_a_frozen_month_stays_as_it_was(journey, march):
    before = stored()
    journey.crew.first.unit.__class__.objects.filter(pk=journey.crew.first.unit_id).update(name="改名的站")
    _to_the_end(journey)
    assert stored() == before
    book = FrozenBook(march, Case.objects.all(), {}, everything=True)
    [line] = book.lines()
    assert (line.values["status"], line.values["unit"], line.values["fine"]) == ("已立案", "安监站", "")


def _to_the_end(journey):
    journey.to_filed = lambda: journey
    return journey.to_archived()


def test_later_facts_are_additions_of_the_next_open_month_and_say_what_changed(journey, march):
    region = march.region
    assert additions(region) == []
    _to_the_end(journey)
    [line] = additions(region)
    told = {key: (old, new) for key, old, new in line.changed}
    assert (line.kind, line.case_no) == ("addition", journey.case.case_no)
    assert told["fine"] == ("", "60000.00")
    assert told["decided"] == ("", "2026-03-19")
    assert "case_no" not in told
    april = freezing.freeze(region, APRIL)
    assert list(LedgerLine.objects.filter(month=APRIL).values_list("kind", "number")) == [("addition", 1)]
    assert additions(region, date(2026, 5, 1)) == []
    book = FrozenBook(april, Case.objects.all(), {}, everything=True)
    assert (book.sums.count, book.sums.fine) == (0, 0)  # counted in March
    assert len(book.additions()) == 1


def test_an_act_that_changes_no_column_is_no_addition(journey, march):
    journey.do("remark", journey.crew.first, text="已电话联系")
    assert additions(march.region) == []


def test_a_case_that_comes_late_into_a_frozen_month_is_told_in_the_next(march):
    late = make_case(at=on(3, 20))
    early = make_case(at=on(2, 20))  # before the first frozen month: of no month that is kept
    [line] = additions(march.region)
    assert (line.kind, line.case_no) == ("late", late.case_no)
    assert early.case_no != late.case_no
    freezing.freeze(march.region, APRIL)
    assert additions(march.region, date(2026, 5, 1)) == []


def test_months_are_frozen_in_order_once_and_only_when_they_are_over(march):
    region, today = march.region, timezone.localdate()
    for month, said in (
        (MARCH, "2026-03 已经封存。"),
        (date(2026, 2, 1), "2026-02 早于最早封存的月份。"),
        (date(2026, 5, 1), "请先封存 2026-04：月份须依次封存。"),
        (today.replace(day=1), f"{today:%Y-%m} 尚未结束。"),
    ):
        with pytest.raises(freezing.CannotFreeze, match=said):
            freezing.freeze(region, month)
    assert LedgerMonth.objects.count() == 1


WRITES = (
    "UPDATE oversight_ledgerline SET case_no = 'XY-1'",
    "UPDATE oversight_ledgermonth SET count = 0",
    "DELETE FROM oversight_ledgerline",
    "DELETE FROM oversight_ledgermonth",
    "INSERT INTO oversight_ledgerline (region_id, month, number, case_no, kind, facets, values, changed, case_id)"
    " SELECT region_id, month, number + 100, case_no, kind, facets, values, changed, case_id FROM oversight_ledgerline",
)


@pytest.mark.parametrize("write", WRITES)
def test_the_database_itself_refuses_to_change_it(march, write):
    before = stored()
    with pytest.raises(Error, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write)
    assert stored() == before


ALTERED = {
    "a word of a line": "UPDATE oversight_ledgerline SET values = jsonb_set(values, '{fine}', '\"1.00\"')",
    "where a line lies": "UPDATE oversight_ledgerline SET facets = jsonb_set(facets, '{lon}', '113.5')",
    "which case it is of": "UPDATE oversight_ledgerline SET case_id = case_id + 1",
    "the kind of a line": "UPDATE oversight_ledgerline SET kind = 'late'",
    "a line gone": "DELETE FROM oversight_ledgerline",
    "when it was frozen": "UPDATE oversight_ledgermonth SET frozen_at = frozen_at - interval '1 day'",
    "the count": "UPDATE oversight_ledgermonth SET count = 2",
}


def behind_the_triggers(write):
    """As the owner of the tables could: the triggers off, the rows changed, the triggers on again."""
    tables = ("oversight_ledgerline", "oversight_ledgermonth")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER as_frozen")
        cursor.execute(write)
        assert cursor.rowcount == 1
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER as_frozen")


@pytest.mark.parametrize("how", ALTERED)
def test_what_is_altered_behind_the_triggers_is_found_out(march, how):
    assert list(freezing.faults(march.region)) == []
    behind_the_triggers(ALTERED[how])
    assert list(freezing.faults(march.region)) == ["2026-03：台账内容与封存时不符。"]
    with pytest.raises(CommandError, match="2026-03：台账内容与封存时不符"):
        call_command("freeze_ledger", "--check")


def test_a_month_taken_out_of_the_chain_is_found_out(march):
    for month in (APRIL, date(2026, 5, 1)):
        freezing.freeze(march.region, month)
    behind_the_triggers("DELETE FROM oversight_ledgermonth WHERE month = '2026-04-01'")
    assert list(freezing.faults(march.region)) == ["2026-05：它的上一个月不是封存时的那一个月。"]


def test_the_command_freezes_and_checks_and_says_what_is_wrong(journey):
    out = StringIO()
    call_command("freeze_ledger", "2026-03", stdout=out)
    call_command("freeze_ledger", "--check", stdout=out)
    assert "2026-03 已封存，共 1 行，校验码 " + LedgerMonth.objects.get().sha256 in out.getvalue()
    assert "所有封存月份均与封存时一致" in out.getvalue()
    for month, said in (("2026-03", "已经封存"), ("March", "月份请写成 2026-03"), (None, "月份请写成")):
        with pytest.raises(CommandError, match=said):
            call_command("freeze_ledger", *filter(None, [month]))
