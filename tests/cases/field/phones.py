"""Phones as the server meets them: what each records while it is away, and the requests that carry it."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone
from rest_framework.authtoken.models import Token

from tests.factories import SUOHE

URL = "/api/v1/field/changes/"
PLACE = {"lon": SUOHE[0], "lat": SUOHE[1], "accuracy_m": 8}


@dataclass
class Phone:
    """A phone in somebody's hands; its clock is `ahead` of ours. `last` is the key of its last record of each case."""

    user: object
    ahead: timedelta = timedelta(0)
    key: UUID = field(default_factory=uuid4)
    seq: int = 0
    last: dict = field(default_factory=dict)

    def __post_init__(self):
        token = Token.objects.get_or_create(user=self.user)[0].key
        self.client = Client(headers={"Authorization": f"Token {token}", "Field-Device": str(self.key)})

    def now(self, ago=timedelta(0)):
        return (timezone.now() - ago + self.ahead).isoformat()

    def act(self, case, verb, words=None, *, base=None, ago=timedelta(0), **more) -> dict:
        """A record as the phone writes it down; it builds on the one before of the same case."""
        made = self._record(kind="act", verb=verb, case_no=case.case_no, base_version=base or case.version,
                            after=self.last.get(case.case_no), words=words or {}, ago=ago, **more)  # fmt: skip
        self.last[case.case_no] = made["key"]
        return made

    def report(self, *, ago=timedelta(0), **words) -> dict:
        told = {"channel": "patrol", "violations": ["construction_permit"], **words}
        return self._record(kind="report", words=told, ago=ago)

    def _record(self, *, ago, **told) -> dict:
        self.seq += 1
        return {
            "key": str(uuid4()), "device": str(self.key), "seq": self.seq, "captured_at": self.now(ago),
            "place": PLACE, **told,
        }  # fmt: skip

    def send(self, record: dict, client=None):
        body = {**record, "sent_at": self.now()}
        return (client or self.client).post(URL, json.dumps(body), "application/json")

    def standing(self) -> dict:
        return {one["key"]: one for one in self.client.get(URL).json()}
