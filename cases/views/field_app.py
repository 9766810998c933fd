"""The application for the phone: one page without a word about anybody, and what keeps it on the phone."""

import json

from django.conf import settings
from django.http import HttpResponse, JsonResponse
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
from gis_core import release, views

FOLDER = "gis_core/field/"
SHELL, WORKER = "cases/field.html", "cases/field_worker.js"
# What the first screen needs; the styles of the others follow behind it.
STYLES = ("gis_core/tokens.css", "gis_core/base.css", f"{FOLDER}field.css")
SCREENS = ("carried", "act", "camera", "outbox")
MORE_STYLES = ("gis_core/patrol.css", *(f"{FOLDER}{name}.css" for name in SCREENS))
SCRIPTS = ("gis_core/theme.js", f"{FOLDER}first.js")
MODULE = f"{FOLDER}shell.mjs"
# Asked for at once, so that none waits for the one that imports it.
AT_ONCE = (
    MODULE, f"{FOLDER}today.mjs", "gis_core/elements.mjs", "gis_core/deadline.mjs", f"{FOLDER}geodesic.mjs",
    f"{FOLDER}words.mjs", f"{FOLDER}store.mjs", f"{FOLDER}place.mjs",
)  # fmt: skip
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
MAP_MODULE, MAP_WORKER = "maplibre/maplibre-gl.mjs", "maplibre/maplibre-gl-worker.mjs"
PAPER, ACCENT = "#f6f7f8", "#0b5cad"  # of tokens.css: a manifest reads no style sheet

kept_privately = cache_control(private=True, no_cache=True)


def _files(request) -> tuple[str, ...]:
    return _with_imports(request, *MORE_STYLES, MODULE, *ICONS.values())


@release.once_a_process
def _with_imports(_request, *names) -> tuple[str, ...]:
    return tuple(release.with_imports(names))


@release.once_a_process
def _release(request, *files) -> str:
    """Another one as soon as anything differs of what is kept: files, page, words, language."""
    words = JavaScriptCatalog().get(request).content.decode()
    pages = (get_template(name).template.source for name in (SHELL, WORKER))
    return release.name_of((*files, *STYLES, *SCRIPTS), *pages, words)


class FirstWords(JavaScriptCatalog):
    """What the first screen says, a tenth of the catalogue: the rest follows when the screen is seen."""

    def get_catalog(self):
        wanted = release.texts((*AT_ONCE, f"{FOLDER}ground.mjs"))
        return {text: said for text, said in super().get_catalog().items() if text in wanted}


@release.once_a_process
def _first(request) -> str:
    """What runs before anything else, in the page itself: on a slow line a file more is a fifth of a second."""
    parts = (*map(release.source, SCRIPTS), FirstWords().get(request).content.decode())
    return "\n".join(parts).replace("</", "<\\/")


@requires(Capability.USE_FIELD)
@require_safe
@ensure_csrf_cookie
@kept_privately
@gzip_page  # read on whatever network there is
def application(request):
    context = {
        "script": _first(request), "module": MODULE, "at_once": AT_ONCE,
        "more": json.dumps([*map(static, MORE_STYLES), reverse("jsi18n")]),
        "icon_192": ICONS[192], "release": _release(request, *_files(request)), "map_module": MAP_MODULE,
        "map_worker": static(MAP_WORKER),
        "pictures": PICTURES,
    }  # fmt: skip
    return render(request, SHELL, context)


@requires(Capability.USE_FIELD)
@require_safe
@kept_privately
@gzip_page
def first_styles(request):
    """The first screen's styles in one piece: six requests go at a time, and its modules are as many."""
    return HttpResponse(_first_styles(request), content_type="text/css; charset=utf-8")


@release.once_a_process
def _first_styles(_request) -> str:
    return "\n".join(map(release.source, STYLES))


@requires(Capability.USE_FIELD)
@require_safe
@kept_privately
def worker(request):
    """The service worker of this release in this language."""
    files = _files(request)
    later = [name for name in files if name.startswith(LIBRARIES)]
    told = {
        "release": _release(request, *files),
        "shell": reverse("field"),
        "kept": [
            *map(reverse, ("field", "field-first-styles", "jsi18n")),
            *(static(name) for name in files if name not in later),
        ],
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
