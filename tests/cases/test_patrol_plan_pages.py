"""Pages of patrol plans: what is chosen becomes routes, is changed by hand, sent, seen by its people, and done."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from boundaries.models import GridCell, GridPost, PatrolPlan, PlanStop
from cases import coverage
from gis_core import srid
from tests.factories import SUOHE, make_case, make_patrol, make_user
from tests.pages import english, words

NEW = "patrol-plan-new"


@pytest.fixture
def here(xingyang):
    """Three cells round SUOHE, that place's own first."""
    middle = Point(SUOHE, srid=srid.STORAGE)
    own = GridCell.objects.of_level(3).get(geom__covers=middle)
    others = GridCell.objects.of_level(3).filter(geom__touches=own.geom).order_by("code")[:2]
    return [own, *others]


@pytest.fixture
def coordinator(xingyang):
    return make_user("grid_coordinator", display_name="协调员")


@pytest.fixture
def walker(xingyang):
    return make_user("grid_member", display_name="张三")


def client_of(user):
    client = english(Client())
    client.force_login(user)
    return client


def told(chosen, *people, **changes):
    return {
        "cells": [cell.code for cell in chosen], "person": [f"user:{one.pk}" for one in people], "make": "1",
        "day": timezone.localdate().isoformat(), "starts": "08:30", "ends": "17:00", "minutes_a_stop": "20",
        "speed_kmh": "15", "start": "", "others": "", "name": "", **changes,
    }  # fmt: skip


@pytest.fixture
def make(coordinator):
    def _make(cells, *people, **changes):
        answer = client_of(coordinator).post(reverse(NEW), told(cells, *people, **changes))
        assert answer.status_code == 302, words(answer)
        return PatrolPlan.objects.latest("pk")

    return _make


