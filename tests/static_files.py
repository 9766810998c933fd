"""Pages in tests name their static files as they lie: nothing is collected, or scanned per client."""

import pytest


@pytest.fixture(autouse=True)
def static_files_as_they_lie(settings, tmp_path_factory):
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    storages = {**settings.STORAGES}
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = storages
