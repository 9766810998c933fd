"""How static files get their names: a hash of the content in each, and the plain name kept beside it.

MapLibre fetches its worker by the plain name beside its module, so plain names stay reachable
(`WHITENOISE_KEEP_ONLY_HASHED_FILES` must never be set).
"""

import re

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

_, MODULE_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns

# What our own pages ask for, under the names that they ask with.
ASKED_FOR = re.compile(r"/(gis_core|maplibre|htmx|tus)/.*\.[0-9a-f]{12}\.\w+$")


class Packed(Compressor):
    """Brotli makes files a sixth smaller than gzip and takes twenty times as long: for our own pages alone."""

    def __init__(self, **options):
        super().__init__(**options)
        self.by_gzip = Compressor(use_brotli=False, **options)

    def compress(self, path):
        return super().compress(path) if ASKED_FOR.search(path) else self.by_gzip.compress(path)


class Storage(CompressedManifestStaticFilesStorage):
    """Rewrites the imports of our own modules to hashed names; Django itself looks into *.js alone.

    Keep import chains under five files long and free of circles, or collecting does not settle.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("gis_core/*.mjs", MODULE_IMPORTS))

    def create_compressor(self, **options):
        return Packed(**options)
