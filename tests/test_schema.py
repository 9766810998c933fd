"""The OpenAPI schema: complete, sound, and true: generated requests find no error of ours and no surprise."""

# ruff: noqa: F811 -- fixtures are found by their names
import os

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.authtoken.models import Token
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories import SUOHE, make_case, make_user
from tests.land import _loaded_land, xingyang  # noqa: F401 -- fixtures are found by their names
from tests.static_files import static_files_as_they_lie  # noqa: F401 -- likewise
from tests.test_permission_matrix import ROUTED

load_all_checks()
schemathesis.serializer.alias(["application/offset+octet-stream"], "application/octet-stream")
# `make proof-api` asks for more: API_EXAMPLES=1000.
EXAMPLES = int(os.environ.get("API_EXAMPLES", "12"))
NOT_DESCRIBED = {"api-docs", "schema"}
CITY = {"z": 11, "x": 1668, "y": 812}
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture
def written(tmp_path):
    """The schema as text; any warning of the generator is an error."""
    file = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(file))
    return file


def test_the_schema_is_generated_without_a_warning_and_is_valid(written):
    assert "openapi: 3" in written.read_text()


FILTERS = {
    "bbox", "group", "area", "status", "channel", "year", "q", "at", "violation", "land_ownership", "major", "joint",
    "confidence", "hold", "overdue", "unit", "grid", "hexagon", "numbers", "reported_from", "reported_to", "stage",
}  # fmt: skip
PAGES = {"page", "page_size"}
POINT = {"lon", "lat", "crs", "accuracy", "accuracy_m"}
# Path under /api/v1/ or /tiles/ → the parameters of its query, as docs/api.md names them.
QUERIES = {
    "/api/v1/locate/": POINT,
    "/api/v1/reports/": set(),
    "/api/v1/cases/": FILTERS | PAGES | {"ordering"},
    "/api/v1/cases/summary/": FILTERS,
    "/api/v1/search/": {"q"},
    "/api/v1/cases/days/": {"since", "until", "by", "group"},
    "/api/v1/cases/nearby/": POINT | {"radius", "limit"},
    "/api/v1/field/pack/": {"areas", "lon", "lat"},
    "/api/v1/field/devices/": set(),
    "/api/v1/field/second/": set(),
    "/api/v1/field/cases/{case_no}/": set(),
    "/api/v1/field/changes/": {"device"},
    "/api/v1/field/changes/{key}/confirm/": set(),
    "/api/v1/field/confirmations/": set(),
    "/api/v1/cases/hexagons/": (FILTERS - {"at"}) | {"metres"},
    "/api/v1/cases/selection/": FILTERS | {"ordering"},
    "/api/v1/cases/{case_no}/": set(),
    "/api/v1/cases/{case_no}/actions/override/": set(),
    "/api/v1/cases/{case_no}/actions/": set(),
    "/api/v1/cases/{case_no}/actions/{verb}/": set(),
    "/api/v1/cases/{case_no}/parties/{id}/unmask/": set(),
    "/api/v1/cases/{case_no}/reporter/unmask/": set(),
    "/api/v1/cases/{case_no}/photos/": set(),
    "/api/v1/cases/{case_no}/evidence/": set(),
    "/api/v1/cases/{case_no}/documents/": set(),
    "/api/v1/evidence/{id}/review/": set(),
    "/api/v1/patrols/": {"cell", "officer", "from", "to"} | PAGES,
    "/api/v1/patrols/{id}/": set(),
    "/api/v1/patrols/{id}/accept/": set(),
    "/api/v1/uploads/": set(),
    "/api/v1/uploads/{id}/": set(),
    "/api/v1/patrol-plans/": PAGES,
    "/api/v1/patrol-plans/{id}/": set(),
    "/api/v1/patrol-plans/{id}/send/": set(),
    "/api/v1/changes/": {"after"},
    "/api/v1/coverage/": PAGES | {"at", "status", "area", "q", "silent", "due"},
    "/api/v1/coverage/cells/{code}/": {"at"},
    "/api/v1/areas/": PAGES,
    "/api/v1/groups/": set(),
    "/api/v1/units/": set(),
    "/api/v1/grids/": PAGES,
    "/api/v1/grid-drafts/": set(),
    "/api/v1/grid-drafts/{id}/": set(),
    "/api/v1/grid-drafts/{id}/cells/": {"bbox"},
    "/api/v1/grid-drafts/{id}/faults/": set(),
    "/api/v1/grid-drafts/{id}/compare/": set(),
    "/api/v1/grid-drafts/{id}/draw/": set(),
    "/api/v1/grid-drafts/{id}/split/": set(),
    "/api/v1/grid-drafts/{id}/merge/": set(),
    "/api/v1/grid-drafts/{id}/move/": set(),
    "/api/v1/grid-drafts/{id}/prune/": set(),
    "/api/v1/grid-drafts/{id}/change/": set(),
    "/api/v1/grid-drafts/{id}/retire/": set(),
    "/api/v1/grid-drafts/{id}/undo/": set(),
    "/api/v1/grid-drafts/{id}/redo/": set(),
    "/api/v1/grid-drafts/{id}/publish/": set(),
    "/api/v1/grid-drafts/{id}/discard/": set(),
    "/api/v1/conduct/": {"uscc", "use", "on"},
    "/api/v1/stats/": {"since", "until", "by"},
    "/api/v1/layers/": set(),
    "/tiles/{layer}.json": set(),
    "/tiles/{layer}/{z}/{x}/{y}.mvt": FILTERS,
}


