"""The web server's own part: what it has loaded before the first request."""

import subprocess
import sys

LOADED = "import gc, sys, gis_core.wsgi; print(gc.get_freeze_count(), 'cases.api_urls' in sys.modules)"


def test_what_is_loaded_before_the_first_request_is_passed_over_by_the_collector():
    said = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, text=True).stdout.split()
    assert int(said[0]) > 100_000
    assert said[1] == "True"
