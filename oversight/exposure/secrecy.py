"""What may not stand in a text that everybody reads: data of natural persons, and numbers of the inside."""

import re

from django.utils.translation import gettext as _

from cases import identity
from cases.models import Case, Dossier, Reporter
from oversight.exposure import telephones
from oversight.exposure.telephones import BETWEEN
from oversight.refusals import Refused

LEAST = 2  # characters: one is in every text
ID_NUMBER = re.compile(r"(?<!\d)[1-8]\d{16}[\dXx](?![\dXx])")  # with a 9 it is the code of a firm
CASE_NUMBER = re.compile(r"[A-Za-z]{2,4}\d{4}\d{5}(?!\d)")


def shown_name(name: str, is_natural: bool) -> str:
    """王小明 → 王某某; a firm's name is public."""
    return identity.masked_name(name) if is_natural else name


def check(case: Case, texts: dict[str, str]):
    """Refuse the first field that says what may not be said; the sentence does not repeat it."""
    known = _known(case)
    for field, text in texts.items():
        close = BETWEEN.sub("", text)
        if ID_NUMBER.search(close) or telephones.stands_in(text):
            raise Refused(field, _("An identity or telephone number stands in it: leave it out."))
        if CASE_NUMBER.search(close):
            raise Refused(field, _("A number of the inside stands in it: name the decision’s number instead."))
        if any(BETWEEN.sub("", one) in close for one in known):
            raise Refused(field, _("A person’s name or address, or a number of the inside, stands in it: mask it."))


def _known(case: Case) -> set[str]:
    """What the case knows and everybody may not."""
    known = {case.case_no}
    for party in case.parties.all():
        fields = identity.NATURAL if party.is_natural else identity.OF_A_FIRM
        known.update(getattr(party, name) for name in fields)
    reporter = Reporter.objects.filter(case=case).first()
    if reporter:
        known.update((reporter.name, reporter.phone))
    dossier = Dossier.objects.filter(case=case).first()
    if dossier:
        known.update((dossier.archive_no, dossier.video_archive_no))
    return {one.strip() for one in known if len(BETWEEN.sub("", one)) >= LEAST and not _is_a_district(one)}


def _is_a_district(text: str) -> bool:
    """An address that says no more than the township may be said."""
    found = identity.DISTRICT.match(text.strip())
    return bool(found) and found[0] == text.strip()
