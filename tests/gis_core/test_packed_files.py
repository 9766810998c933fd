"""Static files packed beforehand, unpacked here by the other side of each algorithm."""

import gzip

import brotli
import pytest

from gis_core.static_files import Packed

CONTENT = b"export const word = 'enforcement';\n" * 400


@pytest.mark.parametrize(
    ("name", "packings"),
    [
        ("maplibre/maplibre-gl.4e845339dcd8.mjs", {".br", ".gz"}),
        ("gis_core/field/act.49faf1391dc8.css", {".br", ".gz"}),
        ("maplibre/maplibre-gl.mjs", {".gz"}),  # the plain name is asked for by nobody in a hurry
        ("admin/js/core.0123456789ab.js", {".gz"}),
    ],
)
def test_brotli_packs_what_our_pages_ask_for_and_gzip_everything(tmp_path, name, packings):
    file = tmp_path / "static" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    made = {path.removeprefix(str(file)) for path in Packed(quiet=True).compress(str(file))}
    assert made == packings
    for packing, unpacked in ((".gz", gzip.decompress), (".br", brotli.decompress)):
        if packing in packings:
            assert unpacked(file.with_name(file.name + packing).read_bytes()) == CONTENT


def test_what_does_not_shrink_is_not_kept_twice(tmp_path):
    file = tmp_path / "gis_core" / "one.0123456789ab.mjs"
    file.parent.mkdir()
    file.write_bytes(b"x")
    assert Packed(quiet=True).compress(str(file)) == []
