"""The trail sealed: each event once, none left out, one chain; and the two commands."""

# ruff: noqa: F811 -- fixtures are found by their names
import hashlib
import json
import struct
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from itertools import chain
from threading import Barrier

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from cases import seals, tampering
from cases.models import CaseEvent, Seal
from tests.cases.sealed_trail import case, city, clerk, found, happen, tamper, trail  # noqa: F401 -- likewise
from tests.factories import make_case
from tests.second_city import IN_G1


def test_what_nobody_touched_is_as_it_was_sealed(trail, city):
    assert found(city) == []
    assert tampering.standing(city) == tampering.Standing(seals=3, events=7, waiting=0)


def test_a_seal_holds_each_event_once_and_hangs_on_the_one_before(trail, city):
    first, second, third = Seal.objects.order_by("number")
    assert [len(one.event_ids) for one in (first, second, third)] == [2, 3, 2]
    assert first.event_ids[1:] + second.event_ids + third.event_ids == trail
    assert (first.previous, second.previous, third.previous) == ("0" * 64, first.hash, second.hash)


def test_the_digest_is_that_of_the_line_that_copy_writes(case, city):
    """Written down by hand, apart from the product: the documented form of format 1."""
    note, data = "tab\there, line\nthere, back\\slash, 汉字 😀", {"b": [1, None], "a": "x\ty"}
    event = case.events.create(
        region=city, verb="photo", status="reported", note=note, data=data, place=Point(1.5, -2, srid=4326), version=7
    )
    seals.seal(city)
    at = event.at.strftime("%Y-%m-%d %H:%M:%S.%f").rstrip("0") + "+00"
    place = struct.pack("<BIIdd", 1, 0x20000001, 4326, 1.5, -2.0).hex().upper()  # EWKB of a point
    event.refresh_from_db()
    line = (
        f"{case.pk}\t{event.xact}\t{city.pk}\tphoto\t\treported\t\\N\t\\N\t{at}\t{place}\t7\t"
        'tab\\there, line\\nthere, back\\\\slash, 汉字 😀\t{"a": "x\\\\ty", "b": [1, null]}'
    )
    assert bytes(Seal.objects.get().digests[32:]) == hashlib.sha256(line.encode()).digest()


def test_each_seal_is_read_in_its_own_format(trail, case, city, monkeypatch):
    """A newer format, of which a column more makes one, leaves older seals as they are."""
    monkeypatch.setitem(seals.FORMATS, 2, ("case_id", "xact", "note"))
    monkeypatch.setattr("cases.seals.FORMAT", 2)
    happen(case, "g")
    assert seals.seal(city) == (1, 1)
    assert list(Seal.objects.order_by("number").values_list("format", flat=True)) == [1, 1, 1, 2]
    assert found(city) == []


def test_every_column_of_an_event_is_sealed():
    columns = {field.column for field in CaseEvent._meta.concrete_fields}
    assert {"id", *seals.FORMATS[seals.FORMAT]} == columns


def test_nothing_new_makes_no_seal(trail, city):
    assert seals.seal(city) == (0, 0)
    assert Seal.objects.count() == 3


def test_a_slow_writer_comes_into_the_next_seal(case, city):
    """It takes its event's id before the others and commits after they were sealed."""
    written, sealed = Barrier(2), Barrier(2)

    def write_slowly():
        try:
            with transaction.atomic():
                (event,) = happen(case, "slow")
                written.wait(10)
                sealed.wait(10)
                return event
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_slowly)
        written.wait(10)
        (fast,) = happen(case, "fast")
        seals.seal(city)
        sealed.wait(10)
        slow = writing.result()
    assert slow < fast
    assert found(city) == []  # waiting for its seal is no fault
    assert seals.seal(city) == (1, 1)
    assert [one.event_ids for one in Seal.objects.order_by("number")][1] == [slow]
    assert found(city) == []


