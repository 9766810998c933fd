"""Pages in these tests name their static files as they lie."""

from tests.static_files import static_files_as_they_lie  # noqa: F401 -- fixtures are found by their names
