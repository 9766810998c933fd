"""Imports point down, files stay short, coordinate systems have names: read from the code itself."""

import ast
import re
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("gis_core", "boundaries", "cases", "oversight")  # each may import those before it, never those behind it
# Inside `cases` a module imports those on earlier lines (and its own), never those on later ones.
CASES_ORDER = (
    ("verbs",),
    ("workflow",),
    ("querysets",),
    ("models",),
    ("permissions", "hexagon_cells", "narrowing", "assignment", "follow_up", "working_days", "deadlines", "deadline_rules", "clock_face", "clocks",
     "running_clocks", "discretion", "legal_bases", "naming", "bulk", "evidence", "intake", "filters", "import_rows",
     "import_rejects", "feed", "seals", "identity", "facts", "gates", "proposals", "documents", "waiting", "notices",
     "reminders", "handing", "nearness", "selection", "grid_desk", "late_fines", "map_counts", "versions", "spells", "wording"),
    ("inputs",),
    ("duplicates", "merging", "personal", "answers", "box_counts", "past_layers", "layers", "past", "summary", "histogram",
     "saved_views", "search", "history", "hexagons", "coverage", "patrol_plans", "plan_sheets", "actions", "accounts",
     "demonstration", "list_places",
     "demonstration_play", "demonstration_stories", "metrics", "stored_inputs", "reassignment", "importing",
     "mapping", "roll_up", "demonstration_people", "demonstration_patrols",
     "exporting", "field", "coverage_files", "nightly", "tampering", "timeline", "fast_features"),
    ("incoming", "serializers", "forms", "coverage_forms", "patrol_words", "patrol_filters", "patrol_forms", "plan_forms",
     "plan_shapes", "field_words"),
    ("api", "views", "admin", "management", "templatetags"),
    ("addresses",),
    ("urls", "api_urls"),
)  # fmt: skip
GENERATED = "migrations"  # written by makemigrations
MOST_LINES = 400
SRID_NUMBERS = re.compile(r"(?<![\d.])(4326|3857|4490|4547)(?![\d.])")
# Migrations keep what was true when they ran; the way between a point and the number is srid.py's alone.
MAY_NAME_SRIDS = ("gis_core/srid.py",)


def python_files(*folders):
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if not {"node_modules", ".venv", ".local", "__pycache__"} & set(path.parts)
    )


def shown(path):
    return str(path.relative_to(ROOT))


def imports(path):
    """(line, dotted name, inside a function) of every import; relative ones made absolute."""
    package = path.relative_to(ROOT).parts[:-1]

    def walk(node, inside):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((child.lineno, alias.name, inside) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                start = ".".join(package[: len(package) - child.level + 1]) if child.level else ""
                module = ".".join(filter(None, (start, child.module)))
                yield from ((child.lineno, f"{module}.{alias.name}", inside) for alias in child.names)
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from walk(child, inside or function)

    yield from walk(ast.parse(path.read_text("utf-8")), False)


OURS = python_files(*FLOORS, "setup")


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_point_down(floor):
    above = FLOORS[FLOORS.index(floor) + 1 :]
    upward = [
        f"{shown(path)}:{line} imports {name}"
        for path in python_files(floor)
        for line, name, _inside in imports(path)
        if name.split(".")[0] in above
    ]
    assert upward == []


def test_the_product_never_imports_its_set_up_or_its_tests():
    found = [
        f"{shown(path)}:{line} imports {name}"
        for path in python_files(*FLOORS)
        for line, name, _inside in imports(path)
        if name.split(".")[0] in ("setup", "tests", "bench")
    ]
    assert found == []


def test_no_import_hides_in_a_function():
    hidden = [
        f"{shown(path)}:{line} imports {name}"
        for path in python_files(*FLOORS, "setup", "tests")
        for line, name, inside in imports(path)
        if inside
    ]
    assert hidden == []


def place_of(module):
    """Line of CASES_ORDER that a module of `cases` stands on; a new module needs a place there."""
    return next(line for line, names in enumerate(CASES_ORDER) if module in names)


def test_modules_of_cases_import_earlier_ones_alone():
    wrong = []
    for path in python_files("cases"):
        mine = path.relative_to(ROOT / "cases").with_suffix("").parts[0]
        if mine in ("__init__", "apps", "migrations"):
            continue
        for line, name, _inside in imports(path):
            other = name.split(".")[1:2]
            if name.startswith("cases.") and other[0] != mine and place_of(other[0]) > place_of(mine):
                wrong.append(f"{shown(path)}:{line} imports {name}")
    assert wrong == []


def test_every_module_of_cases_has_its_place_in_the_order():
    known = {name for names in CASES_ORDER for name in names} | {"__init__", "apps", "migrations"}
    found = {path.relative_to(ROOT / "cases").with_suffix("").parts[0] for path in python_files("cases")}
    assert found - known == set()


def test_the_workflow_imports_no_model():
    for module in ("workflow", "verbs"):
        names = {name for _line, name, _inside in imports(ROOT / "cases" / f"{module}.py")}
        ours = {name for name in names if name.split(".")[0] in FLOORS}
        assert {name for name in names if ".models" in name} == {"django.db.models.TextChoices"}
        assert {name for name in ours if not name.startswith("cases.verbs.")} == set()


def test_folium_is_for_maps_alone():
    users = {
        shown(path)
        for path in python_files(*FLOORS)
        for _line, name, _inside in imports(path)
        if name.split(".")[0] == "folium"
    }
    assert users <= {"gis_core/maps.py"}


@pytest.mark.parametrize("suffix", ["py", "html", "css", "mjs", "js"])
def test_no_file_is_longer_than_400_lines(suffix):
    folders = (*FLOORS, "setup", "tests", "templates", "bench")
    files = (
        path for folder in folders for path in (ROOT / folder).rglob(f"*.{suffix}") if path.parent.name != GENERATED
    )
    lengths = {shown(path): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_coordinate_systems_are_named_and_not_numbered():
    bare = [
        f"{shown(path)}:{number}: {line.strip()}"
        for path in OURS
        if "migrations" not in path.parts and shown(path) not in MAY_NAME_SRIDS
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if SRID_NUMBERS.search(line)
    ]
    assert bare == []


def test_psycopg_3_stays_out():
    """Beside psycopg2 Django would take it without a word, and COPY and mogrify would be another's."""
    names = {found.metadata["Name"].lower().replace("_", "-") for found in distributions()}
    assert "psycopg2-binary" in names
    assert {"psycopg", "psycopg-binary", "psycopg-c", "psycopg-pool"} & names == set()