def test_two_who_seal_at_once_make_one_chain(case, city):
    happen(case, *"abcdef")
    ready = Barrier(2)

    def seal_now():
        try:
            ready.wait(10)
            return seals.seal(city)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = [work.result() for work in [pool.submit(seal_now), pool.submit(seal_now)]]
    assert sorted(made) == [(0, 0), (1, 7)]
    assert found(city) == []


def test_a_batch_holds_no_more_than_its_measure_and_the_next_goes_on(case, city, monkeypatch):
    monkeypatch.setattr("cases.seals.BATCH", 4)
    ids = happen(case, *"abcdefgh")
    assert seals.seal(city) == (3, 9)
    sealed = [one.event_ids for one in Seal.objects.order_by("number")]
    assert [len(one) for one in sealed] == [4, 4, 1]
    assert list(chain(*sealed))[1:] == ids
    assert found(city) == []


def test_after_a_move_to_another_cluster_everything_is_sealed_once(trail, case, city, monkeypatch):
    """There transactions are numbered anew: events of today may have lower numbers than those of last year."""
    snapshot, cluster = seals.present()
    monkeypatch.setattr("cases.seals.present", lambda: (snapshot, cluster + 1))
    tamper(("INSERT INTO cases_caseevent (region_id, case_id, verb, status, at, note, xact)"
            " SELECT region_id, case_id, verb, status, at, 'new', 3 FROM cases_caseevent WHERE id = %s", trail[0]))  # fmt: skip
    assert found(city) == []
    assert seals.seal(city) == (1, 1)
    assert Seal.objects.get(number=4).event_ids == [CaseEvent.objects.get(note="new").pk]
    assert seals.seal(city) == (0, 0)
    assert found(city) == []


def test_another_region_has_a_chain_of_its_own(trail, city):
    other = type(city).objects.create(code="990102", name="丙市", case_prefix="BS")
    assert seals.seal(other) == (0, 0)
    assert seals.head(other) is None
    assert found(other) == []


@pytest.mark.parametrize("write", ["UPDATE cases_seal SET count = count", "DELETE FROM cases_seal"])
def test_seals_are_only_added_to(trail, write):
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write)
    assert Seal.objects.count() == 3


def command(name, *arguments):
    out, err = StringIO(), StringIO()
    call_command(name, *arguments, stdout=out, stderr=err)
    return out.getvalue()


def test_the_commands_seal_keep_the_head_and_find_it_again(case, city, tmp_path):
    file = tmp_path / "heads"
    command("seal", "--head", str(file))
    happen(case, "a")
    printed = command("seal", "--region", city.pk, "--head", "-")
    assert json.loads(printed)["number"] == 2
    file.write_text(file.read_text() + printed)
    assert len(file.read_text().splitlines()) == 2
    assert city.name in command("verify", "--head", str(file))


def test_verify_says_what_it_cannot_see_without_a_head(trail, city):
    assert "--head" in command("verify")


def test_verify_names_the_fault_and_exits_with_1(trail, city, case):
    tamper(("UPDATE cases_caseevent SET note = 'other' WHERE id = %s", trail[2]))
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("verify", stdout=out)
    assert left.value.code == 1
    assert f"{trail[2]} " in out.getvalue()
    assert case.case_no in out.getvalue()


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"region": "1", "number": "2", "hash": "", "sealed_at": ""}'])
def test_a_file_that_holds_no_heads_is_refused(trail, tmp_path, text):
    file = tmp_path / "heads"
    file.write_text(text)
    with pytest.raises(CommandError, match="heads"):
        command("verify", "--head", str(file))


def test_a_file_that_is_not_there_is_refused(trail, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        command("verify", "--head", str(tmp_path / "nowhere"))


def test_cases_are_never_held_up_by_a_seal(trail, case, city, clerk):
    """The lock of sealing lets rows that refer to the region be written."""
    with transaction.atomic():
        happen(case, "g")
        seals.seal(city)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_report, clerk, city).result(timeout=10)


def _report(clerk, city):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        return make_case(by=clerk, region=city, lon=IN_G1[0], lat=IN_G1[1]).pk
    finally:
        connection.close()
