"""What the first screen of the phone needs beside its modules, in two pieces: on a thin line a request more costs as
much as thirty kilobytes."""

import json
import re

from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

from cases.permissions import Capability, requires
from gis_core import release

FOLDER = "gis_core/field/"
STYLES = ("gis_core/tokens.css", "gis_core/base.css", f"{FOLDER}field.css")
SCRIPTS = (f"{FOLDER}first.js", "gis_core/theme.js")  # the first one asks the server at once
# Asked for together, so that none waits for the one that imports it.
MODULES = (
    f"{FOLDER}shell.mjs", f"{FOLDER}today.mjs", "gis_core/elements.mjs", "gis_core/deadline.mjs",
    f"{FOLDER}geodesic.mjs", f"{FOLDER}words.mjs", f"{FOLDER}store.mjs", f"{FOLDER}place.mjs", f"{FOLDER}fix.mjs",
)  # fmt: skip
SAID = re.compile(r"""\bn?gettext\(\s*("(?:[^"\\]|\\.)*")""")

kept_privately = cache_control(private=True, no_cache=True)


@requires(Capability.USE_FIELD)
@require_safe
@kept_privately
@gzip_page
def styles(_request):
    return HttpResponse(_joined(STYLES), content_type="text/css; charset=utf-8")


class Words(JavaScriptCatalog):
    """The sentences that the first screen's modules say, and no other."""

    def get_catalog(self):
        said = {json.loads(found) for name in MODULES for found in SAID.findall(release.text(name))}
        return {sentence: words for sentence, words in super().get_catalog().items() if sentence in said}


@requires(Capability.USE_FIELD)
@require_safe
@kept_privately
@gzip_page
def script(request):
    """What has to run before the first paint, and the words."""
    return HttpResponse(text(request), content_type="text/javascript; charset=utf-8")


def text(request) -> str:
    return _joined(SCRIPTS) + Words().get(request).content.decode()


def _joined(names) -> str:
    return "\n".join(map(release.text, names))
