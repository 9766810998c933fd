"""The application for the phone: one page without a word about anybody, and what keeps it on the phone."""

import json

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

from cases.permissions import Capability, requires
from cases.views import field_first
from gis_core import release, views

FOLDER = "gis_core/field/"
PAGES = ("field", "field-first-styles", "field-first-script", "jsi18n")
SHELL, WORKER = "cases/field.html", "cases/field_worker.js"
# The styles of the screens behind the first one come when that is drawn.
SCREENS = ("carried", "screens", "act", "camera", "outbox")
MORE_STYLES = ("gis_core/patrol.css", *(f"{FOLDER}{name}.css" for name in SCREENS))
MODULE = f"{FOLDER}shell.mjs"
# For the screens to draw their buttons with.
PICTURES = (
    "arrow-left", "arrow-up", "camera", "check", "chevron-left", "chevron-right", "circle-alert",
    "circle-check", "download", "eraser", "gavel", "image", "info", "layers", "locate-fixed", "log-in",
    "log-out", "map-pin", "map-pin-check", "maximize", "minus", "navigation", "octagon-pause", "pen-line", "pencil",
    "plus", "refresh-cw", "rotate-ccw", "send", "settings", "smartphone", "star", "trash-2", "triangle-alert",
    "undo-2", "user", "video", "x",
)  # fmt: skip
ICONS = {192: f"{FOLDER}icon-192.png", 512: f"{FOLDER}icon-512.png"}
# Kept when the first screen was seen, for they are large.
LIBRARIES = ("maplibre/", "tus/")
MAP_WORKER = "maplibre/maplibre-gl-worker.mjs"
PAPER, ACCENT = "#f6f7f8", "#0b5cad"  # of tokens.css: a manifest reads no style sheet

kept_privately = cache_control(private=True, no_cache=True)


def _files() -> list[str]:
    return release.with_imports((*MORE_STYLES, MODULE, *ICONS.values()))


def _release(request, files) -> str:
    """Another one as soon as anything differs of what is kept: files, page, words, language."""
    words = JavaScriptCatalog().get(request).content.decode()
    pages = (get_template(name).template.source for name in (SHELL, WORKER))
    return release.name_of((*files, *field_first.STYLES), *pages, field_first.text(request), words)


@requires(Capability.USE_FIELD)
@require_safe
@ensure_csrf_cookie
@kept_privately
@gzip_page  # read on whatever network there is
def application(request):
    context = {
        "more_styles": " ".join(map(static, MORE_STYLES)), "module": MODULE, "at_once": field_first.MODULES,
        "icon_192": ICONS[192], "release": _release(request, _files()), "map_worker": static(MAP_WORKER),
        "pictures": PICTURES,
    }  # fmt: skip
    return render(request, SHELL, context)


@requires(Capability.USE_FIELD)
@require_safe
@kept_privately
def worker(request):
    """The service worker of this release in this language."""
    files = _files()
    later = [name for name in files if name.startswith(LIBRARIES)]
    told = {
        "release": _release(request, files),
        "shell": reverse("field"),
        "kept": [*map(reverse, PAGES), *(static(name) for name in files if name not in later)],
        "later": [*map(static, later), static(MAP_WORKER)],
        "basemap": [address.partition("{")[0] for address in settings.BASEMAP.ground + settings.BASEMAP.names],
    }
    return render(request, WORKER, {"told": json.dumps(told)}, content_type="text/javascript; charset=utf-8")


@requires(Capability.USE_FIELD)
@require_safe
@kept_privately
def manifest(request):
    name = views.page_context(request)["product_name"]
    start = reverse("field")
    return JsonResponse(
        {
            "id": start, "name": f"{name} · {_('Field')}", "short_name": _("Field work"), "lang": get_language(),
            "start_url": start, "scope": start, "display": "standalone", "orientation": "any",
            "background_color": PAPER, "theme_color": ACCENT,
            "icons": [
                {"src": static(file), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
                for size, file in ICONS.items() for purpose in ("any", "maskable")
            ],
            "shortcuts": [
                {"name": _("Quick report"), "url": f"{start}#new"}, {"name": _("Outbox"), "url": f"{start}#outbox"},
            ],
        },
        content_type="application/manifest+json",
    )  # fmt: skip
