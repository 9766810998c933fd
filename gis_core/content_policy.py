"""django-csp's header, put together once for all answers that have neither a nonce nor words of their own."""

from csp.middleware import CheckableLazyObject, CSPMiddleware
from django.http import HttpRequest, HttpResponse


class ContentPolicy(CSPMiddleware):
    """The same header, which django-csp puts together anew for every answer."""

    _plain = None

    def process_response(self, request, response):
        if getattr(request, "_csp_nonce", None) or any(name.startswith("_csp") for name in vars(response)):
            return super().process_response(request, response)
        if self._plain is None:
            self._plain = dict(super().process_response(HttpRequest(), HttpResponse()).headers)
            del self._plain["Content-Type"]
        for name, value in self._plain.items():
            response.headers.setdefault(name, value)
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # too late for one
        return response
