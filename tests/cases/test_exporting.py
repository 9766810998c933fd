"""Exports: what the person sees, with the list's filters, without reporters, for places without a network."""

import json
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from boundaries.models import GridPost
from cases import exporting
from cases.models import Case
from cases.workflow import Status
from tests import second_city
from tests.factories import SUOHE, make_case, make_user
from tests.gis_core.test_maps import HOSTILE

GUANGWU = (113.45, 34.93)  # in the first group's ground
AROUND_SUOHE = "113.35,34.75,113.41,34.82"


def sheet_of(text):
    """The layers' texts in an exported file: [(title in the legend, [row, …]), …], words put back."""
    data = json.loads(re.search(r'id="sheet-data">(.*?)</script>', text, re.DOTALL)[1])
    return [
        [[layer["words"][cell] if isinstance(cell, int) else cell for cell in row] for row in layer["rows"]]
        for layer in data["layers"]
    ]


def case_numbers(text, layer=2):
    return {row[0] for row in sheet_of(text)[layer]}


def exported(user, **query):
    client = Client()
    client.force_login(user)
    return client.get(reverse("export-map"), query)


def of(edition, cases=None, **words):
    return exporting.offline_map(edition, Case.objects.all() if cases is None else cases, **words)


def test_the_file_holds_areas_gaps_and_open_cases(xingyang):
    case = make_case()
    areas, gaps, cases = sheet_of(of(xingyang))
    assert {row[0] for row in areas} == {area.name for area in xingyang.areas.all()}
    assert len(areas) == 15
    assert gaps
    assert [row[0] for row in cases] == [case.case_no]


def test_ended_cases_are_in_it_only_when_asked_for(xingyang):
    ended = make_case(status=Status.CLOSED)
    assert case_numbers(of(xingyang)) == set()
    assert case_numbers(of(xingyang, layers=("history",)), layer=0) == {ended.case_no}


def test_an_area_says_its_lead_units_in_the_notices_order(xingyang):
    areas = sheet_of(of(xingyang, layers=("areas",)))[0]
    for name, _kind, _group, leads, convener in areas:
        group = xingyang.areas.get(name=name).group
        assert leads == "、".join(lead.unit.name for lead in group.lead_units.order_by("lead_order"))
        assert convener == group.convener


def test_a_cell_that_loses_its_post_is_told_as_unstaffed(xingyang):
    post = GridPost.objects.answering().filter(cell__level=3, valid_to=None).first()
    why = {row[0]: row[-1] for row in sheet_of(of(xingyang, layers=("coverage-gaps",)))[0]}[post.cell.name]
    assert why == "从未巡查（每 7 日应巡一次）。"
    post.cell.posts.update(valid_to=timezone.localdate() - timedelta(days=1))
    why = {row[0]: row[-1] for row in sheet_of(of(xingyang, layers=("coverage-gaps",)))[0]}[post.cell.name]
    assert why == f"自 {timezone.localdate()} 起无人在岗。从未巡查（每 7 日应巡一次）。"


def test_an_overdue_case_is_drawn_as_overdue(xingyang):
    make_case(due_at=timezone.now() - timedelta(minutes=1))
    legend = re.findall(r"#symbol-overdue.*?<b>(\d+)</b>", of(xingyang), re.DOTALL)
    assert legend == ["1"]


def test_reporters_are_never_in_it_and_numbers_in_texts_are_blotted_out(xingyang):
    make_case(
        reporter={"name": "举报人甲某", "phone": "13912345678", "note": "夜间勿扰"},
        description="电话13900001111，证号41018219900101123X，办公0371-64660000，三层楼200平方米",
        address="演武路 13900001111",
    )
    text = of(xingyang, layers=exporting.LAYERS)
    for secret in ("举报人甲某", "13912345678", "夜间勿扰", "13900001111", "41018219900101123X", "64660000"):
        assert secret not in text
    assert "三层楼200平方米" in text


