"""After the kills of `bench.killing`: what is lost, doubled, out of order or half."""

import hashlib
from collections import Counter
from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench.killed_clients import PLAY, Ledger
from cases import clocks
from cases.evidence.sweeping import sweep
from cases.models import Case, CaseEvent, Document, Evidence
from cases.verbs import Verb

# The document that each act of the play leaves, once.
ISSUES = {
    "register": "report_register",
    "file_case": "filing_approval",
    "conclude_joint": "site_inspection_record",
    "order_stop": "stop_order",
}


def check(ledger: Ledger) -> list[str]:
    """What is lost, doubled, out of order or half."""
    connection.close()  # it was killed as well
    faults = [] if ledger.acts and ledger.silences else ["nothing was done, or no silence was met: nothing is proven"]
    wanted = [verb for verb, _who, _words in PLAY]
    for case in Case.objects.filter(case_no__in=ledger.cases):
        trail = list(CaseEvent.objects.filter(case=case).order_by("id"))
        events = [event for event in trail if event.verb != Verb.EVIDENCE]  # which changes no version
        if len(trail) - len(events) != case.evidence.count():
            faults.append(f"{case.case_no}: {case.evidence.count()} photos, {len(trail) - len(events)} events of them")
        verbs = [event.verb for event in events]
        if verbs[0] != "report" or verbs[1:] != wanted[: len(verbs) - 1]:
            faults.append(f"{case.case_no}: {verbs}")
        if [event.version for event in events] != list(range(1, len(events) + 1)) or case.version != len(events):
            faults.append(f"{case.case_no}: versions {[event.version for event in events]}, case {case.version}")
        if any(later.from_status != earlier.status for earlier, later in pairwise(events)):
            faults.append(f"{case.case_no}: the chain of states is broken")
    done = Counter(CaseEvent.objects.values_list("case__case_no", "verb", "version"))
    faults += [f"acknowledged and lost: {act}" for act in ledger.acts if not done[act]]
    faults += [f"doubled: {act}" for act, times in done.items() if times > 1]
    return faults + _reports(ledger) + _documents(ledger) + _clocks(ledger) + _uploads(ledger)


def _reports(ledger: Ledger) -> list[str]:
    numbers = [case_no for _key, case_no in ledger.reports]
    stored = Counter(Case.objects.values_list("case_no", flat=True))
    faults = [f"one report, two answers: {no}" for no, times in Counter(numbers).items() if times > 1]
    faults += [f"acknowledged report lost: {no}" for no in numbers if not stored[no]]
    if len(stored) != len(numbers):
        faults.append(f"{len(stored)} cases for {len(numbers)} reports")
    in_order = sorted(int(no.rpartition("-")[2]) for no in stored)
    if in_order != list(range(1, len(in_order) + 1)):
        faults.append("case numbers have a gap")
    return faults


def _documents(ledger: Ledger) -> list[str]:
    """Every event that issues a document has it, whole; numbers have no gap, although many acts were broken off."""
    faults, numbers = [], {}
    for document in Document.objects.filter(case__case_no__in=ledger.cases).iterator():
        numbers.setdefault((document.prefix, document.year), []).append(document.sequence)
        content = bytes(document.content)
        if hashlib.sha256(content).hexdigest() != document.sha256 or ZipFile(BytesIO(content)).testzip():
            faults.append(f"{document.doc_no} is not whole")
    for key, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            faults.append(f"{key}: numbers {sorted(found)}")
    per_case = Counter(Document.objects.values_list("case__case_no", "kind"))
    for case_no, verb in CaseEvent.objects.filter(verb__in=ISSUES).values_list("case__case_no", "verb"):
        if per_case[case_no, ISSUES[verb]] != 1:
            faults.append(f"{case_no} {verb}: {per_case[case_no, ISSUES[verb]]} documents")
    return faults


def _clocks(ledger: Ledger) -> list[str]:
    """The nearest date on each case is that of its clocks."""
    cases = Case.objects.filter(case_no__in=ledger.cases)
    return [f"{case.case_no}: due {case.due_at}" for case in cases if case.due_at != clocks.nearest_due(case)]


def _uploads(ledger: Ledger) -> list[str]:
    """An acknowledged photo is there once, byte for byte; after a sweep no file lies there that no row names."""
    stored = Counter(Evidence.objects.values_list("case__case_no", "sha256"))
    faults = [f"upload {one}: {stored[one]} times" for one in ledger.uploads if stored[one] != 1]
    sweep(timezone.now() + timedelta(days=30))
    named = set()
    for evidence in Evidence.objects.iterator():
        named |= {evidence.original.path, evidence.shown.path, evidence.small.path}
        if hashlib.sha256(Path(evidence.original.path).read_bytes()).hexdigest() != evidence.sha256:
            faults.append(f"evidence {evidence.pk} is not what was sent")
    left = {str(path) for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()} - named
    return faults + [f"orphan file: {path}" for path in sorted(left)]
