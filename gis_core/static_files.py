"""How static files get their names: a hash of the content in each, and the plain name kept beside it.

MapLibre fetches its worker by the plain name beside its module, so plain names stay reachable
(`WHITENOISE_KEEP_ONLY_HASHED_FILES` must never be set).
"""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_, MODULE_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns


class Storage(CompressedManifestStaticFilesStorage):
    """Rewrites the imports of our own modules to hashed names; Django itself looks into *.js alone.

    Keep import chains under five files long and free of circles, or collecting does not settle.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("gis_core/*.mjs", MODULE_IMPORTS))
