"""The verbs of an entry: each version is kept, and one is shown once a second person has approved just it."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, Party
from oversight import trail
from oversight.conduct import acts as conduct
from oversight.conduct import periods
from oversight.exposure import secrecy
from oversight.models.exposure import ExposureEntry, ExposureVerb, ExposureVersion
from oversight.refusals import NotNow, Refused
from oversight.trail import another, kept, said

MOST_MONTHS = 36  # D25


@transaction.atomic
def begin(case: Case, *, by, at=None, **told) -> ExposureEntry:
    """A new entry with its first version; the case must have a penalty decision that stands."""
    _decided(case)
    entry = ExposureEntry.objects.create(region_id=case.region_id, case=case)
    write(entry, by=by, at=at, **told)
    return entry


@transaction.atomic
def write(
    entry, *, party: Party, title: str, text: str, publish_from: date, publish_until: date, by, place="", at=None
) -> ExposureVersion:
    """Another version; what is shown stays shown until this one is approved. The party's name is kept as shown."""
    entry = _locked(entry)
    if entry.proposed_id:
        raise NotNow(_("A version waits for approval: it is approved or sent back first."))
    if party.case_id != entry.case_id:
        raise Refused("party", _("This is no party of the case."))
    words = {"title": title.strip(), "place": place.strip(), "text": text.strip()}
    for name in ("title", "text"):
        if not words[name]:
            raise Refused(name, _("This may not be empty."))
    _sound_days(publish_from, publish_until, timezone.localdate(at))
    secrecy.check(entry.case, words)
    version = entry.versions.create(
        region_id=entry.region_id, number=entry.versions.count() + 1, **words, is_natural=party.is_natural,
        party=secrecy.shown_name(party.name, party.is_natural), publish_from=publish_from,
        publish_until=publish_until, made_by=by, made_at=at or timezone.now(),
    )  # fmt: skip
    kept(entry, ExposureVerb.WRITE, by=by, at=at, version=version)
    return version


@transaction.atomic
def propose(entry, *, by, at=None):
    """The newest version, to be approved by somebody else."""
    entry = _locked(entry)
    version = entry.versions.first()
    if entry.proposed_id or version.pk == entry.approved_id:
        raise NotNow(_("There is no new version to propose."))
    entry.proposed = version
    return kept(entry, ExposureVerb.PROPOSE, by=by, at=at, version=version)


@transaction.atomic
def approve(entry, *, by, at=None):
    """From its first day on it is read by everybody. Neither who wrote nor who proposed it may approve."""
    entry, version = _waiting(entry)
    _decided(entry.case)
    another(by, version.made_by_id, trail.last_by(entry, ExposureVerb.PROPOSE))
    _not_over(version.publish_until, timezone.localdate(at))
    secrecy.check(entry.case, {"title": version.title, "place": version.place, "text": version.text})
    entry.approved, entry.proposed = version, None
    entry.publish_from, entry.publish_until = version.publish_from, version.publish_until
    return kept(entry, ExposureVerb.APPROVE, by=by, at=at, version=version)


@transaction.atomic
def send_back(entry, *, by, note: str, at=None):
    entry, version = _waiting(entry)
    entry.proposed = None
    return kept(entry, ExposureVerb.SEND_BACK, by=by, at=at, note=said(note), version=version)


@transaction.atomic
def withdraw(entry, *, by, note: str, at=None):
    """At once and for good; the versions stay for the desk."""
    entry = _locked(entry)
    entry.withdrawn_at, entry.proposed = at or timezone.now(), None
    return kept(entry, ExposureVerb.WITHDRAW, by=by, at=at, note=said(note), version=entry.approved)


def _locked(entry) -> ExposureEntry:
    locked = trail.locked(entry)
    if locked.withdrawn_at:
        raise NotNow(_("The entry is withdrawn."))
    return locked


def _waiting(entry):
    locked = _locked(entry)
    if not locked.proposed_id:
        raise NotNow(_("Nothing waits for approval."))
    return locked, locked.proposed


def _decided(case: Case):
    if not conduct.may_rest_on(case):
        raise NotNow(_("The case has no penalty decision that stands: nothing is shown in public before."))


def _sound_days(first: date, last: date, today: date):
    if last < first:
        raise Refused("publish_until", _("The last day lies before the first."))
    _not_over(last, today)
    if last > periods.months_later(first, MOST_MONTHS):
        raise Refused("publish_until", _("Nothing is published longer than three years."))


def _not_over(last: date, today: date):
    if last < today:
        said = _("The last day, {day}, has gone by: nobody would be shown it. Another version needs a later one.")
        raise Refused("publish_until", said.format(day=last))