@pytest.fixture
def described(written):
    return schemathesis.openapi.from_path(str(written)).raw_schema


def test_every_route_of_the_api_and_of_the_tiles_is_described_with_its_whole_query(described):
    routes = {name for name in ROUTED if name.startswith(("api-", "tile"))} - NOT_DESCRIBED
    assert len(described["paths"]) == len(routes), sorted(routes)
    queries = {
        path: {
            one["name"]
            for operation in operations.values()
            for one in operation.get("parameters", ())
            if one["in"] == "query"
        }
        for path, operations in described["paths"].items()
    }
    assert queries == QUERIES


def test_every_answer_with_a_body_has_its_shape(described):
    without = [
        (path, code)
        for path, operations in described["paths"].items()
        for operation in operations.values()
        for code, answer in operation["responses"].items()
        if code in ("200", "201")
        and not all(kind["schema"] for kind in answer.get("content", {"": {"schema": 0}}).values())
    ]
    assert without == []


def properties_of(described, name):
    return set(described["components"]["schemas"][name]["properties"]["properties"]["properties"])


def test_a_case_has_its_number_in_every_shape_and_more_where_more_is_said(described):
    usual = properties_of(described, "Case")
    assert {"case_no", "status", "url"} <= usual
    assert properties_of(described, "CaseDetail") - usual == {
        "addressee",
        "assignment",
        "clocks",
        "photos",
        "parties",
        "reporter",
    }
    assert properties_of(described, "NearCase") - usual == {"distance_m", "bearing_deg"}


def test_what_changed_is_described_word_by_word(described):
    assert described["components"]["schemas"]["Changes"]["properties"]["changes"]["items"] == {
        "$ref": "#/components/schemas/Change"
    }
    assert set(described["components"]["schemas"]["Change"]["properties"]) == {"case_no", "verb", "status", "at"}


def operations():
    schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())
    return {operation.ok().label: operation.ok() for operation in schema.get_all_operations()}


@pytest.fixture
def connection_kept():
    """As Django's own test client does: the end of a request does not close the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("connection_kept")
def test_generated_requests_get_answers_as_described_and_never_an_error(xingyang, tmp_path, monkeypatch):
    monkeypatch.setattr(django_settings, "MEDIA_ROOT", tmp_path)
    user = make_user("dispatcher")
    token = Token.objects.create(user=user).key
    headers = {"Authorization": f"Token {token}", "Accept-Encoding": "identity"}  # nothing here unpacks what is small
    case = make_case(by=user)
    failures = []
    for label, operation in operations().items():
        try:
            _try(operation, headers, case.case_no)
        except BaseException as error:  # noqa: BLE001 - every operation is tried before the test speaks
            failures.append(f"{label}: {error}")
    assert not failures, "\n\n".join(failures)


def _try(operation, headers, case_no):
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
              phases=(Phase.generate,), suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy())
    def one(case):
        for given_words in (case.path_parameters, case.query, case.body):
            if isinstance(given_words, dict):
                _make_real(given_words, case_no)
        case.call_and_validate(headers=headers, checks=list(CHECKS))

    one()


def _make_real(words, case_no):
    """About half of the numbers, places, groups and tiles are made to be there: chance alone never hits one."""
    if len(str(words)) % 2:
        words |= {name: value for name, value in {"case_no": case_no, "group": "G1"}.items() if name in words}
        words |= {"lon": SUOHE[0], "lat": SUOHE[1], "crs": "wgs84"} if "lon" in words else {}
        words |= {"accuracy": 20, "accuracy_m": 20} if {"accuracy", "accuracy_m"} <= set(words) else {}
        words |= CITY if "z" in words else {}