class TestChoosing:
    def test_the_cells_of_the_address_are_chosen_and_no_other(self, here, coordinator):
        answer = client_of(coordinator).get(reverse(NEW), {"cells": ",".join(cell.code for cell in here)})
        assert {one.code for one, *_rest in answer.context["ones"]} == {cell.code for cell in here}

    def test_a_long_list_may_be_posted_and_makes_nothing_yet(self, here, coordinator):
        answer = client_of(coordinator).post(reverse(NEW), {"cells": ",".join(cell.code for cell in here)})
        assert (answer.status_code, len(answer.context["ones"])) == (200, 3)
        assert not PatrolPlan.objects.exists()

    def test_who_is_posted_there_comes_first_and_is_ticked(self, here, coordinator, walker):
        GridPost.objects.filter(cell__in=here).delete()
        self.post(here[0], walker)
        answer = client_of(coordinator).get(reverse(NEW), {"cells": here[0].code})
        assert answer.context["near"][0].name == "张三"
        assert answer.context["keys"] == {f"user:{walker.pk}"}

    def test_one_person_a_stop_is_ticked_and_embedded_staff_only_where_nobody_else_is(self, here, coordinator):
        GridPost.objects.filter(cell__in=here).delete()
        roles = {"下沉甲": "embedded_grid_staff", "网格员乙": "grid_worker", "网格长丙": "grid_leader"}
        person = {name: make_user("grid_member", display_name=name) for name in (*roles, "下沉丁")}
        for name, role in roles.items():
            self.post(here[0], person[name], role=role)
        self.post(here[1], person["网格员乙"])
        self.post(here[2], person["下沉丁"], role="embedded_grid_staff")
        answer = client_of(coordinator).get(reverse(NEW), {"cells": ",".join(cell.code for cell in here)})
        ticked = answer.context["keys"]
        assert f"user:{person['下沉丁'].pk}" in ticked
        assert f"user:{person['网格员乙'].pk}" in ticked
        assert f"user:{person['下沉甲'].pk}" not in ticked
        assert len(ticked) <= len(here)
        assert answer.context["near"][0].name in ("网格员乙", "网格长丙")

    def test_who_is_on_leave_is_neither_offered_nor_taken(self, here, coordinator, walker):
        post = self.post(here[0], walker)
        post.leaves.create(first_day=timezone.localdate())
        answer = client_of(coordinator).get(reverse(NEW), {"cells": here[0].code})
        assert "张三" not in {one.name for one in (*answer.context["near"], *answer.context["others"])}
        answer = client_of(coordinator).post(reverse(NEW), told(here, walker))
        assert answer.status_code == 400
        assert "People: 1 of those chosen cannot be sent on this day." in words(answer)

    def post(self, cell, user, role="grid_worker"):
        return GridPost.objects.create(
            cell=cell, role=role, holder=str(user), user=user, valid_from=timezone.localdate()
        )

    def test_people_of_another_city_are_not_taken(self, here, coordinator):
        stranger = make_user("grid_member", region_id=None)
        answer = client_of(coordinator).post(reverse(NEW), told(here, stranger))
        assert answer.status_code == 400
        assert not PatrolPlan.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"day": "2020-01-01"}, "Day: This day is past"),
            ({"day": "gestern"}, "Day: Enter a valid date."),
            ({"ends": "08:30"}, "Shift ends: The shift begins at the same time."),
            ({"starts": "17:00", "ends": "08:30"}, "Shift ends: Before the shift begins; over midnight"),
            ({"starts": "18:00", "ends": "06:01"}, "Shift ends: Before the shift begins; over midnight"),
            ({"minutes_a_stop": "0"}, "Minutes at each stop: "),
            ({"speed_kmh": "nan"}, "Speed, km/h: "),
            ({"start": "hier"}, "Set out from: These are not two numbers"),
            ({"start": "200, 34"}, "Set out from: "),
            ({"start": "110, 30"}, "Start: more than 200 km"),
            ({"cells": ["nothing"]}, "Ground: not known, or not yours: nothing."),
            ({"cells": []}, "Ground: choose at least one"),
            ({"person": []}, "People: choose at least one person"),
            ({"others": "甲" * 61}, "People without an account: A name is longer"),
            ({"others": "、".join(f"某{n}" for n in range(12))}, "People: 13 chosen; a plan takes 12 at most."),
        ],
    )
    def test_what_cannot_be_is_refused_with_its_field_and_nothing_typed_is_lost(
        self, here, coordinator, walker, changes, sentence
    ):
        answer = client_of(coordinator).post(reverse(NEW), told(here, walker, **{"name": "周六巡查", **changes}))
        assert answer.status_code == 400
        assert sentence in words(answer)
        assert 'value="周六巡查"' in answer.content.decode()
        assert not PatrolPlan.objects.exists()

    def test_somebody_without_an_account_is_named_and_gets_a_route(self, here, make):
        plan = make(here, others="李四，王五")
        assert [(route.person, route.user) for route in plan.routes.all()] == [("李四", None), ("王五", None)]


class TestMaking:
    def test_every_cell_becomes_a_stop_with_its_reason(self, here, make, walker):
        plan = make(here, walker)
        assert {stop.cell_id for stop in plan.stops.all()} == {cell.pk for cell in here}
        assert all(stop.why for stop in plan.stops.all())
        assert plan.made_by.display_name == "协调员"

    def test_a_stop_lies_at_the_open_case_or_else_inside_its_cell(self, here, make, walker):
        case = make_case(lon=SUOHE[0], lat=SUOHE[1])
        plan = make(here, walker)
        at_case = plan.stops.get(cell=here[0])
        assert (at_case.case_no, at_case.place.coords) == (case.case_no, case.geom.coords)
        assert all(stop.cell.geom.covers(stop.place) for stop in plan.stops.all())

    def test_ground_in_no_cell_is_a_stop_with_its_polygon(self, here, make, walker):
        gap = coverage.of("410182").gaps[0]
        answer = client_of(make_user("grid_coordinator")).post(reverse(NEW), told([], walker, cells=[gap.code]))
        stop = PlanStop.objects.get()
        assert answer.status_code == 302
        assert stop.cell is None
        assert stop.ground.covers(stop.place)

    def test_a_convener_plans_the_ground_of_their_groups_alone(self, here, walker):
        convener = make_user("group_convener", group_codes=["G1"])
        answer = client_of(convener).post(reverse(NEW), told(here, walker))
        assert answer.status_code == 400
        assert "not yours" in words(answer)


