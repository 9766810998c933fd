"""The ground these tests stand on."""

from tests.land import _loaded_land, xingyang  # noqa: F401 -- fixtures are found by their names
from tests.static_files import static_files_as_they_lie  # noqa: F401
