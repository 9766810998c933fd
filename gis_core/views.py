"""What every page shares, the sign-in, and the answers for whoever watches the server."""

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

CHINESE = {"code": "zh-hans", "html_lang": "zh-Hans", "short": "中", "name": "切换为中文"}
ENGLISH = {"code": "en", "html_lang": "en", "short": "EN", "name": "Switch to English"}

FORM_METHODS = ("get", "head", "post", "options")  # Django's form views would take PUT for POST


def page_context(request):
    """Language and name of the product; the name carries the region of whoever is signed in."""
    mine, other = (ENGLISH, CHINESE) if get_language() == "en" else (CHINESE, ENGLISH)
    region = getattr(getattr(request, "user", None), "region", None)
    return {
        "html_lang": mine["html_lang"],
        "other_language": other,
        "product_name": _("Joint enforcement map") % {"region": short_name(region)},
    }


def short_name(region) -> str:
    """荥阳市 is called 荥阳 in a title; empty without a region."""
    return str(region).removesuffix("市").removesuffix("县") if region else ""


class SignInForm(AuthenticationForm):
    """Says what does not match in the words of the page's own labels."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": gettext_lazy("Account and password do not match. Both distinguish capital letters."),
    }


class SignIn(LoginView):
    form_class = SignInForm
    http_method_names = FORM_METHODS
    template_name = "gis_core/sign_in.html"
    redirect_authenticated_user = True


class ChangePassword(PasswordChangeView):
    """Whoever is signed in chooses a new password; they stay signed in here and nowhere else."""

    http_method_names = FORM_METHODS
    template_name = "gis_core/password.html"
    success_url = reverse_lazy("map")

    def form_valid(self, form):
        messages.success(self.request, _("Your password is changed."))
        return super().form_valid(form)


@require_safe
@never_cache
def healthz(request):
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request):
    """The database answers too, and has PostGIS; 503 with a sentence otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT postgis_lib_version()")
    except DatabaseError:
        return HttpResponse(_("The database does not answer.") + "\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
