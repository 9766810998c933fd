"""The ground under the map: by key, by address, or none; no host is asked that was not named."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from gis_core.basemap import BadBasemap, Basemap, configured
from tests.factories import make_user
from tests.land import _loaded_land, xingyang  # noqa: F401 -- fixtures are found by their names
from tests.static_files import static_files_as_they_lie  # noqa: F401 -- likewise


def test_without_a_word_it_is_a_plain_sheet_that_asks_nobody():
    plain = configured(audit_no="GS(2026)1", credit="somebody")
    assert (plain.ground, plain.names, plain.hosts) == ((), (), [])


def test_a_key_turns_the_national_map_on_ground_and_names_from_its_servers_alone():
    made = configured(key="a b&c", audit_no="GS(2026)1")
    assert made.hosts == [f"https://t{n}.tianditu.gov.cn" for n in range(4)]
    assert (len(made.ground), len(made.names), made.credit, made.audit_no) == (4, 4, "天地图", "GS(2026)1")
    assert all(address.endswith("&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=a+b%26c") for address in made.ground)
    assert "LAYER=vec&" in made.ground[0]
    assert "LAYER=cva&" in made.names[0]


def test_own_tiles_go_before_the_key_and_a_path_of_ours_is_no_foreign_host():
    assert configured(tiles="/basemap/{z}/{x}/{y}.png", key="k") == Basemap(("/basemap/{z}/{x}/{y}.png",))
    assert configured(tiles="https://tiles.example.gov.cn:8443/{z}/{x}/{y}").hosts == [
        "https://tiles.example.gov.cn:8443"
    ]


@pytest.mark.parametrize(
    ("tiles", "said"),
    [("/basemap/{z}/{x}.png", "{y}"), ("/{z}/{x}/{y}/{y}", "once each"), ("ftp://a/{z}/{x}/{y}", "https"),
     ("//a/{z}/{x}/{y}", "https"), ("{z}/{x}/{y}", "https"), ("javascript:{z}{x}{y}", "https")],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_by_the_settings_name(tiles, said):
    with pytest.raises(BadBasemap, match="BASEMAP_TILES") as refused:
        configured(tiles=tiles)
    assert said in str(refused.value)


@pytest.mark.usefixtures("xingyang", "static_files_as_they_lie")
def test_the_page_hands_on_the_addresses_and_names_maker_and_approval(settings):
    settings.BASEMAP = configured(tiles="/basemap/{z}/{x}/{y}.png", credit="市测绘院", audit_no="豫S(2026)1")
    client = Client()
    client.force_login(make_user("dispatcher"))
    page = client.get(reverse("map"))
    assert json.loads(page.context["basemap_sources"]) == {"ground": ["/basemap/{z}/{x}/{y}.png"], "names": []}
    assert "市测绘院 · 豫S(2026)1" in page.content.decode()
