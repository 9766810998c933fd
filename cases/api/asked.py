"""What a request asks with: whose region, which case, and words that were checked."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework.exceptions import ValidationError

from cases.models import Case
from cases.permissions import visible_cases

REFUSED = {
    400: OpenApiResponse(description="The field and a sentence."),
    403: OpenApiResponse(),
    401: OpenApiResponse(),
}


def region_of(user):
    """The region a person works in; 400 with a sentence for somebody who has none."""
    if user.region is None:
        raise ValidationError({"detail": _("This account belongs to no region.")})
    return user.region


def visible_case(user, case_no: str) -> Case:
    """The case, or 404 alike whether it is missing or somebody else's."""
    return get_object_or_404(visible_cases(user).select_related("edition", "lead_unit"), case_no=case_no)


def checked(serializer, data) -> dict:
    form = serializer(data=data)
    form.is_valid(raise_exception=True)
    return form.validated_data
