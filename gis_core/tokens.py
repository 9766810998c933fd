"""Pages that scripts open too."""

from functools import wraps

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


def accepts_token(view):
    """Whoever sends a token is the token's owner, or is told 401 and never led to the sign-in page."""
    scheme = TokenAuthentication()

    @wraps(view)
    def known(request, *args, **kwargs):
        try:
            found = scheme.authenticate(request)
        except AuthenticationFailed as error:
            return HttpResponse(
                f"{error.detail}\n",
                content_type="text/plain; charset=utf-8",
                status=401,
                headers={"WWW-Authenticate": scheme.authenticate_header(request)},
            )
        if found:
            request.user, _token = found
        answer = view(request, *args, **kwargs)
        patch_vary_headers(answer, ("Authorization", "Cookie"))
        return answer

    return known
