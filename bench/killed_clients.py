"""The people of `bench.killing`: they report sites, act on the cases, send photos, and go on after each silence."""

import hashlib
import random
import threading
import uuid
from base64 import b64encode
from datetime import timedelta
from io import BytesIO

import requests
from django.utils import timezone
from PIL import Image
from rest_framework.authtoken.models import Token

from boundaries.models import User

PIECE = 40_000  # bytes
SENDER = "inspector3"
SECONDS = 5  # a client waits that long for an answer
IN_SUOHE = (113.378, 34.787)
STATION, BRIGADE, QUALITY = "safety_station", "urban_construction_brigade", "quality_station"
OFFICERS = ["convener3", "inspector3"]


def soon(**span) -> str:
    return timezone.localtime(timezone.now() + timedelta(**span)).isoformat()


def found(text):
    return {"officers": OFFICERS, "findings": text}


# Who does what, in order: from the clue to the city office and back.
PLAY = (
    ("triage", "platform1", dict),
    ("confirm_land", "dispatcher1", lambda: {"land_ownership": "state", "evidence": "荥国用（2014）第0012号"}),
    ("register", "dispatcher1", dict),
    ("submit", "dispatcher1", lambda: {"opinion": "建议立案查处"}),
    ("approve", "leader1", lambda: {"opinion": "同意"}),
    ("hand_over", "platform1", lambda: {"unit": STATION}),
    ("begin_check", "inspector3", dict),
    ("name_party", "inspector3", lambda: {"kind": "developer", "name": "演示建设有限公司"}),
    ("name_violation", "inspector3", lambda: {"kind": "planning_permit", "act": "未取得规划许可擅自建设"}),
    ("require_joint", "inspector3", lambda: found("情况属实")),
    ("file_case", "inspector3", lambda: {"handlers": OFFICERS, "approved_by": "局领导一", "opinion": "同意立案"}),
    ("plan_joint", "inspector3", lambda: {"units": [BRIGADE, QUALITY], "planned_from": soon(minutes=1)}),
    ("sign_in", "inspector3", dict),
    ("sign_in", "inspector2", dict),
    ("mark_absent", "inspector3", lambda: {"unit": QUALITY, "reason": "另有任务"}),
    ("conclude_joint", "inspector3", lambda: {**found("主体三层"), "showed_id": True}),
    ("order_stop", "inspector3", lambda: {"officers": OFFICERS, "demands": "立即停止施工", "due_at": soon(days=1)}),
    ("recheck_failed", "inspector3", lambda: found("仍在施工")),
    ("escalate", "inspector3", lambda: {"to_authority": "市查违办", "reason": "拒不停工"}),
    ("city_returned", "dispatcher1", lambda: {"opinion": "由我局继续查处"}),
    ("remark", "dispatcher1", lambda: {"text": "已电话告知"}),
)


class Ledger:
    """What was acknowledged: (case number, verb, version), (key, case number), (case number, digest)."""

    def __init__(self):
        self._lock = threading.Lock()
        self.acts, self.reports, self.uploads, self.silences, self.cases = [], [], [], 0, []

    def note(self, acts=(), reports=(), uploads=(), silences=0, cases=()):
        with self._lock:
            self.acts.extend(acts)
            self.reports.extend(reports)
            self.uploads.extend(uploads)
            self.cases.extend(cases)
            self.silences += silences

    def summary(self) -> str:
        return (
            f"{len(self.reports)} reports, {len(self.acts)} acts and {len(self.uploads)} uploads acknowledged,"
            f" {self.silences} times no answer or an error of the server"
        )


