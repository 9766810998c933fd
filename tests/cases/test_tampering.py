"""Who changes the sealed trail as the database's owner, past every trigger, is found, and where."""

# ruff: noqa: F811 -- fixtures are found by their names
import pytest
from django.utils import translation

from cases import seals, tampering
from cases.models import CaseEvent, Seal
from cases.tampering import Kind
from tests.cases.sealed_trail import case, city, clerk, found, happen, tamper, trail  # noqa: F401 -- likewise
from tests.factories import make_case
from tests.second_city import IN_G1

EDITS = {
    "note": "'other'",
    "verb": "'override'",
    "from_status": "'closed'",
    "status": "'closed'",
    "unit_id": "(SELECT max(id) FROM boundaries_unit)",
    "place": "ST_SetSRID(ST_MakePoint(113, 34), 4326)",
    "version": "99",
    "data": """'{"changes": {"address": ["a", "b"]}}'""",
    "at": "at - interval '1 second'",
    "xact": "xact + 1",
    "by_id": "(SELECT max(id) FROM boundaries_user)",
}


@pytest.mark.parametrize("column", EDITS)
def test_an_edited_event_is_named(trail, city, case, column):
    tamper((f"UPDATE cases_caseevent SET {column} = {EDITS[column]} WHERE id = %s", trail[2]))
    assert found(city) == [(Kind.EVENT_EDITED, trail[2])]
    assert case.case_no in tampering.faults(city)[0].sentence


def test_an_event_that_was_moved_to_another_case_is_named_with_the_case_it_was_of(trail, city, case, clerk):
    other = make_case(by=clerk, region=city, lon=IN_G1[0], lat=IN_G1[1])
    tamper(("UPDATE cases_caseevent SET case_id = %s WHERE id = %s", other.pk, trail[3]))
    (fault,) = tampering.faults(city)
    assert (fault.kind, fault.at) == (Kind.EVENT_EDITED, trail[3])
    assert case.case_no in fault.sentence
    assert other.case_no not in fault.sentence


def test_a_deleted_event_is_named(trail, city, case):
    tamper(("DELETE FROM cases_caseevent WHERE id = %s", trail[4]))
    assert found(city) == [(Kind.EVENT_DELETED, trail[4])]
    assert case.case_no in tampering.faults(city)[0].sentence


def test_an_emptied_table_is_named_event_by_event(trail, city):
    tamper(("TRUNCATE cases_caseevent CASCADE",))
    assert [kind for kind, _at in found(city)] == [Kind.EVENT_DELETED] * 7


def test_an_event_slipped_into_the_sealed_time_is_named(trail, city, case):
    tamper(
        (
            "INSERT INTO cases_caseevent (region_id, case_id, verb, status, at, note, xact)"
            " SELECT region_id, case_id, verb, status, at, 'slipped in', xact FROM cases_caseevent WHERE id = %s",
            trail[1],
        )
    )
    slipped = CaseEvent.objects.get(note="slipped in").pk
    assert found(city) == [(Kind.EVENT_INSERTED, slipped)]
    seals.seal(city)
    assert found(city) == [(Kind.EVENT_INSERTED, slipped)]  # no later seal makes it honest


def test_an_event_with_the_number_of_a_transaction_to_come_is_named(trail, city):
    tamper(("INSERT INTO cases_caseevent (region_id, case_id, verb, status, at, note, xact)"
            " SELECT region_id, case_id, verb, status, at, 'ahead', xact + 1000000000 FROM cases_caseevent"
            " WHERE id = %s", trail[1]))  # fmt: skip
    assert found(city) == [(Kind.EVENT_INSERTED, CaseEvent.objects.get(note="ahead").pk)]


def test_events_in_another_order_are_named(trail, city):
    b, c = trail[1], trail[2]
    tamper(
        ("UPDATE cases_caseevent SET id = 0 WHERE id = %s", b),
        ("UPDATE cases_caseevent SET id = %s WHERE id = %s", b, c),
        ("UPDATE cases_caseevent SET id = %s WHERE id = 0", c),
    )
    assert found(city) == [(Kind.EVENTS_EXCHANGED, b), (Kind.EVENTS_EXCHANGED, c)]


def test_an_edit_of_any_column_is_tried():
    assert {*EDITS, "id", "region_id", "case_id"} == {field.column for field in CaseEvent._meta.concrete_fields}


SEAL_EDITS = {
    "hash": "repeat('a', 64)",
    "previous": "repeat('a', 64)",
    "count": "count + 1",
    "event_ids": "event_ids[2:]",
    "case_ids": "case_ids[2:]",
    "digests": "digests || digests",
    "first_id": "first_id - 1",
    "last_id": "last_id + 1",
    "seen": "'1:1:'",
    "cluster": "cluster + 1",
    "format": "format + 100",
    "sealed_at": "sealed_at - interval '1 day'",
}


