"""Coverage as files: what is in them is coverage's own, nothing foreign, nothing that runs."""

import json
import re
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.contrib.gis.gdal import DataSource
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client
from django.utils import timezone

from boundaries.models import GridCell, GridPost
from cases import coverage
from tests.factories import SUOHE, make_patrol, make_user

KINDS = ("xlsx", "gpkg", "html")


def client_of(*roles, **changes):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(make_user(*roles, **changes))
    return client


def at_suohe():
    return GridCell.objects.get(level=3, geom__covers=f"SRID=4326;POINT({SUOHE[0]} {SUOHE[1]})")


def sheets(answer):
    book = openpyxl.load_workbook(BytesIO(answer.content))
    return {sheet.title: list(sheet.values) for sheet in book}


@pytest.fixture
def client(xingyang):
    return client_of("grid_coordinator")


def test_the_workbook_holds_the_figures_and_every_row_by_risk(client, xingyang):
    make_patrol()
    found = coverage.of(xingyang.region_id)
    told = sheets(client.get("/export/coverage.xlsx"))
    figures = {row[0]: row[2] for row in told["Figures"]}
    assert figures["Ground in no cell"] == round(found.figures.gap_m2 / 1e6, 2)
    assert figures["Not patrolled in time"] == found.figures.stale
    head, *rows = told["Cells by risk"]
    place = {name: number for number, name in enumerate(head)}
    assert [row[place["Code"]] for row in rows] == [one.code for one in found.by_risk]
    (suohe,) = (row for row in rows if row[place["Code"]] == at_suohe().code)
    assert (suohe[place["Standing"]], suohe[place["Days between patrols"]]) == ("In order", 7)


def test_with_a_day_before_the_workbook_tells_what_changed(client):
    make_patrol()
    before = timezone.localdate() - timedelta(days=2)
    told = sheets(client.get("/export/coverage.xlsx", {"before": before}))
    assert told["Cells that changed"][1:] == [
        ("索河街道", at_suohe().code, at_suohe().name, "not patrolled in time", "in order")
    ]
    figures = {row[0]: row[2:] for row in told["Figures"]}
    assert figures["Not patrolled in time"] == (296, 295, -1)


def test_a_name_that_begins_like_a_formula_stays_a_text(client):
    cell = at_suohe()
    GridPost.objects.filter(cell=cell).update(holder='=HYPERLINK("http://evil")')
    book = openpyxl.load_workbook(BytesIO(client.get("/export/coverage.xlsx").content))
    cells = [cell for row in book["Cells by risk"].iter_rows() for cell in row if "HYPER" in str(cell.value)]
    assert [cell.data_type for cell in cells] == ["s"]


def test_the_geopackage_holds_cells_and_gaps_where_they_lie(client, xingyang, tmp_path):
    make_patrol()
    found = coverage.of(xingyang.region_id)
    path = tmp_path / "coverage.gpkg"
    path.write_bytes(client.get("/export/coverage.gpkg").content)
    layers = {layer.name: layer for layer in DataSource(str(path))}
    assert {name: layer.num_feat for name, layer in layers.items()} == {
        "cells": len(found.cells), "gaps": len(found.gaps), "overlaps": 0,
    }  # fmt: skip
    cell = at_suohe()
    (one,) = (one for one in layers["cells"] if one.get("code") == cell.code)
    assert GEOSGeometry(one.geom.wkt).equals(cell.geom)
    assert (one.get("status"), one.get("patrol_days"), one.get("area")) == ("ok", 7, "索河街道")
    assert sum(one.get("area_m2") for one in layers["gaps"]) == pytest.approx(found.figures.gap_m2)


def test_the_offline_map_holds_both_days_and_nobody_s_name(client):
    make_patrol()
    before = timezone.localdate() - timedelta(days=2)
    answer = client.get("/export/coverage.html", {"before": before})
    text = answer.content.decode()
    assert text.count('class="folium-map"') == 2
    assert f"<figcaption>{before}</figcaption>" in text
    assert "Not patrolled in time: 296 → 295" in text
    assert GridPost.objects.filter(cell=at_suohe()).first().holder not in text
    assert answer["Content-Security-Policy"] == "sandbox allow-scripts"
    assert "http://" not in text.replace("http://www.w3.org", "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_a_download_that_nobody_keeps(client, kind):
    answer = client.get(f"/export/coverage.{kind}")
    assert f"coverage-{timezone.localdate()}.{kind}" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("at=2999-01-01", 400, "at: That day is yet to come."),
        ("before=soon", 400, "before: A day as 2026-11-28."),
        ("at=2000-01-01", 404, ""),
    ],
)
def test_a_day_that_cannot_be_shown_is_said(client, kind, query, status, sentence):
    answer = client.get(f"/export/coverage.{kind}?{query}")
    assert (answer.status_code, sentence in answer.content.decode()) == (status, True)


def test_foreign_cells_are_in_no_file(xingyang, tmp_path):
    client = client_of("inspector", group_codes=["G1"])
    foreign = at_suohe()
    rows = sheets(client.get("/export/coverage.xlsx"))["Cells by risk"]
    assert len(rows) > 100
    assert foreign.code not in {row[2] for row in rows}
    path = tmp_path / "coverage.gpkg"
    path.write_bytes(client.get("/export/coverage.gpkg").content)
    assert foreign.code not in {one.get("code") for one in DataSource(str(path))["cells"]}
    assert foreign.code not in client.get("/export/coverage.html").content.decode()


def test_the_offline_map_tells_every_class_of_the_web_map_by_letter_or_pattern(client, xingyang):
    make_patrol(started_at=timezone.now() - timedelta(days=6, hours=20), ended_at=timezone.now() - timedelta(days=6))
    assert next(one for one in coverage.of(xingyang.region_id).cells if one.pk == at_suohe().pk).due_soon
    text = client.get("/export/coverage.html").content.decode()
    told = json.loads(re.search(r'id="sheet-data">(.*?)</script>', text, re.DOTALL)[1])["layers"][-1]
    legend = {entry["value"]: (entry["symbol"], entry["letter"]) for entry in told["legend"]}
    assert legend == {
        "gap": ("hatch", "G"), "unstaffed": ("dots", "U"), "hot_unpatrolled": ("fill", "H"), "stale": ("fill", "L"),
        "thin": ("lines", "T"), "due": ("fill", "D"), "ok": ("fill", ""),
    }  # fmt: skip
    assert re.search(r"<span>due soon</span><b>1</b>", text)