class Client:
    """Reports a site, plays its case to the end, and begins anew until there were kills enough."""

    def __init__(self, address, ledger: Ledger, rng: random.Random, enough: threading.Event):
        self._base, self._ledger, self._rng, self._enough = f"{address}/api/v1", ledger, rng, enough
        self._http = requests.Session()
        self._tokens = tokens()
        self.faults = []

    def run(self):
        try:
            self._play()
        except Exception as error:  # noqa: BLE001 - whatever ends a client is a fault of the proof
            self.faults.append(f"a client ended: {error!r}")

    def _play(self):
        while not self._enough.is_set():
            case_no = self._report()
            self._ledger.note(cases=[case_no])
            for number, (verb, who, words) in enumerate(PLAY):
                if not self._act(case_no, number, verb, who, words):
                    break
            self._upload(case_no)

    def _ask(self, method, path, who, *, once=False, **words):
        """An answer that is one: until then the same question again. None after a silence where the caller asks
        first how things stand (`once`)."""
        headers = {"Authorization": f"Token {self._tokens[who]}", **words.pop("headers", {})}
        while True:
            try:
                answer = self._http.request(method, self._base + path, headers=headers, timeout=SECONDS, **words)
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code < 500:
                return answer
            self._ledger.note(silences=1)
            self._rest()
            if once:
                return None

    def _rest(self):
        threading.Event().wait(self._rng.uniform(0.05, 0.3))

    def _report(self) -> str:
        key = uuid.UUID(int=self._rng.getrandbits(128)).hex
        lon, lat = (at + self._rng.uniform(-0.002, 0.002) for at in IN_SUOHE)
        body = {"lon": lon, "lat": lat, "crs": "wgs84", "channel": "complaint", "violations": ["planning_permit"]}
        answer = self._ask("POST", "/reports/", "dispatcher1", json=body, headers={"Idempotency-Key": key})
        if answer.status_code not in (200, 201):
            self.faults.append(f"report {answer.status_code}: {answer.text[:200]}")
        self._ledger.note(reports=[(key, answer.json()["case_no"])])
        return answer.json()["case_no"]

    def _act(self, case_no, number, verb, who, words) -> bool:
        """True once the act is done: acknowledged, or found done after a silence."""
        first = 1 + number  # the version that the act stands on: the report left 1
        while True:
            headers = {"If-Match": f'"{first}"'}
            answer = self._ask(
                "POST", f"/cases/{case_no}/actions/{verb}/", who, json=words(), headers=headers, once=True
            )
            if answer is not None and answer.status_code == 200:
                self._ledger.note(acts=[(case_no, verb, first + 1)])
                return True
            if answer is not None and answer.status_code != 412:
                self.faults.append(f"{case_no} {verb} {answer.status_code}: {answer.text[:300]}")
                return False
            version = int(self._ask("GET", f"/cases/{case_no}/", who).headers["ETag"].strip('W/"'))
            if version > first:
                return True
            self._rest()

    def _upload(self, case_no):
        """A photo in pieces, each sent on from where the server says it stands."""
        content = photo(self._rng)
        digest = hashlib.sha256(content).hexdigest()
        told = {"case": case_no, "filename": "site.jpg", "sha256": digest, "kind": "audiovisual"}
        metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in told.items())
        begin = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
        begun = self._ask("POST", "/uploads/", SENDER, headers=begin)
        if begun.status_code != 201:
            self.faults.append(f"upload {begun.status_code}: {begun.text[:200]}")
            return
        where = begun.headers["Location"].removeprefix("/api/v1")
        while (at := self._stands_at(where)) < len(content):
            piece = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
            answer = self._ask("PATCH", where, SENDER, headers=piece, data=content[at : at + PIECE], once=True)
            if answer is not None and answer.status_code not in (204, 409):
                self.faults.append(f"piece {answer.status_code}: {answer.text[:200]}")
                return
        self._ledger.note(uploads=[(case_no, digest)])

    def _stands_at(self, where) -> int:
        return int(self._ask("HEAD", where, SENDER).headers["Upload-Offset"])


def photo(rng: random.Random) -> bytes:
    """A JPEG of noise, some 200 kB, of its own each time."""
    out = BytesIO()
    Image.frombytes("RGB", (360, 240), rng.randbytes(360 * 240 * 3)).save(out, "JPEG", quality=95)
    return out.getvalue()


def tokens() -> dict[str, str]:
    names = {who for _verb, who, _words in PLAY}
    return {
        user.username: Token.objects.get_or_create(user=user)[0].key for user in User.objects.filter(username__in=names)
    }