@pytest.mark.parametrize("column", SEAL_EDITS)
def test_an_edited_seal_is_named(trail, city, column):
    tamper((f"UPDATE cases_seal SET {column} = {SEAL_EDITS[column]} WHERE number = 2",))
    assert (Kind.SEAL_EDITED, 2) in found(city)


def test_every_column_of_a_seal_hangs_in_its_hash():
    assert {*SEAL_EDITS, "region_id", "number"} == {field.column for field in Seal._meta.concrete_fields}


def test_a_deleted_seal_is_named_and_so_are_the_events_it_held(trail, city):
    tamper(("DELETE FROM cases_seal WHERE number = 2",))
    assert found(city) == [(Kind.SEALS_MISSING, 2), *((Kind.EVENT_INSERTED, event) for event in trail[1:4])]


def test_seals_in_another_order_are_named(trail, city):
    tamper(
        ("UPDATE cases_seal SET number = 0 WHERE number = 1",),
        ("UPDATE cases_seal SET number = 1 WHERE number = 2",),
        ("UPDATE cases_seal SET number = 2 WHERE number = 0",),
    )
    assert found(city)[:2] == [(Kind.SEAL_MOVED, 1), (Kind.SEAL_MOVED, 2)]


def rewrite(number):
    """What a clever one does: make the seal anew over what the events say now."""
    seal = Seal.objects.get(number=number)
    seal.digests = b"".join(seals.as_they_are(seal).digests)
    tamper(("UPDATE cases_seal SET digests = %s, hash = %s, previous = %s WHERE number = %s",
            seal.digests, seals.hash_of(seal), seal.previous, number))  # fmt: skip


def test_an_edited_event_under_a_seal_made_anew_breaks_the_chain_behind_it(trail, city):
    tamper(("UPDATE cases_caseevent SET note = 'other' WHERE id = %s", trail[1]))
    rewrite(2)
    assert found(city) == [(Kind.CHAIN_BROKEN, 3)]


def test_a_chain_made_anew_to_its_end_is_found_by_the_head_that_was_kept(trail, city):
    kept = seals.head(city)
    tamper(("UPDATE cases_caseevent SET note = 'other' WHERE id = %s", trail[5]))
    rewrite(3)
    assert found(city) == []  # from inside it cannot be seen
    assert found(city, [kept]) == [(Kind.OTHER_HISTORY, 3)]


def test_a_cut_off_end_is_found_by_the_head_that_was_kept(trail, city):
    kept = seals.head(city)
    tamper(
        ("DELETE FROM cases_seal WHERE number > 1",),
        ("DELETE FROM cases_caseevent WHERE id >= %s", trail[1]),
    )
    assert found(city) == []  # from inside it cannot be seen
    assert found(city, [kept]) == [(Kind.END_MISSING, 2)]


def test_an_emptied_chain_is_found_by_the_head_that_was_kept(trail, city):
    kept = seals.head(city)
    tamper(("DELETE FROM cases_seal",), ("DELETE FROM cases_caseevent",))
    assert found(city, [kept]) == [(Kind.END_MISSING, 1)]


def test_an_older_backup_that_was_gone_on_with_is_found_and_so_is_where_it_parts(trail, city, case):
    early, kept = Seal.objects.get(number=1), seals.head(city)
    first = seals.Head(city.pk, 1, early.hash, early.sealed_at.isoformat())
    tamper(
        ("DELETE FROM cases_seal WHERE number > 1",),
        ("DELETE FROM cases_caseevent WHERE id >= %s", trail[1]),
    )
    for note in "xyz":
        happen(case, note)
        seals.seal(city)
    assert found(city) == []
    with translation.override("en"):
        (fault,) = tampering.faults(city, [kept, first])
    assert (fault.kind, fault.at) == (Kind.OTHER_HISTORY, 3)
    assert fault.sentence.endswith("agrees up to seal 1.")


def test_two_faults_are_both_named(trail, city):
    tamper(
        ("UPDATE cases_caseevent SET note = 'other' WHERE id = %s", trail[0]),
        ("DELETE FROM cases_caseevent WHERE id = %s", trail[5]),
    )
    assert found(city) == [(Kind.EVENT_EDITED, trail[0]), (Kind.EVENT_DELETED, trail[5])]


def test_many_faults_are_counted_after_the_first_fifty(case, city):
    ids = happen(case, *map(str, range(60)))
    seals.seal(city)
    tamper(("DELETE FROM cases_caseevent WHERE id = ANY(%s)", ids))
    faults = found(city)
    assert len(faults) == 51
    assert faults[-1] == (Kind.MORE_EVENTS, ids[50])