class TestByHand:
    def edit(self, user, plan, **told):
        return client_of(user).post(reverse("patrol-plan-edit", args=[plan.pk]), told)

    def order(self, plan):
        return [stop.pk for stop in plan.routes.first().stops.all()]

    def test_a_stop_goes_up_and_down_and_is_locked(self, here, make, walker, coordinator):
        plan = make(here, walker)
        first, second, third = self.order(plan)
        self.edit(coordinator, plan, do="down", stop=first, version=1)
        assert self.order(plan) == [second, first, third]
        self.edit(coordinator, plan, do="up", stop=third, version=2)
        assert self.order(plan) == [second, third, first]
        self.edit(coordinator, plan, do="lock", stop=third, version=3)
        self.edit(coordinator, plan, do="propose", version=4)
        assert self.order(plan)[1] == third

    def test_a_page_that_is_behind_says_so_and_changes_nothing(self, here, make, walker, coordinator):
        plan = make(here, walker)
        before = self.order(plan)
        self.edit(coordinator, plan, do="lock", stop=before[0], version=1)
        answer = self.edit(coordinator, plan, do="down", stop=before[0], version=1)
        assert answer.status_code == 409
        assert "Somebody changed the plan in between" in words(answer)
        assert self.order(plan) == before

    def test_overload_is_said_and_what_does_not_fit_is_shown(self, here, make, walker, coordinator):
        plan = make(here, walker, ends="09:00")
        page = client_of(coordinator).get(reverse("patrol-plan", args=[plan.pk]))
        assert "did not fit into the shift" in words(page)
        for stop in plan.stops.filter(route=None):
            plan.refresh_from_db()
            self.edit(coordinator, plan, do="give", stop=stop.pk, route=plan.routes.get().pk, version=plan.version)
        page = client_of(coordinator).get(reverse("patrol-plan", args=[plan.pk]))
        assert "longer than the shift" in words(page)

    def test_a_note_is_on_the_page_the_sheet_and_the_phone(self, here, make, walker, coordinator):
        plan = make(here, walker)
        stop = plan.stops.first()
        self.edit(coordinator, plan, do="note", stop=stop.pk, note="看北门的塔吊", version=1)
        page = client_of(coordinator).get(reverse("patrol-plan", args=[plan.pk])).content.decode()
        assert 'value="看北门的塔吊"' in page
        self.edit(coordinator, plan, do="send", version=2)
        for user, name, *key in (
            (coordinator, "patrol-plan", plan.pk),
            (coordinator, "patrol-plan-print", plan.pk),
            (walker, "patrol-plan-print", plan.pk),
            (walker, "patrol-plans-mine"),
        ):
            assert "看北门的塔吊" in words(client_of(user).get(reverse(name, args=key))), name
        shape = client_of(walker).get(reverse("api-patrol-plan", args=[plan.pk])).json()
        assert {one["properties"].get("note") for one in shape["features"]} == {None, "", "看北门的塔吊"}

    def test_a_note_that_is_too_long_names_its_field(self, here, make, walker, coordinator):
        plan = make(here, walker)
        answer = self.edit(coordinator, plan, do="note", stop=plan.stops.first().pk, note="长" * 201, version=1)
        assert (answer.status_code, "Note: longer than 200" in words(answer)) == (409, True)


