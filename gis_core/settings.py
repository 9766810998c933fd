"""The project's settings, from the environment; every one has a default that works for `make run`."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from gis_core import basemap, local_postgis, secret

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent

# Folder of everything a running copy keeps beside the code: database cluster, photos, built static files.
DATA_DIR = local_postgis.data_dir()

# A PostGIS of one's own: `postgis://user:password@host/name`, or `postgis://user@//socket/folder/name`.
# Without it the private cluster in DATA_DIR serves.
if env("DATABASE_URL", default=""):
    DATABASES = {"default": env.db_url("DATABASE_URL", engine="django.contrib.gis.db.backends.postgis")}
else:
    DATABASES = {"default": local_postgis.database_settings()}
OWN_DATABASE = bool(env("DATABASE_URL", default=""))
DATABASES["default"]["CONN_MAX_AGE"] = 600  # a connection per request costs 20 times the request
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# No query of a page may hold a worker for longer; commands that need more raise it for themselves.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c statement_timeout=30000 -c jit=off"

# Signs sessions; without it a random one is kept in DATA_DIR.
SECRET_KEY = env("SECRET_KEY", default="") or secret.kept_key(DATA_DIR)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEBUG = False

# GDAL below 3.9 cannot block network access by itself: files are read in a separate, limited process.
# Whether every host of a domain speaks TLS, and for ever, is its owner's word (HSTS subdomains, preload).
SILENCED_SYSTEM_CHECKS = ["gis.W001", "security.W005", "security.W021"]

# What lies under the map: tiles of one's own (`/basemap/{z}/{x}/{y}.png` or an https address), 天地图 by a browser key,
# or nothing but our own layers on a plain sheet. 审图号: 地图管理条例 22.
BASEMAP = basemap.configured(
    key=env("TIANDITU_KEY", default=""),
    tiles=env("BASEMAP_TILES", default=""),
    credit=env("BASEMAP_CREDIT", default=""),
    audit_no=env("BASEMAP_AUDIT_NO", default=""),
)

# Whether search engines may list the exposure column (/exposure/), the one public page beside the sign-in.
EXPOSURE_INDEXED = env.bool("EXPOSURE_INDEXED", default=False)

# Codes of the regions in which everybody may report a site without an account (/public-report/<code>/); none.
PUBLIC_REPORTS = env.list("PUBLIC_REPORTS", default=[])
# Header in which the proxy in front, and nobody else, writes the address of who asks: limits against abuse count by
# it. Without one the address of the connection counts, which behind a proxy is everybody's.
CLIENT_ADDRESS_HEADER = env("CLIENT_ADDRESS_HEADER", default="")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework.authtoken",
    "rest_framework_gis",
    "gis_core",
    "boundaries",
    "cases",
    "oversight",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gis_core.content_policy.ContentPolicy",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Tiles and the like end here: what follows is for pages and for whatever changes something.
    "boundaries.short_way.ShortWay",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "gis_core.urls"
WSGI_APPLICATION = "gis_core.wsgi.application"
AUTH_USER_MODEL = "boundaries.User"
AUTHENTICATION_BACKENDS = ["boundaries.sign_in.Accounts"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign-in"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gis_core.views.page_context",
            ],
        },
    },
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"  # evidence; served only through a view that asks the policy
# Browser libraries are installed from package-lock.json and served by us: pages ask no host but their own.
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    ("maplibre", NODE_MODULES / "maplibre-gl" / "dist"),
    ("htmx", NODE_MODULES / "htmx.org" / "dist"),
    ("tus", NODE_MODULES / "tus-js-client" / "dist"),
    ("chart", NODE_MODULES / "chart.js" / "dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gis_core.static_files.Storage"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # Tokens first: who sends a wrong one or nothing is answered 401 and told how to sign in.
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "gis_core.api.GeoJsonPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "gis_core.api.exception_handler",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "gis_core.incoming.JsonParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Joint enforcement map",
    "DESCRIPTION": "Who answers for a site, what is open near it, and what happened there.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "UnitKindEnum": "boundaries.models.organisation.Unit.Kind",
        "EvidenceKindEnum": "cases.models.evidence.EvidenceKind",
        "DocumentKindEnum": "cases.models.document.DocumentKind",
        "GridCellKindEnum": "boundaries.models.grid.GridCell.Kind",
        "StatusEnum": "cases.workflow.Status",
        "CoverageStatusEnum": "cases.coverage.cells.Kind",
        "PatrolPlanStatusEnum": "boundaries.models.plan.PatrolPlan.Status",
        "VerbEnum": "cases.verbs.Verb",
        "PatrolSourceEnum": "boundaries.models.patrol.Patrol.Source",
        "FieldStateEnum": "cases.models.field.FieldRecord.State",
        "FieldVerbEnum": "cases.field_words.PHONE_VERBS",
        "ConductUseEnum": "oversight.models.conduct.Use",
        "FieldPlaceSourceEnum": "cases.field_words.PLACE_SOURCES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "gis_core.api.say_refusals",
    ],
}

# Scripts and styles come from files of ours alone; MapLibre's worker and decoded images need blob:, data:.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *BASEMAP.hosts],
        "connect-src": [SELF, *BASEMAP.hosts],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "boundaries.sign_in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600  # one shift
# Behind TLS a deployment sets HTTPS=1: cookies are then sent over TLS alone.
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
