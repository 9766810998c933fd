"""Static files: our modules import each other by hashed names, MapLibre finds its worker by the plain one."""

import re

import pytest
from django.core.files.base import ContentFile

from gis_core.static_files import Storage


@pytest.fixture
def collected(tmp_path):
    """Two modules of ours and a stand-in for MapLibre, collected into a folder of their own."""
    storage = Storage(location=tmp_path, base_url="/static/")
    files = {
        "gis_core/page.mjs": ('import { a } from "./draw.mjs";\nimport { M } from "../maplibre/maplibre-gl.mjs";\n'),
        "gis_core/draw.mjs": "export const a = 1;\n",
        "maplibre/maplibre-gl.mjs": "export const M = 1;\n",
        "maplibre/maplibre-gl-worker.mjs": 'import x from "./not-collected.mjs";\n',
    }
    for name, text in files.items():
        storage.save(name, ContentFile(text))
    failures = [result for *_names, result in storage.post_process({name: (storage, name) for name in files})
                if isinstance(result, Exception)]  # fmt: skip
    assert failures == []
    return storage


def test_our_modules_import_hashed_names(collected, tmp_path):
    page = (tmp_path / collected.stored_name("gis_core/page.mjs")).read_text()
    assert re.search(r'"\./draw\.[0-9a-f]{12}\.mjs"', page)
    assert re.search(r'"\.\./maplibre/maplibre-gl\.[0-9a-f]{12}\.mjs"', page)


def test_plain_names_stay_beside_the_hashed_ones(collected, tmp_path):
    assert (tmp_path / "maplibre/maplibre-gl-worker.mjs").exists()


def test_modules_of_others_are_left_as_they_are(collected, tmp_path):
    worker = tmp_path / collected.stored_name("maplibre/maplibre-gl-worker.mjs")
    assert worker.read_text() == 'import x from "./not-collected.mjs";\n'
