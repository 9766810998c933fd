"""The project put together: pages at the root, the API under /api/v1/, tiles under /tiles/."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path, register_converter
from django.views.decorators.gzip import gzip_page
from django.views.i18n import JavaScriptCatalog
from drf_spectacular.views import SpectacularAPIView
from drf_spectacular.views import SpectacularSwaggerSplitView as ApiDocs

from gis_core import tiles, views

register_converter(tiles.TileNumber, "tile_number")

api = [
    path("", include("cases.api_urls")),
    path("", include("oversight.api_urls")),
    path("", include("boundaries.api_urls")),
    path("layers/", tiles.CatalogueView.as_view(), name="api-layers"),
]

urlpatterns = [
    # Asked most by far: the others need not be looked through first.
    path(
        "tiles/<slug:layer>/<tile_number:z>/<tile_number:x>/<tile_number:y>.mvt",
        tiles.TileView.as_view(),
        name="tile",
    ),
    path("tiles/<slug:layer>.json", tiles.TileJsonView.as_view(), name="tilejson"),
    path("api/v1/", include(api)),
    path("", include("cases.urls")),
    path("", include("oversight.urls")),
    path("", include("boundaries.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", ApiDocs.as_view(url_name="schema", template_name="gis_core/api_docs.html"), name="api-docs"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("password/", views.ChangePassword.as_view(), name="password"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("jsi18n/", gzip_page(JavaScriptCatalog.as_view()), name="jsi18n"),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]

handler404 = "gis_core.api.not_found"