class TestOverMidnight:
    NIGHT = {"starts": "22:00", "ends": "06:00"}

    def days(self):
        today = timezone.localdate()
        return today, today + timedelta(days=1)

    def test_it_is_shown_printed_and_told_with_both_days(self, here, make, walker, coordinator):
        plan = make(here, walker, **self.NIGHT)
        first, last = self.days()
        client_of(coordinator).post(reverse("patrol-plan-edit", args=[plan.pk]), {"do": "send", "version": 1})
        for user, name, *key in (
            (coordinator, "patrol-plan", plan.pk),
            (walker, "patrol-plan-print", plan.pk),
            (walker, "patrol-plans-mine"),
        ):
            text = words(client_of(user).get(reverse(name, args=key)))
            assert f"{first} 22:00–{last} 06:00" in text.replace("– ", "–"), name
        assert f"–{last:%m-%d} 06:00" in words(client_of(coordinator).get(reverse("patrol-plans")))
        assert f"{first}–{last}" in walker.notices.get().text
        row = client_of(walker).get(reverse("api-patrol-plans")).json()["results"][0]
        assert (row["day"], row["last_day"]) == (str(first), str(last))

    def test_twelve_hours_are_a_night(self, here, make, walker):
        assert make(here, walker, starts="18:00", ends="06:00").shift_minutes == 720

    def test_who_is_on_leave_on_the_second_day_is_not_taken(self, here, coordinator, walker):
        post = GridPost.objects.create(
            cell=here[0], role="grid_worker", holder="张三", user=walker, valid_from=timezone.localdate()
        )
        post.leaves.create(first_day=self.days()[1])
        client = client_of(coordinator)
        assert client.post(reverse(NEW), told(here, walker, **self.NIGHT)).status_code == 400
        assert client.post(reverse(NEW), told(here, walker)).status_code == 302

    def test_it_stays_on_the_phone_as_long_after_its_end_as_any_other(self, here, make, walker, coordinator):
        plan = make(here, walker, **self.NIGHT)
        client_of(coordinator).post(reverse("patrol-plan-edit", args=[plan.pk]), {"do": "send", "version": 1})

        def shown(begun):
            PatrolPlan.objects.update(day=timezone.localdate() - timedelta(days=begun))
            return len(client_of(walker).get(reverse("patrol-plans-mine")).context["rows"])

        assert [shown(3), shown(4)] == [1, 0]
        PatrolPlan.objects.update(starts="08:00", ends="17:00")
        assert [shown(2), shown(3)] == [1, 0]


class TestSent:
    @pytest.fixture
    def plan(self, here, make, walker, coordinator):
        plan = make(here, walker, others="李四")
        plan.routes.get(user=None).stops.update(route=plan.routes.get(user=walker))
        client_of(coordinator).post(reverse("patrol-plan-edit", args=[plan.pk]), {"do": "send", "version": 1})
        return plan

    def test_its_people_are_told_once_and_led_to_their_route(self, plan, walker):
        notice = walker.notices.get()
        assert "3" in notice.text
        answer = client_of(walker).post(reverse("notice-read", args=[notice.pk]))
        assert answer["Location"] == reverse("patrol-plans-mine")

    def test_they_see_their_stops_in_order_with_a_way_there(self, plan, walker):
        page = client_of(walker).get(reverse("patrol-plans-mine"))
        assert [stop.pk for stop, _done in page.context["rows"][0][1]] == [
            stop.pk for stop in plan.routes.get(user=walker).stops.all()
        ]
        place = plan.stops.first().place
        assert f'href="geo:{place.y:.6f},{place.x:.6f}' in page.content.decode()

    def test_a_draft_is_nobodys_to_see_but_who_plans(self, here, make, walker):
        plan = make(here, walker)
        assert client_of(walker).get(reverse("patrol-plans-mine")).context["rows"] == []
        assert client_of(walker).get(reverse("patrol-plan-print", args=[plan.pk])).status_code == 404

    def test_a_person_prints_their_own_sheet_and_who_plans_all(self, here, make, walker, coordinator):
        other = make_user("grid_member", display_name="赵六")
        make_case(lon=SUOHE[0], lat=SUOHE[1], address="某路 1 号")
        plan = make(here, walker, other)
        client_of(coordinator).post(reverse("patrol-plan-edit", args=[plan.pk]), {"do": "send", "version": 1})
        mine = words(client_of(walker).get(reverse("patrol-plan-print", args=[plan.pk])))
        assert "张三" in mine
        assert "赵六" not in mine
        both = words(client_of(coordinator).get(reverse("patrol-plan-print", args=[plan.pk])))
        assert "张三" in both
        assert "赵六" in both
        assert "某路 1 号" in both

    def test_a_withdrawn_plan_leaves_the_phone_and_is_said(self, plan, walker, coordinator):
        client_of(coordinator).post(reverse("patrol-plan-edit", args=[plan.pk]), {"do": "withdraw", "version": 2})
        assert client_of(walker).get(reverse("patrol-plans-mine")).context["rows"] == []
        assert "withdrawn" in PatrolPlan.objects.get().status
        assert walker.notices.count() == 2

    def test_a_visit_of_whoever_does_its_stop(self, plan, walker, coordinator):
        client = client_of(coordinator)
        assert "0 of 3 stops done" in words(client.get(reverse("patrol-plan", args=[plan.pk])))
        make_patrol(ended_at=timezone.now() - timedelta(seconds=1))
        assert "1 of 3 stops done" in words(client.get(reverse("patrol-plan", args=[plan.pk])))
        assert "1 of 3 done" in words(client.get(reverse("patrol-plans")))


