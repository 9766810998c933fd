"""The verbs of an entry: each version is kept, and one is shown once a second person has approved just it."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, Party
from oversight.conduct import acts as conduct
from oversight.conduct import periods
from oversight.conduct.refusals import NotNow, Refused, SamePerson
from oversight.exposure import secrecy
from oversight.models.exposure import ExposureEntry, ExposureVerb, ExposureVersion

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
    said = {"title": title.strip(), "place": place.strip(), "text": text.strip()}
    for name in ("title", "text"):
        if not said[name]:
            raise Refused(name, _("This may not be empty."))
    _sound_days(publish_from, publish_until)
    secrecy.check(entry.case, said)
    version = entry.versions.create(
        region_id=entry.region_id, number=entry.versions.count() + 1, **said, is_natural=party.is_natural,
        party=secrecy.shown_name(party.name, party.is_natural), publish_from=publish_from,
        publish_until=publish_until, made_by=by, made_at=at or timezone.now(),
    )  # fmt: skip
    _kept(entry, ExposureVerb.WRITE, version, by, at)
    return version


@transaction.atomic
def propose(entry, *, by, at=None):
    """The newest version, to be approved by somebody else."""
    entry = _locked(entry)
    version = entry.versions.first()
    if entry.proposed_id or version.pk == entry.approved_id:
        raise NotNow(_("There is no new version to propose."))
    entry.proposed = version
    return _kept(entry, ExposureVerb.PROPOSE, version, by, at)


@transaction.atomic
def approve(entry, *, by, at=None):
    """From its first day on it is read by everybody. Neither who wrote nor who proposed it may approve."""
    entry, version = _waiting(entry)
    _decided(entry.case)
    if by.pk in {version.made_by_id, _proposer(entry)}:
        raise SamePerson(_("Another person than the one who prepared it must decide."))
    secrecy.check(entry.case, {"title": version.title, "place": version.place, "text": version.text})
    entry.approved, entry.proposed = version, None
    entry.publish_from, entry.publish_until = version.publish_from, version.publish_until
    return _kept(entry, ExposureVerb.APPROVE, version, by, at)


@transaction.atomic
def send_back(entry, *, by, note: str, at=None):
    entry, version = _waiting(entry)
    entry.proposed = None
    return _kept(entry, ExposureVerb.SEND_BACK, version, by, at, _said(note))


@transaction.atomic
def withdraw(entry, *, by, note: str, at=None):
    """At once and for good; the versions stay for the desk."""
    entry = _locked(entry)
    entry.withdrawn_at, entry.proposed = at or timezone.now(), None
    return _kept(entry, ExposureVerb.WITHDRAW, entry.approved, by, at, _said(note))


def _locked(entry) -> ExposureEntry:
    locked = ExposureEntry.objects.select_for_update().get(pk=entry.pk, region=entry.region_id)
    if locked.withdrawn_at:
        raise NotNow(_("The entry is withdrawn."))
    return locked


def _waiting(entry):
    locked = _locked(entry)
    if not locked.proposed_id:
        raise NotNow(_("Nothing waits for approval."))
    return locked, locked.proposed


def _proposer(entry) -> int:
    return entry.acts.filter(verb=ExposureVerb.PROPOSE).last().by_id


def _decided(case: Case):
    if not conduct.may_rest_on(case):
        raise NotNow(_("The case has no penalty decision that stands: nothing is shown in public before."))


def _sound_days(first: date, last: date):
    if last < first:
        raise Refused("publish_until", _("The last day lies before the first."))
    if last > periods.months_later(first, MOST_MONTHS):
        raise Refused("publish_until", _("Nothing is published longer than three years."))


def _said(note: str) -> str:
    if not note.strip():
        raise Refused("note", _("Say why: the reason is kept with it."))
    return note.strip()


def _kept(entry, verb, version, by, at, note="") -> ExposureEntry:
    entry.save()
    entry.acts.create(region_id=entry.region_id, verb=verb, version=version, by=by, at=at or timezone.now(), note=note)
    return entry
