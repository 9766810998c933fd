"""Two cases that are one matter: merged and parted again, both histories kept and shown."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from cases import actions, merging
from cases.models import Case
from tests.actors import a_photo
from tests.factories import make_case, make_user
from tests.land import load_once
from tests.pages import english, words
from tests.second_city import IN_G1
from tests.second_city import load as load_second_city

WHY = "同一工地"


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def merge(case, into, by):
    return actions.perform(case, "merge", by=by, given={"into": into.case_no, "reason": WHY})


@pytest.fixture
def dispatcher(xingyang):
    return make_user("dispatcher", display_name="调度员一")


def trail(case):
    return list(case.events.values_list("id", "verb", "note"))


def test_merged_and_parted_again_both_cases_keep_their_own_history(dispatcher):
    case, into = make_case(by=dispatcher), make_case(by=dispatcher)
    before = trail(case), trail(into)
    merged = merge(case, into, dispatcher)
    assert (merged.status, merged.merged_into, merged.is_open) == ("merged", into, False)
    assert (trail(case)[:-1], trail(into)) == before
    parted = actions.perform(merged, "unmerge", by=dispatcher, given={"reason": "不是同一工地"})
    assert (parted.status, parted.merged_into, parted.is_open) == ("reported", None, True)
    assert [verb for _id, verb, _note in trail(case)] == ["report", "merge", "unmerge"]
    assert trail(into) == before[1]


def test_the_page_of_the_one_that_goes_on_shows_the_others_events_and_pictures_with_their_origin(client, dispatcher):
    case, into = make_case(by=dispatcher, photos=[a_photo()]), make_case(by=dispatcher)
    merge(case, into, dispatcher)
    client.force_login(dispatcher)
    answer = english(client).get(into.get_absolute_url())
    said = words(answer).split("Merged into this case")[1]
    assert f"reported · {case.case_no} · 调度员一" in said
    assert f"/photos/{case.evidence.get().pk}/" in answer.content.decode()
    assert f"the matter goes on in case {into.case_no}" in words(client.get(case.get_absolute_url()))


def test_neither_page_tells_of_a_case_that_the_person_does_not_see(client, dispatcher):
    theirs = make_user("grid_member")
    mine, other = make_case(by=theirs), make_case(by=dispatcher)
    client.force_login(theirs)
    Case.objects.filter(pk=other.pk).update(merged_into=mine, status="merged")
    assert other.case_no not in words(client.get(mine.get_absolute_url()))
    Case.objects.filter(pk=other.pk).update(merged_into=None, status="reported")
    Case.objects.filter(pk=mine.pk).update(merged_into=other, status="merged")
    assert other.case_no not in words(client.get(mine.get_absolute_url()))


def test_not_into_itself(dispatcher):
    case = make_case()
    with pytest.raises(actions.BadInput) as refused:
        merge(case, case, dispatcher)
    assert list(refused.value.errors) == ["into"]


def test_not_into_one_that_is_merged_and_not_with_others_merged_into_it(dispatcher):
    first, second, third = make_case(), make_case(), make_case()
    merge(first, second, dispatcher)
    for case, into in ((third, first), (second, third)):
        with pytest.raises(actions.BadInput) as refused:
            merge(case, into, dispatcher)
        assert list(refused.value.errors) == ["into"]
    assert Case.objects.filter(merged_into=None).count() == 2


def test_not_into_a_case_of_another_region(dispatcher, tmp_path):
    case, region = make_case(), load_second_city(tmp_path).region
    there = make_case(by=dispatcher, region=region, lon=IN_G1[0], lat=IN_G1[1])
    with pytest.raises(merging.CannotMerge):
        merging.check(case, there)


def test_two_who_merge_two_cases_into_each_other_end_without_a_circle(transactional_db):
    load_once()
    dispatcher = make_user("dispatcher")
    first, second = make_case(by=dispatcher), make_case(by=dispatcher)
    ready = Barrier(2)

    def merge_now(case, into):
        try:
            ready.wait(10)
            return merge(case, into, dispatcher).status
        except actions.BadInput as error:
            return list(error.errors)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(merge_now, *pair) for pair in ((first, second), (second, first))]
        ended = [one.result(timeout=20) for one in tries]
    assert sorted(map(str, ended)) == ["['into']", "merged"]
    assert Case.objects.filter(status="merged").count() == 1
