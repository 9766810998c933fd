"""The year's assessment on its pages and in Word, read there by nothing of ours: zip, ElementTree and openpyxl."""

from datetime import date
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from oversight.models import AssessmentRules, AssessmentYear
from tests.factories import make_user
from tests.oversight.circular_scene import assessors  # noqa: F401 -- a fixture
from tests.oversight.year import make_year
from tests.pages import english, words

# ruff: noqa: F811
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
UNITS = {"质监站": 77.62, "城建大队": 86.82, "安监站": 69.76}  # by hand: tests/oversight/test_assessment.py
M3 = {"质监站": 18.75, "城建大队": 25.71, "安监站": 23.33}


@pytest.fixture
def told(assessors, calendar):
    make_year(assessors.region)
    calendar.stand(date(2026, 6, 1))
    return assessors


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def xml(content: bytes):
    return ElementTree.fromstring(content)  # noqa: S314 - our own answer


def cached(series, which):
    return [point.find(f"{CHART}v").text for point in series.find(f"{CHART}{which}").iter(f"{CHART}pt")]


def test_the_word_report_holds_charts_whose_numbers_are_those_worked_out_by_hand(told):
    answer = client_of(told.leader).get(reverse("assessment-file"), {"year": 2025})
    assert (answer.status_code, answer["Content-Type"].endswith("wordprocessingml.document")) == (200, True)
    with ZipFile(BytesIO(answer.content)) as file:
        assert file.testzip() is None
        charts = sorted(name for name in file.namelist() if name.startswith("word/charts/chart"))
        assert len(charts) == 4  # totals and points by figure, of units and of groups
        totals, figures = (xml(file.read(name)) for name in charts[:2])
        (only,) = totals.iter(f"{CHART}ser")
        shown = dict(zip(cached(only, "cat"), map(float, cached(only, "val")), strict=True))
        assert shown == UNITS
        named = {cached(series, "tx")[0]: series for series in figures.iter(f"{CHART}ser")}
        of_m3 = next(series for name, series in named.items() if name.startswith("M3"))
        assert dict(zip(cached(of_m3, "cat"), map(float, cached(of_m3, "val")), strict=True)) == M3
        assert len(named) == 5
        book = openpyxl.load_workbook(BytesIO(file.read("word/embeddings/chart1.xlsx")))
        rows = {row[0]: row[1] for row in book.active.iter_rows(min_row=2, values_only=True)}
        assert rows == UNITS
        linked = xml(file.read("word/charts/_rels/chart1.xml.rels"))
        assert [one.get("Target") for one in linked] == ["../embeddings/chart1.xlsx"]
        text = "".join(node.text or "" for node in xml(file.read("word/document.xml")).iter(f"{TEXT}t"))
    for said in ("77.77", "31.11", "7 / 9", "77.62"):
        assert said in text


def test_each_score_shows_its_working_and_opens_the_cases_behind_it(told):
    client = client_of(told.assessor)
    page = client.get(reverse("assessment"), {"year": 2025})
    text = words(page)
    for said in ("77.77", "31.11", "77.62", "86.82", "69.76"):
        assert said in text
    link = f"{reverse('stats-cases')}?period=2025&amp;by=unit&amp;key=quality_station&amp;code=M1&amp;of=whole"
    assert link in page.content.decode()
    behind = client.get(link.replace("&amp;", "&"))
    assert (behind.status_code, len(behind.context["page"].object_list)) == (200, 9)
    assert client.get(reverse("assessment"), {"year": "x"}).status_code == 400


def test_a_year_is_frozen_on_its_page_by_who_keeps_it_alone(told):
    address = reverse("assessment-freeze")
    assert client_of(told.leader).post(address, {"year": 2025}).status_code == 403
    client_of(told.assessor).post(address, {"year": 2026})
    assert AssessmentYear.objects.count() == 0
    offered = english(client_of(told.assessor)).get(reverse("assessment"), {"year": 2025})
    assert "years before 2025 can then never be frozen" in words(offered)
    client_of(told.assessor).post(address, {"year": 2025})
    one = AssessmentYear.objects.get()
    assert (one.year, one.frozen_by) == (2025, told.assessor)
    page = words(client_of(told.leader).get(reverse("assessment"), {"year": 2025}))
    assert one.sha256[:16] in page


def test_weights_are_another_version_and_a_wrong_one_keeps_what_was_typed(told):
    client, address = client_of(told.assessor), reverse("assessment-rules")
    sent = {"valid_from": "2026-01-01", "commendation": 3, "criticism": 4, "note": "会议决定", "M1_weight": 60, "M1_none": 0,
            "M1_full": 100, "M3_weight": 40, "M3_none": 0, "M3_full": 100}  # fmt: skip
    refused = client.post(address, {**sent, "M3_weight": 30})
    assert (refused.status_code, AssessmentRules.objects.count()) == (400, 1)
    assert 'value="会议决定"' in refused.content.decode()
    missing = client.post(address, {**sent, "M3_full": ""})
    assert list(missing.context["form"].errors) == ["M3_full"]
    assert client.post(address, sent).status_code == 302
    newest = AssessmentRules.objects.get(number=2)
    assert (newest.by, newest.is_ours, [line["figure"] for line in newest.lines]) == (
        told.assessor,
        False,
        ["M1", "M3"],
    )
    assert client_of(make_user("dispatcher")).post(address, sent).status_code == 403