class TestApi:
    def test_what_is_made_there_is_what_the_page_makes(self, here, coordinator, walker):
        answer = client_of(coordinator).post(
            reverse("api-patrol-plans"),
            {"cells": [cell.code for cell in here], "people": [f"user:{walker.pk}"],
             "day": timezone.localdate().isoformat()},
            content_type="application/json",
        )  # fmt: skip
        assert answer.status_code == 201, answer.json()
        told = answer.json()
        assert (told["stops"], told["people"], told["status"], told["mine"]) == (3, 1, "draft", False)

    def test_a_fault_names_its_field(self, here, coordinator):
        body = {"cells": [here[0].code], "day": "2020-01-01", "speed_kmh": 500}
        answer = client_of(coordinator).post(reverse("api-patrol-plans"), body, content_type="application/json")
        assert answer.status_code == 400
        assert "speed_kmh" in answer.json()
        answer = client_of(coordinator).post(
            reverse("api-patrol-plans"), {**body, "speed_kmh": 5}, content_type="application/json"
        )
        assert set(answer.json()) == {"day"}

    def test_the_shape_has_ground_routes_and_stops_and_a_walker_has_only_their_own(
        self, here, make, walker, coordinator
    ):
        other = make_user("grid_member", display_name="赵六")
        plan = make(here, walker, other)
        client_of(coordinator).post(
            reverse("api-patrol-plan-send", args=[plan.pk]), {"version": 1}, content_type="application/json"
        )
        shape = client_of(coordinator).get(reverse("api-patrol-plan", args=[plan.pk])).json()
        kinds = [one["properties"]["kind"] for one in shape["features"]]
        assert (kinds.count("ground"), kinds.count("route"), kinds.count("stop")) == (3, 2, 3)
        mine = client_of(walker).get(reverse("api-patrol-plan", args=[plan.pk])).json()
        assert {one["properties"]["person"] for one in mine["features"]} == {"张三"}

    def test_the_list_has_ones_own_sent_plans_for_who_does_not_plan(self, here, make, walker, coordinator):
        plan, draft = make(here, walker), make(here, walker)
        client_of(coordinator).post(reverse("api-patrol-plan-send", args=[plan.pk]), content_type="application/json")
        rows = client_of(walker).get(reverse("api-patrol-plans")).json()["results"]
        assert [(row["id"], row["mine"]) for row in rows] == [(plan.pk, True)]
        rows = client_of(coordinator).get(reverse("api-patrol-plans")).json()["results"]
        assert {row["id"] for row in rows} == {plan.pk, draft.pk}

    def test_what_is_sent_already_is_409_with_a_sentence(self, here, make, walker, coordinator):
        plan = make(here, walker)
        address = reverse("api-patrol-plan-send", args=[plan.pk])
        client_of(coordinator).post(address, content_type="application/json")
        answer = client_of(coordinator).post(address, content_type="application/json")
        assert (answer.status_code, "sent" in answer.json()["detail"]) == (409, True)
