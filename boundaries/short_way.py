"""The short way: what a map asks again and again, answered behind one question to the database and no middleware that
only pages need.

An API view takes part by a static `short_way(request, **parts)`: None, or what answers once it is known who asks
(`answer(user)`, None again where it cannot). Only plain success is said here. An error, a token, a session that is
worth nothing, a wish of how to be answered: all of it goes the usual way as if nothing had been, so that there is one
place where each is said. The view's own permission classes are asked on both ways.
"""

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import Error, connection
from django.http import Http404
from django.urls import resolve
from django.utils.cache import patch_vary_headers
from rest_framework.settings import api_settings

from boundaries import sign_in
from gis_core.api import FOR_PROGRAMS

PLAIN_ACCEPT = ("*/*", "application/json")


class ShortWay:
    """Middleware. What stands behind it is for pages and for whatever changes something."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            found = _answer(request) if _is_plain(request) else None
        except SuspiciousOperation:  # a thousand names in a query, or a host that is none
            found = None
        return self.get_response(request) if found is None else found


def _is_plain(request) -> bool:
    """Read in somebody's session, and nothing special wished for."""
    return (
        request.method == "GET"
        and request.path_info.startswith(FOR_PROGRAMS)
        and settings.SESSION_COOKIE_NAME in request.COOKIES
        and "HTTP_AUTHORIZATION" not in request.META
        and request.META.get("HTTP_ACCEPT", "*/*") in PLAIN_ACCEPT
        and api_settings.URL_FORMAT_OVERRIDE not in request.GET
    )


def _answer(request):
    try:
        match = resolve(request.path_info)
    except Http404:
        return None
    view = getattr(match.func, "cls", None)
    answer = view.short_way(request, *match.args, **match.kwargs) if hasattr(view, "short_way") else None
    if answer is None:
        return None
    request.user = _who(request)
    if request.user is None or not all(each().has_permission(request, None) for each in view.permission_classes):
        return None
    found = answer(request.user)
    if found is not None:
        patch_vary_headers(found, ("Cookie", "Authorization"))
    return found


def _who(request):
    """The first statement on a kept connection says whether it still lives, which Django would ask by one more."""
    connection.health_check_done = True
    try:
        return sign_in.at_once(request.COOKIES[settings.SESSION_COOKIE_NAME])
    except Error:
        if connection.in_atomic_block:
            raise
        connection.close()
        return None
