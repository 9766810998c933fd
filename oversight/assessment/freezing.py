"""A year is closed: its sheet is written down once and sealed, each over the year before; see `oversight.seal`."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.models import Region
from cases import seals
from oversight.assessment import sheet
from oversight.ledger.freezing import CannotFreeze
from oversight.models.assessment import AssessmentYear
from oversight.seal import canonical, moment, sealed


def frozen(region, year: int) -> AssessmentYear | None:
    return AssessmentYear.objects.filter(region=region, year=year).select_related("frozen_by").first()


def newest(region) -> AssessmentYear | None:
    return AssessmentYear.objects.filter(region=region).first()


def refusal(region, year: int) -> str:
    """Why the year cannot be frozen now; empty where it can."""
    if year >= timezone.localdate().year:
        return _("{year} has not ended yet.").format(year=year)
    last = newest(region)
    if last and year <= last.year:
        said = (
            _("{year} is frozen already.") if frozen(region, year) else _("{year} lies before the first frozen year.")
        )
        return said.format(year=year)
    if last and year != last.year + 1:
        return _("Freeze {year} first: years are frozen in order.").format(year=last.year + 1)
    return ""


@transaction.atomic
def freeze(region: Region, year: int, *, by=None) -> AssessmentYear:
    """CannotFreeze with a sentence. Two at once: one waits, and is refused."""
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    if why := refusal(region, year):
        raise CannotFreeze(why)
    last = newest(region)
    made = AssessmentYear(
        region=region, year=year, frozen_at=timezone.now(), frozen_by=by, sheet=sheet.work_out(region, year),
        previous=last.sha256 if last else seals.BEGINNING,
    )  # fmt: skip
    made.sha256 = _hash_of(made)
    made.save(force_insert=True)
    return made


def _hash_of(one: AssessmentYear) -> str:
    told = (one.region_id, one.year, one.previous, moment(one.frozen_at), one.frozen_by_id, canonical(one.sheet))
    return sealed(*told)


def faults(region: Region) -> Iterator[str]:
    """What is not as it was sealed, a sentence each, the oldest year first."""
    expected = seals.BEGINNING
    for one in AssessmentYear.objects.filter(region=region).order_by("year"):
        if one.previous != expected:
            yield _("{year}: the year before it is not the one that was sealed.").format(year=one.year)
        if _hash_of(one) != one.sha256:
            yield _("{year}: its figures are not those that were sealed.").format(year=one.year)
        expected = one.sha256
