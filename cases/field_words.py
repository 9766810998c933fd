"""What a phone says and hears: records, devices, confirmations."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from boundaries.models import User
from cases.field.rules import VERBS
from cases.incoming import PlaceSerializer, ReportSerializer
from cases.models import CaseEvent, FieldRecord
from cases.verbs import Verb
from gis_core.incoming import ExactSerializer, FiniteFloat

Kind = FieldRecord.Kind
MOST_PHOTOS = 200
PHONE_VERBS = [(verb.value, verb.label) for verb in Verb if verb in VERBS]
PLACE_SOURCES = [("gps", gettext_lazy("position of the device")), ("hand", gettext_lazy("chosen by hand"))]


class FieldPlaceSerializer(PlaceSerializer):
    source = serializers.ChoiceField(PLACE_SOURCES, default="gps")


class SecondSerializer(ExactSerializer):
    """The second officer: `token` proves that he signed in on this phone; without one he confirms later."""

    username = serializers.SlugRelatedField("username", queryset=User.objects.exclude(officer_cert_no=""))
    how = serializers.ChoiceField(("here", "own"), default="own")
    token = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class FieldPhotoSerializer(ExactSerializer):
    """A photo that follows, by its digest: so it is known before it is sent."""

    id = serializers.CharField(max_length=64)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    slot = serializers.CharField(max_length=40, allow_blank=True, default="")


class FieldRecordInSerializer(ExactSerializer):
    """A record of the field. `seq` counts the device's records, `after` is the key of the one that this builds on,
    `base_version` is what the phone knew of the case."""

    key = serializers.UUIDField()
    device = serializers.UUIDField()
    seq = serializers.IntegerField(min_value=1, max_value=2_000_000_000)
    kind = serializers.ChoiceField(Kind.choices)
    verb = serializers.ChoiceField(PHONE_VERBS, required=False)
    case_no = serializers.CharField(max_length=24, required=False, allow_blank=True, allow_null=True, default="")
    base_version = serializers.IntegerField(
        min_value=0, max_value=2_000_000_000, required=False, allow_null=True, default=None
    )
    after = serializers.UUIDField(required=False, allow_null=True, default=None)
    captured_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField()
    place = FieldPlaceSerializer(required=False, allow_null=True, default=None)
    words = serializers.DictField(required=False, default=dict)
    second = SecondSerializer(required=False, allow_null=True, default=None)
    photos = FieldPhotoSerializer(many=True, required=False, default=list, max_length=MOST_PHOTOS)

    def validate(self, given):
        given["case_no"] = given["case_no"] or ""
        if given["kind"] == Kind.REPORT:
            given |= {"report": self._report(given), "verb": "", "case_no": "", "after": None}
        elif not given.get("verb"):
            raise serializers.ValidationError({"verb": [_("Say what was done.")]})
        elif not given["case_no"] and not given["after"]:
            raise serializers.ValidationError({"case_no": [_("Name the case, or the report that it builds on.")]})
        return given

    def _report(self, given) -> dict:
        place = given["place"]
        if place is None:
            raise serializers.ValidationError({"place": [_("A report needs the place.")]})
        told = {name: value for name, value in place.items() if name != "source"}
        form = ReportSerializer(data={**given["words"], **told})
        if not form.is_valid():
            raise serializers.ValidationError({"words": form.errors})
        return form.validated_data


class StepSinceSerializer(serializers.ModelSerializer):
    """A step that the case took meanwhile, with what was told."""

    label = serializers.CharField(source="get_verb_display", read_only=True)
    by = serializers.SerializerMethodField()
    words = serializers.JSONField(source="data", read_only=True)

    class Meta:
        model = CaseEvent
        fields = ("verb", "label", "by", "at", "note", "words")
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_by(self, event):
        return str(event.by or "")


class ReceiptSerializer(serializers.ModelSerializer):
    """The first answer to a record; a replay has the same bytes."""

    number = serializers.CharField(read_only=True)
    case_no = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField()
    status = serializers.CharField(source="case.status", default=None, read_only=True)
    status_label = serializers.CharField(source="case.get_status_display", default=None, read_only=True)
    why = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = FieldRecord
        fields = (
            "number",
            "key",
            "state",
            "received_at",
            "skew_s",
            "case_no",
            "version",
            "status",
            "status_label",
            "why",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_case_no(self, record):
        return record.case.case_no if record.case else record.case_no

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_version(self, record):
        return record.case.version if record.case else None


class FullReceiptSerializer(ReceiptSerializer):
    """`since`: the steps of the case that the record did not know of. `assigned`: who answers for a report."""

    since = StepSinceSerializer(many=True, read_only=True)
    assigned = serializers.DictField(required=False, read_only=True)

    class Meta(ReceiptSerializer.Meta):
        fields = (*ReceiptSerializer.Meta.fields, "since", "assigned")
        read_only_fields = fields


class StandingSerializer(ReceiptSerializer):
    """How a record stands by now."""

    decided_by = serializers.SerializerMethodField()

    class Meta(ReceiptSerializer.Meta):
        fields = (*ReceiptSerializer.Meta.fields, "decided_by", "decided_at", "decision", "second_confirmed_at")
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_decided_by(self, record):
        return str(record.decided_by or "")


class DeviceInSerializer(ExactSerializer):
    id = serializers.UUIDField()
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    release = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class DeviceSerializer(serializers.Serializer):
    """`username` says who is signed in: a phone does not send under one name what another wrote down."""

    id = serializers.UUIDField(source="key")
    server_time = serializers.DateTimeField()
    username = serializers.CharField()


class SecondInSerializer(ExactSerializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class SecondTokenSerializer(serializers.Serializer):
    token = serializers.CharField()
    name = serializers.CharField()
    certificate = serializers.CharField()


class ConfirmationSerializer(serializers.ModelSerializer):
    """A record that names the person as the second officer."""

    number = serializers.CharField(read_only=True)
    by = serializers.CharField(source="user", read_only=True)
    label = serializers.CharField(read_only=True)
    case_no = serializers.CharField(read_only=True)

    class Meta:
        model = FieldRecord
        fields = ("key", "number", "by", "label", "case_no", "captured_at", "words")
        read_only_fields = fields


class PackQuerySerializer(ExactSerializer):
    """Which ground is carried, and from where the cases are counted as near; WGS 84."""

    areas = serializers.CharField(max_length=2000, required=False, default="")
    lon = FiniteFloat(required=False, min_value=-180, max_value=180)
    lat = FiniteFloat(required=False, min_value=-90, max_value=90)

    def validate_areas(self, text):
        return tuple(filter(None, (code.strip() for code in text.split(","))))


class StandingQuerySerializer(ExactSerializer):
    device = serializers.UUIDField(required=False, default=None, allow_null=True)
