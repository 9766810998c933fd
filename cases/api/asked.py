"""What a request asks with: whose region, which case, and words that were checked."""

from functools import cache

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.settings import api_settings

from cases.models import Case
from cases.permissions import visible_cases

REFUSED = {
    400: OpenApiResponse(description="The field and a sentence."),
    401: OpenApiResponse(description="Nobody is signed in."),
    403: OpenApiResponse(description="The role does not allow it."),
}
NO_CASE = {404: OpenApiResponse(description="There is no such case that the person may see.")}
NO_EDITION = {409: OpenApiResponse(description="The region has no map of responsibility in force.")}


def region_of(user):
    """The region a person works in; 400 with a sentence for somebody who has none."""
    if user.region is None:
        raise ValidationError({"detail": _("This account belongs to no region.")})
    return user.region


def no_case() -> NotFound:
    """What whoever may not see a thing of a case is told: the same as of a case that is none."""
    return NotFound(_("There is no case of this number that you may see."))


def visible_case(user, case_no: str) -> Case:
    """The case, or 404 alike whether it is missing or somebody else's."""
    named = ("edition", "lead_unit", "handling_unit", "addressee")
    found = visible_cases(user).select_related(*named).filter(case_no=case_no).first()
    if found is None:
        raise no_case()
    return found


def checked(serializer, data) -> dict:
    """The cleaned words; a refusal names every field at fault. A body of `null` says nothing at all."""
    return _form(serializer).run_validation({} if data is None else data)


@cache
def _form(serializer):
    """One for all: checking leaves nothing in it, and to make one takes longer than to check."""
    return serializer()


def checked_query(serializer, request) -> dict:
    """The same of a query; the REST framework's own `format` is none of its words."""
    query = request.GET.dict()
    query.pop(api_settings.URL_FORMAT_OVERRIDE, None)
    return checked(serializer, query)


def names_version(if_match: str, version: int) -> bool:
    """Whether one of the header's tags is the version; weak ones count, because compressing weakens ours."""
    return bool(_tags(if_match) & {"*", str(version)})


def newest_named(if_match: str) -> int:
    """The newest version that the header names; 0, which no case has, where its tags are none of ours."""
    return max((int(tag) for tag in _tags(if_match) if tag.isascii() and tag.isdigit() and len(tag) < 10), default=0)


def _tags(if_match: str) -> set[str]:
    return {tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")}
