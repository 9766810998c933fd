import secrets

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from boundaries.management.region_option import add_region_option, chosen_region
from boundaries.models import CooperationGroup, Edition, Unit, User
from cases.accounts import make_person
from cases.permissions import Role


class Command(BaseCommand):
    help = "Make an account in a role; its first password is the last word printed."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--name", default="", help="display name")
        parser.add_argument("--unit", help="code of the unit")
        parser.add_argument("--groups", default="", help="codes of their cooperation groups, with commas")
        parser.add_argument("--cert", default="", help="number of their enforcement certificate (执法证号)")
        add_region_option(parser)

    def handle(self, *, username, role, name, unit, groups, cert, region, **options):
        chosen = chosen_region(region)
        if User.objects.filter(username=username).exists():
            raise CommandError(_("There is an account “{username}” already.").format(username=username))
        password = secrets.token_urlsafe(12)
        make_person(
            chosen,
            username,
            Role(role),
            display_name=name,
            unit=_unit(chosen, unit),
            groups=_groups(chosen, groups),
            password=password,
            cert_no=_certificate(cert),
        )
        self.stdout.write(password)


def _unit(region, code):
    if not code:
        return None
    unit = Unit.objects.filter(region=region, code=code).first()
    if unit is None:
        raise CommandError(_("There is no unit {code}.").format(code=code))
    return unit


def _certificate(number) -> str:
    longest = User._meta.get_field("officer_cert_no").max_length
    if len(number.strip()) > longest:
        raise CommandError(_("A certificate number has at most {longest} characters.").format(longest=longest))
    return number.strip()


def _groups(region, text) -> list[str]:
    codes = [code.strip() for code in text.split(",") if code.strip()]
    known = set(CooperationGroup.objects.filter(edition=Edition.objects.current(region)).values_list("code", flat=True))
    if unknown := [code for code in codes if code not in known]:
        raise CommandError(_("There is no cooperation group {code}.").format(code=", ".join(unknown)))
    return codes