@pytest.mark.parametrize(
    "number",
    ["13900001111", "138-1234-5678", "138 1234 5678", "+8613812345678", "+86 138 1234 5678", "8613812345678",
     "１３８１２３４５６７８", "0371-64661234", "0371 64661234", "037164661234", "010-6466 1234", "41018219900101123X",
     "410182 19900101 123x", "４１０１８２１９９００１０１１２３Ｘ"],
)  # fmt: skip
def test_a_private_number_is_blotted_out_however_it_is_written(number):
    assert exporting.masked(f"电话：{number}，请保密") == "电话：***，请保密"


@pytest.mark.parametrize(
    "text",
    ["三层楼 200 平方米", "豫荥规 2023-0418 号", "合同价 1380 万元", "113.3895371, 34.78620085", "2026-11-23 14:05"],
)
def test_other_numbers_stay(text):
    assert exporting.masked(text) == text


def test_beyond_the_limit_the_newest_stay_and_the_file_says_how_many_are_left_out(xingyang, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_CASES", 2)
    now = timezone.now()
    made = [make_case(reported_at=now - timedelta(days=days)) for days in (3, 1, 2)]
    text = of(xingyang)
    assert case_numbers(text) == {made[1].case_no, made[2].case_no}
    footer = re.search(r"<footer>(.*?)</footer>", text, re.DOTALL)[1]
    assert (
        exporting._("Only the newest {shown} cases are in this file; {left_out} older ones are left out.").format(
            shown="2", left_out="1"
        )
        in footer
    )


def test_at_the_limit_nothing_is_left_out(xingyang, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_CASES", 2)
    make_case(), make_case()
    assert exporting._newest(Case.objects.all(), exporting.USUAL_LAYERS)[1] == 0


def test_the_number_of_queries_does_not_grow_with_the_cases(xingyang, django_assert_max_num_queries):
    for _ in range(5):
        make_case()
    with django_assert_max_num_queries(38):
        of(xingyang)


def test_the_map_extent_limits_cases_and_areas(xingyang):
    near = make_case()
    make_case(lon=GUANGWU[0], lat=GUANGWU[1])
    text = exported(make_user("dispatcher"), bbox=AROUND_SUOHE).content.decode()
    areas, _gaps, _cases = sheet_of(text)
    assert case_numbers(text) == {near.case_no}
    assert 0 < len(areas) < 15


def test_an_export_obeys_the_lists_filters_and_says_so(xingyang):
    petition = make_case(channel="complaint")
    make_case(channel="patrol")
    text = exported(make_user("dispatcher"), channel="complaint").content.decode()
    assert case_numbers(text) == {petition.case_no}
    assert str(petition.get_channel_display()) in re.search(r"<header>(.*?)</header>", text, re.DOTALL)[1]


def test_ended_as_status_puts_the_history_in(xingyang):
    ended = make_case(status=Status.CLOSED)
    text = exported(make_user("dispatcher"), status="ended").content.decode()
    assert case_numbers(text, layer=3) == {ended.case_no}


def test_an_inspector_takes_away_only_their_groups_cases(xingyang):
    mine = make_case()
    make_case(lon=GUANGWU[0], lat=GUANGWU[1])
    inspector = make_user("inspector", group_codes=[mine.group_code])
    assert case_numbers(exported(inspector).content.decode()) == {mine.case_no}


def test_a_grid_worker_may_not_export_and_a_visitor_signs_in_first(xingyang, client):
    assert exported(make_user("grid_member")).status_code == 403
    answer = client.get(reverse("export-map"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign-in"))


def test_the_answer_is_a_sandboxed_download_with_a_dated_name(xingyang):
    answer = exported(make_user("dispatcher"))
    kind, name = answer["Content-Disposition"].split(";", 1)
    assert kind == "attachment"
    assert timezone.localdate().isoformat() in unquote(name)
    assert answer["Content-Security-Policy"] == "sandbox allow-scripts"
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("query", [{"bbox": "1,2,3"}, {"bbox": "2,0,1,1"}, {"layers": "roads"}, {"year": "x"}])
def test_wrong_input_is_answered_400_with_the_field(xingyang, query):
    answer = exported(make_user("dispatcher"), **query)
    assert answer.status_code == 400
    assert next(iter(query)) in answer.content.decode()


def test_who_exports_is_on_the_file(xingyang):
    user = make_user("dispatcher", display_name="调度员一")
    assert "调度员一" in re.search(r"<header>(.*?)</header>", exported(user).content.decode(), re.DOTALL)[1]


def test_the_command_writes_the_chosen_layers(xingyang, tmp_path):
    case = make_case()
    call_command("export_map", str(tmp_path / "out.html"), layers="open-cases", bbox=AROUND_SUOHE, verbosity=0)
    layers = sheet_of((tmp_path / "out.html").read_text(encoding="utf-8"))
    assert [[row[0] for row in layer] for layer in layers] == [[case.case_no]]


def test_the_command_for_a_person_takes_that_persons_cases(xingyang, tmp_path):
    make_case()
    worker = make_user("grid_member", username="gridworker9")
    own = make_case(by=worker)
    call_command("export_map", str(tmp_path / "out.html"), user="gridworker9")
    assert case_numbers((tmp_path / "out.html").read_text(encoding="utf-8")) == {own.case_no}


@pytest.fixture
def two_cities(xingyang, tmp_path):
    return xingyang, second_city.load(tmp_path)


def test_the_command_asks_for_the_region_where_there_are_several(two_cities, tmp_path):
    with pytest.raises(CommandError, match=second_city.CODE):
        call_command("export_map", str(tmp_path / "out.html"))
    for edition in two_cities:
        call_command("export_map", str(tmp_path / "out.html"), region=edition.region_id)
        areas = sheet_of((tmp_path / "out.html").read_text(encoding="utf-8"))[0]
        assert {row[0] for row in areas} == {area.name for area in edition.areas.all()}


def test_the_command_for_a_person_takes_their_region_and_no_other(two_cities, tmp_path):
    worker = make_user("dispatcher", username="dispatcher9")
    call_command("export_map", str(tmp_path / "out.html"), user=worker.username)
    assert len(sheet_of((tmp_path / "out.html").read_text(encoding="utf-8"))[0]) == 15
    with pytest.raises(CommandError, match=second_city.CODE):
        call_command("export_map", str(tmp_path / "out.html"), user=worker.username, region=second_city.CODE)


@pytest.mark.parametrize("out", [".", "nowhere/out.html", "a.html/out.html"])
def test_the_command_says_that_a_file_cannot_be_written(xingyang, tmp_path, out):
    (tmp_path / "a.html").touch()
    with pytest.raises(CommandError, match=re.escape(str(tmp_path / out))):
        call_command("export_map", str(tmp_path / out), layers="areas")


@pytest.mark.parametrize("wrong", [{"layers": "roads"}, {"bbox": "1"}, {"user": "nobody"}, {"region": "999999"}])
def test_the_command_refuses_what_it_does_not_know_and_writes_nothing(xingyang, tmp_path, wrong):
    with pytest.raises(CommandError):
        call_command("export_map", str(tmp_path / "out.html"), **wrong)
    assert not (tmp_path / "out.html").exists()


def test_the_exported_view_opens_with_no_network(xingyang, chromium, tmp_path):
    make_case(description=HOSTILE, lon=SUOHE[0], lat=SUOHE[1])
    file = tmp_path / "map.html"
    file.write_bytes(exported(make_user("dispatcher")).content)
    context = chromium.new_context()
    context.set_offline(True)
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.locator(".leaflet-marker-icon:not(.letter)").click()
    told = page.locator(".leaflet-popup-content dd").all_text_contents()
    drawn = page.locator("path.ground").count()
    context.close()
    assert HOSTILE in told
    assert drawn > 15
    assert said == []
    assert asked == [file.as_uri()]


def test_the_file_names_every_filter_that_it_was_made_under(xingyang, client):
    client.force_login(make_user("dispatcher"))
    case = make_case()
    asked = {"group": "G1", "violation": "tendering", "numbers": case.case_no, "reported_from": "2020-01-02"}
    text = client.get(reverse("export-map"), asked, headers={"Accept-Language": "en"}).content.decode()
    group = xingyang.groups.get(code="G1").name
    for words in (f"group: {group}", "violation: ", f"case numbers: {case.case_no}", "reported from: 2020-01-02"):
        assert words in text
