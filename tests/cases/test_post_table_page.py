"""Posts from a table on the page: looked through first, kept as typed, posted on the second button."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from boundaries.models import GridCell, GridPost
from tests.factories import make_user
from tests.pages import english, words

HEAD = "网格编码\t岗位\t姓名\t开始日期\n"


@pytest.fixture
def cell(xingyang):
    cell = GridCell.objects.filter(level=3).first()
    GridPost.objects.filter(cell=cell).delete()
    return cell


@pytest.fixture
def page(client, xingyang):
    client.force_login(make_user("grid_coordinator"))
    return english(client)


def send(page, act, text="", **more):
    return page.post(reverse("post-table"), {"act": act, "text": text, **more})


def test_looked_through_it_is_said_to_be_sound_and_then_posted(page, cell):
    text = f"{HEAD}{cell.code}\t网格员\t张三\t2026-06-01\n"
    answer = send(page, "check", text)
    assert answer.status_code == 200
    assert "1 row is sound and not posted yet. " in words(answer)
    assert cell.posts.count() == 0
    assert send(page, "post", answer.context["text"]).status_code == 302
    assert cell.posts.get().holder == "张三"


@pytest.mark.parametrize("act", ["check", "post"])
def test_faults_are_named_by_row_and_what_was_pasted_stays(page, cell, act):
    text = f"{HEAD}{cell.code}\t网格员\t张三\t2026-06-01\n999\t网格员\t李四\t2026-06-01\n"
    answer = send(page, act, text)
    assert answer.status_code == 400
    assert "1 of 2 rows cannot be posted; nothing was changed Row 2 网格编码: There is no cell 999." in words(answer)
    assert "李四" in answer.context["text"]
    assert cell.posts.count() == 0


def test_a_file_is_read_into_the_field_to_be_mended_there(page, cell):
    content = f"cell,role,holder,valid_from\n{cell.code},grid_worker,张三,2026-06-01\n".encode("gb18030")
    answer = send(page, "check", file=SimpleUploadedFile("岗位.csv", content))
    assert f"{cell.code}\tgrid_worker\t张三" in answer.context["text"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (None, "Paste a table or choose a file."),
        (("a.exe", b"MZ"), "a.exe: a table is .csv, .tsv, .txt, .xlsx."),
        (("a.xlsx", b"no"), "a.xlsx is damaged"),
        (("../../a.csv", b""), "Paste a table|empty"),
    ],
)
def test_no_table_or_none_that_is_one_gets_a_sentence(page, file, said):
    files = {"file": SimpleUploadedFile(*file)} if file else {}
    answer = send(page, "check", **files)
    assert answer.status_code == 400
    assert any(part in words(answer) for part in said.split("|"))


def test_a_file_that_is_too_large_is_not_read(page, monkeypatch):
    monkeypatch.setattr("cases.views.post_table.MOST_BYTES", 1_000_000)
    answer = send(page, "check", file=SimpleUploadedFile("a.csv", b"x" * 1_000_001))
    assert "a.csv is larger than 1 MB." in words(answer)
