"""What other systems ask with a key of their own: the records of a firm that are in force."""

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    TokenAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import identity
from cases.api.asked import REFUSED, checked_query, region_of
from cases.permissions import Capability, may
from gis_core.incoming import ExactSerializer
from oversight.conduct import asking, keys
from oversight.models.conduct import PUBLIC, ApiKey, ConductState, Use

KEYWORD = "Key"


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Key …`, of a system and of nobody's account."""

    def authenticate(self, request):
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != KEYWORD.lower().encode():
            return None
        key = keys.known(words[1].decode("ascii", "replace")) if len(words) == 2 else None
        if key is None:
            raise AuthenticationFailed(_("There is no such key, or it is out of service."))
        return AnonymousUser(), key

    def authenticate_header(self, request):
        return KEYWORD


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = KeyAuthentication
    name = "keyAuth"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Key …"}


class WithKeyOrRole(BasePermission):
    """A system with a key, or a person who may see the records."""

    capability = Capability.SEE_CONDUCT

    def has_permission(self, request, view):
        return isinstance(request.auth, ApiKey) or (
            request.user.is_authenticated and may(request.user, self.capability)
        )


class AskedSerializer(ExactSerializer):
    """Of which firm, for which use, as of which day; every use and today when left out."""

    uscc = serializers.CharField(max_length=30, help_text="统一社会信用代码, eighteen characters.")
    use = serializers.ChoiceField([(use.value, use.label) for use in Use], required=False)
    on = serializers.DateField(required=False, help_text="What is over today is given out for no day.")

    def validate_uscc(self, text):
        try:
            return identity.credit_code(text)
        except identity.BadNumber as error:
            raise serializers.ValidationError(str(error)) from error


class RecordSerializer(serializers.Serializer):
    name = serializers.CharField()
    uscc = serializers.CharField()
    decision_no = serializers.CharField()
    decided_on = serializers.DateField()
    facts = serializers.CharField()
    uses = serializers.ListField(child=serializers.ChoiceField([(use.value, use.label) for use in Use]))
    publish_from = serializers.DateField()
    publish_until = serializers.DateField()
    state = serializers.ChoiceField([(one.value, one.label) for one in PUBLIC], help_text="On the day asked for.")


class AnswerSerializer(serializers.Serializer):
    """An empty list: nothing is in force."""

    uscc = serializers.CharField()
    on = serializers.DateField()
    use = serializers.CharField(allow_blank=True)
    records = RecordSerializer(many=True)


class ConductView(APIView):
    """Bad conduct records of a firm that are in force, with a key of `manage.py conduct_key`. Every answer is kept."""

    authentication_classes = (KeyAuthentication, TokenAuthentication, SessionAuthentication)
    permission_classes = (WithKeyOrRole,)

    @extend_schema(parameters=[AskedSerializer], responses={200: AnswerSerializer, **REFUSED})
    def get(self, request):
        asked = checked_query(AskedSerializer, request)
        on, use = asked.get("on") or timezone.localdate(), asked.get("use", "")
        key = request.auth if isinstance(request.auth, ApiKey) else None
        who = {"key": key} if key else {"by": request.user}
        region = key.region_id if key else region_of(request.user).pk
        found = asking.answer(region, asked["uscc"], use=use, on=on, **who)
        answer = {"uscc": asked["uscc"], "on": on, "use": use, "records": [_told(one, on) for one in found]}
        return Response(AnswerSerializer(answer).data, headers={"Cache-Control": "no-store"})


def _told(record, on) -> dict:
    names = ("uscc", "decided_on", "facts", "publish_from", "publish_until")
    state: ConductState = record.state_on(on)
    return {
        **{name: getattr(record, name) for name in names},
        "name": record.shown_name,
        "decision_no": record.decision.doc_no,
        "uses": [use.value for use in record.uses],
        "state": state.value,
    }
