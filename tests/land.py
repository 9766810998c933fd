"""The ground that tests stand on: the Xingyang pack, loaded once for the whole run."""

from pathlib import Path

import pytest

from boundaries import packs
from boundaries.models import Edition

PACK = Path(__file__).resolve().parent.parent / "fixtures" / "xingyang"


@pytest.fixture
def _loaded_land(django_db_setup, django_db_blocker):
    """Loaded outside every test's transaction, so once; again only after a test that empties the tables."""
    with django_db_blocker.unblock():
        load_once()


def load_once():
    if not Edition.objects.published().exists():
        packs.load(PACK)


@pytest.fixture
def xingyang(_loaded_land, db):
    """The edition in force: 15 areas, three groups."""
    return Edition.objects.current_anywhere()
