"""What every test may use."""

import gc
import os

import pytest
from django.db import connections
from django.utils import translation

from tests.chromium import chromium  # noqa: F401 -- fixtures are found by their names
from tests.land import _loaded_land, django_db_setup, xingyang  # noqa: F401 -- fixtures are found by their names


def pytest_collection_finish():
    """Thousands of collected tests stay to the end: looking through them for garbage took a twentieth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(autouse=True)
def _bureaus_language():
    """Each test begins in the default language, whatever a page before it was asked in."""
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request):
    """DB_SUFFIX lets two runs on one cluster have a test database each; a run's own processes have one each anyway."""
    if suffix := os.environ.get("DB_SUFFIX"):
        default = connections["default"].settings_dict
        default["TEST"]["NAME"] = f"test_{default['NAME']}_{suffix}"
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
