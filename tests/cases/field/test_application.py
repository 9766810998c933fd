"""The page of the field application as the server gives it."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from gis_core import release
from tests.factories import make_user


@pytest.fixture
def asked(xingyang):
    def _asked(name, role="inspector", **person):
        client = Client()
        client.force_login(make_user(role, **person))
        return client.get(reverse(name), HTTP_ACCEPT_LANGUAGE="zh-hans")

    return _asked


def plain(page):
    """Without what is another in every answer."""
    return re.sub(r'nonce="[^"]*"', "", page.content.decode())


def test_the_page_says_nothing_about_anybody(asked):
    """Of two people with other names, units and roles it is the same."""
    one = asked("field", username="someone", first_name="某人")
    other = asked("field", "dispatcher", username="another", first_name="别人")
    assert "某人" not in one.content.decode()
    assert plain(one) == plain(other)
    assert "csrftoken" in one.cookies


def test_the_worker_names_every_module_that_the_page_can_import(asked):
    worker = asked("field-worker").content.decode()
    told = json.loads(re.search(r"const TOLD = (.*);", worker)[1])
    modules = release.with_imports(["gis_core/field/shell.mjs"])
    named = "\n".join((*told["kept"], *told["later"]))
    assert [name for name in modules if name.rpartition("/")[2].split(".")[0] not in named] == []
    assert told["kept"][:3] == ["/field/", "/field/first.css", "/jsi18n/"]
    assert not [address for address in told["kept"] if "/api/" in address or "maplibre" in address]


def test_page_and_worker_are_of_one_release(asked):
    page, worker = asked("field", username="a"), asked("field-worker", username="b").content.decode()
    told = json.loads(re.search(r"const TOLD = (.*);", worker)[1])
    assert f'data-release="{told["release"]}"' in page.content.decode()


def test_every_word_of_the_first_screen_stands_in_the_page_in_chinese(asked):
    page = asked("field").content.decode()
    for word in ("附近在办案件", "责令停止中", "使用我的位置", "东北", "靠近边界，待确认"):
        assert word in page or json.dumps(word)[1:-1] in page, word  # a catalogue of Django's escapes them


def test_the_manifest_installs_the_application_with_icons_that_exist(asked, client):
    manifest = asked("field-manifest").json()
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/field/", "/field/", "standalone")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert manifest["short_name"] == "现场执法"
