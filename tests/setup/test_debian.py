"""Which of Debian's packages are asked for, and what is said where that cannot be."""

import os
import shutil

import pytest

from setup import SetupError, debian

ABSENT = debian.Need("PostgreSQL with PostGIS 3", "postgresql-NN-postgis-3", lambda: False)
PRESENT = debian.Need("gettext", "gettext", lambda: True)


def test_the_newest_postgresql_that_apt_offers_is_chosen_by_number_and_not_by_spelling():
    listed = """\
postgresql-9-postgis-3 - Geographic objects support for PostgreSQL 9
postgresql-15-postgis-3 - Geographic objects support for PostgreSQL 15
postgresql-15-postgis-3-scripts - Geographic objects support for PostgreSQL 15 -- SQL scripts
postgresql-18-postgis-3 - Geographic objects support for PostgreSQL 18
"""
    assert debian.newest_postgis_package(listed) == "postgresql-18-postgis-3"


def test_an_apt_without_postgis_points_to_database_url():
    with pytest.raises(SetupError, match="DATABASE_URL"):
        debian.newest_postgis_package("")


def test_a_database_of_ones_own_spares_postgresql_but_not_gdal(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgis://somebody@somewhere/database")
    assert debian.POSTGIS not in debian.needs_of("run")
    assert debian.GDAL in debian.needs_of("run")


def test_only_what_drives_a_browser_asks_for_one(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    browser = [debian.CHROMIUM, debian.ATOMIC, debian.CHINESE_FONT]
    assert [need for need in browser if need in debian.needs_of("run")] == []
    assert [need for need in browser if need in debian.needs_of("test")] == browser


def test_nothing_missing_starts_no_program(monkeypatch):
    monkeypatch.setattr(debian, "needs_of", lambda target: [PRESENT])
    monkeypatch.setenv("PATH", "")
    debian.install("run")


@pytest.mark.parametrize("lacks", ["apt-get", "sudo"])
def test_without_a_way_to_install_one_line_says_what_is_missing(monkeypatch, lacks):
    if lacks == "sudo":
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian, "needs_of", lambda target: [ABSENT, PRESENT])
    monkeypatch.setattr(shutil, "which", lambda name: None if name == lacks else f"/usr/bin/{name}")
    with pytest.raises(SetupError) as refused:
        debian.install("run")
    text = str(refused.value)
    assert text.startswith("Missing: PostgreSQL with PostGIS 3.")
    assert "\n" not in text
    assert "gettext" not in text
