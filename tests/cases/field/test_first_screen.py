"""What a phone on a thin line is sent before it can show the nearest cases."""

import gzip

import pytest
from django.test import Client
from django.urls import reverse

from gis_core import release
from tests.factories import SUOHE, make_case, make_user

NEARBY = f"/api/v1/cases/nearby/?lon={SUOHE[0]}&lat={SUOHE[1]}&crs=wgs84"
PACKED = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def phone(xingyang):
    client = Client(headers={"Accept-Language": "zh-CN"})
    client.force_login(make_user("dispatcher"))  # sees every case
    return client


@pytest.fixture
def script(phone):
    """What stands in the page itself and runs before the first paint."""
    page = phone.get(reverse("field")).content.decode()
    return page.partition("<script nonce=")[2].partition("</script>")[0]


def test_the_first_script_says_the_first_screen_in_chinese_and_no_other(script):
    assert '"Use my position": "' in script
    assert '"Quick report": "' in script  # the title of a screen that the bar leads to
    assert "Refused to sign" not in script


def test_the_first_script_asks_the_server_before_it_reads_the_words(script):
    assert script.index("window.fieldFirst") < script.index("gettext")


def test_the_styles_of_the_first_screen_come_as_one_with_the_tokens_first(phone):
    styles = phone.get(reverse("field-first-styles")).content.decode()
    parts = [release.source(f"gis_core/{name}.css") for name in ("tokens", "base", "field/field")]
    assert styles == "\n".join(parts)
    assert "url(" not in styles  # an address in it would be taken from another folder


@pytest.mark.parametrize("way", [{}, {"Accept": "application/json, */*"}], ids=["short", "usual"])
def test_what_is_near_comes_packed_to_whoever_takes_it_and_is_the_same(phone, way):
    for _case in range(5):
        make_case()
    plain, packed = phone.get(NEARBY, headers=way), phone.get(NEARBY, headers={**way, **PACKED})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]


def test_what_is_carried_comes_packed(phone):
    make_case()
    answer = phone.get(reverse("api-field-pack"), headers=PACKED)
    assert answer["Content-Encoding"] == "gzip"
