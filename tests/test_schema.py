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

from tests.factories import make_case, make_user
from tests.land import _loaded_land, xingyang  # noqa: F401 -- fixtures are found by their names
from tests.static_files import static_files_as_they_lie  # noqa: F401 -- likewise
from tests.test_permission_matrix import ROUTED

load_all_checks()
# `make proof-api` asks for more: API_EXAMPLES=1000.
EXAMPLES = int(os.environ.get("API_EXAMPLES", "12"))
NOT_DESCRIBED = {"api-docs", "schema"}
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture
def written(tmp_path):
    """The schema as text; any warning of the generator is an error."""
    file = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(file))
    return file


def test_the_schema_is_generated_without_a_warning_and_is_valid(written):
    assert "openapi: 3" in written.read_text()


def test_every_route_of_the_api_is_described(written):
    schema = schemathesis.openapi.from_path(str(written))
    paths = set(schema.raw_schema["paths"])
    routes = {name for name in ROUTED if name.startswith("api-")} - NOT_DESCRIBED
    assert len([path for path in paths if path.startswith("/api/v1/")]) == len(routes), (sorted(paths), sorted(routes))


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
    headers = {"Authorization": f"Token {Token.objects.create(user=user).key}"}
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
        numbered = case.path_parameters or {}
        if len(str(numbered.get("case_no", ""))) % 2:  # half of the numbers are made to be one's own case's
            numbered["case_no"] = case_no
        case.call_and_validate(headers=headers, checks=list(CHECKS))

    one()
