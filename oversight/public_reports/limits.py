"""Limits against abuse, counted in the database: every worker of every process counts the same."""

from datetime import date, timedelta
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from oversight.models.public_report import PublicTally

MB = 1024 * 1024
MOST_BYTES = 64 * MB  # of one sending with its photos
TRIES = 40  # of one network address on one day, with what was refused
TAKEN = 10  # reports of one network address on one day: many phones share the address of their mobile network
MISSED = 40  # numbers of one network address on one day that no receipt has
TAKEN_TOGETHER = 500  # reports of a region on one day
EVERYBODY = ""
KEPT_DAYS = 2
IPV6_HOUSEHOLD = 64  # bits that a household has of its own: the rest it may choose anew for every request


class TooMany(ValueError):
    """The day's reports or tries are used up; the sentence says whose."""


def who(request, day: date) -> str:
    """Whoever sends, as a word that says nothing of them and is another one tomorrow."""
    name = settings.CLIENT_ADDRESS_HEADER
    said = request.headers.get(name, "") if name else request.META.get("REMOTE_ADDR", "")
    return salted_hmac("oversight.public_reports", f"{day} {_network(said.strip())}", algorithm="sha256").hexdigest()


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and not found.ipv4_mapped:
        return str(int(found) >> IPV6_HOUSEHOLD)
    return str(getattr(found, "ipv4_mapped", None) or found)


def tried(region, name: str):
    """Count one try of theirs; TooMany beyond the day's."""
    if not _today(region, name).filter(tries__lt=TRIES).update(tries=F("tries") + 1):
        raise _too_often()


def guesses(region, name: str):
    """TooMany where they asked for too many numbers today that no receipt has."""
    if PublicTally.objects.filter(region=region, day=timezone.localdate(), who=name, missed__gte=MISSED).exists():
        raise _too_often()


def missed(region, name: str):
    """Count a number of theirs that no receipt has."""
    _today(region, name).update(missed=F("missed") + 1)


def check(region, name: str):
    """TooMany where another report would be one too many; asked before any work is done."""
    day = timezone.localdate()
    taken = dict(
        PublicTally.objects.filter(region=region, day=day, who__in=(name, EVERYBODY)).values_list("who", "taken")
    )
    for one, most in ((name, TAKEN), (EVERYBODY, TAKEN_TOGETHER)):
        if taken.get(one, 0) >= most:
            raise _too_many(one)


def taken(region, name: str):
    """Count a report that was taken; TooMany, which takes it back, where others were quicker."""
    day = timezone.localdate()
    for one, most in ((name, TAKEN), (EVERYBODY, TAKEN_TOGETHER)):
        if not _row(region, one, day).filter(taken__lt=most).update(taken=F("taken") + 1):
            raise _too_many(one)


def _too_often() -> TooMany:
    return TooMany(_("Too many tries from your network today. Try again tomorrow, or telephone."))


def _too_many(name: str) -> TooMany:
    if name == EVERYBODY:
        return TooMany(_("No more reports can be taken here today. Try again tomorrow, or telephone."))
    return TooMany(_("Enough reports came from your network today. Try again tomorrow, or telephone."))


def _today(region, name: str):
    """Their row of today; what is older than is needed goes."""
    day = timezone.localdate()
    PublicTally.objects.filter(region=region, day__lt=day - timedelta(days=KEPT_DAYS)).delete()
    return _row(region, name, day)


def _row(region, name: str, day: date):
    PublicTally.objects.get_or_create(region=region, day=day, who=name)
    return PublicTally.objects.filter(region=region, day=day, who=name)
