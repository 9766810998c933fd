"""What a phone keeps of an application, from files that a reader can follow by eye."""

import pytest
from django.utils.translation import override

from gis_core import release

FILES = {
    "gis_core/a.mjs": 'import { b } from "./b.mjs";\nconst c = () => import("./deep/c.mjs");\ngettext("One \\"word\\"");\n',
    "gis_core/b.mjs": 'export { x } from "../library/x.mjs"; ngettext("%s case", "%s cases", 2);',
    "gis_core/deep/c.mjs": "import '../a.mjs'; // a circle ends somewhere",
    "library/x.mjs": 'import "./y.mjs";',
    "library/y.mjs": "",
    "gis_core/style.css": 'p { content: "from \\"./z.mjs\\"" }',
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    found = lambda name: str(tmp_path / name) if (tmp_path / name).exists() else None  # noqa: E731
    monkeypatch.setattr(release.finders, "find", found)
    return tmp_path


def test_imports_are_followed_to_their_end_and_a_librarys_own_are_not(files):
    assert release.with_imports(["gis_core/style.css", "gis_core/a.mjs"]) == [
        "gis_core/style.css", "gis_core/a.mjs", "gis_core/b.mjs", "gis_core/deep/c.mjs", "library/x.mjs",
    ]  # fmt: skip


def test_a_file_that_is_imported_and_missing_is_an_error(files):
    (files / "gis_core/b.mjs").unlink()
    with pytest.raises(FileNotFoundError, match=r"gis_core/b\.mjs"):
        release.with_imports(["gis_core/a.mjs"])


def test_the_name_is_that_of_the_content_whatever_the_order(files):
    names = ["gis_core/a.mjs", "gis_core/b.mjs"]
    first = release.name_of(names, "page")
    assert release.name_of(names[::-1], "page") == first
    assert release.name_of(names, "another page") != first
    assert release.name_of(names[:1], "page") != first
    (files / "gis_core/b.mjs").write_text("", "utf-8")
    assert release.name_of(names, "page") != first


def test_what_a_process_knows_it_makes_once_for_each_language_and_name(files, settings):
    """Two processes are two decorated functions: the second sees the changed file, the first does not."""
    name = "gis_core/b.mjs"
    read = lambda _request, each: release.source(each)  # noqa: E731
    this_process = release.once_a_process(read)
    before = this_process(None, name)
    (files / name).write_text("changed", "utf-8")
    assert this_process(None, name) == before != "changed"
    assert this_process(None, "gis_core/a.mjs") == FILES["gis_core/a.mjs"]
    assert release.once_a_process(read)(None, name) == "changed"
    with override("en"):
        assert this_process(None, name) == "changed"
    settings.DEBUG = True
    assert this_process(None, name) == "changed"


def test_the_words_of_modules_are_found_with_their_quotation_marks(files):
    assert release.texts(["gis_core/a.mjs", "gis_core/b.mjs"]) == {'One "word"', "%s case"}
