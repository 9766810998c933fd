from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from boundaries.models import User


class Command(BaseCommand):
    help = "Print a token for scripts; the token is the last word printed."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        person = User.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError(_("There is no active account “{username}”.").format(username=username))
        token, _made = Token.objects.get_or_create(user=person)
        self.stdout.write(token.key)
