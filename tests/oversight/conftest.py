"""What the tests of the record share."""

import pytest

from tests.oversight.scene import Calendar, People
from tests.static_files import static_files_as_they_lie  # noqa: F401 -- fixtures are found by their names


@pytest.fixture
def people(xingyang):
    return People()


@pytest.fixture
def calendar(monkeypatch):
    return Calendar(monkeypatch)
