from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from boundaries.management.region_option import add_region_option, chosen_region
from boundaries.models import Edition, User
from cases import exporting
from cases.filters import CaseFilter
from cases.models import Case
from cases.permissions import visible_cases

KNOWN = ",".join(exporting.LAYERS)


class Command(BaseCommand):
    help = "Write the map as one HTML file that opens with no network."

    def add_arguments(self, parser):
        parser.add_argument("out", type=Path, metavar="OUT.html")
        parser.add_argument("--layers", default="", help=f"of {KNOWN}; else the first three")
        parser.add_argument("--bbox", default="", metavar="W,S,E,N", help="degrees, WGS 84")
        parser.add_argument("--user", metavar="USERNAME", help="only what this person sees; else all")
        add_region_option(parser)

    def handle(self, *, out, layers, bbox, user, region, **options):
        person = self._person(user) if user else None
        edition = Edition.objects.current(region=_region(person, region))
        if edition is None:
            raise CommandError(_("No map of responsibility is in force."))
        cases = visible_cases(person) if person else Case.objects.filter(region=edition.region_id)
        chosen = CaseFilter(data={"bbox": bbox}, queryset=cases)
        if not chosen.is_valid():
            raise CommandError(" ".join(chosen.errors["bbox"]))
        text = self._text(edition, chosen, layers, str(person) if person else _("system administration"))
        _write(out, text)
        self.stdout.write(_("{file}: {size} kB.").format(file=out, size=len(text.encode()) // 1000))

    def _person(self, username):
        try:
            return User.objects.get(username=username)
        except User.DoesNotExist as error:
            raise CommandError(_("Nobody is called {username}.").format(username=username)) from error

    def _text(self, edition, chosen, layers, by):
        try:
            names = exporting.layer_names(layers)
        except exporting.UnknownLayers as error:
            raise CommandError(str(error)) from error
        box = chosen.form.cleaned_data["bbox"]
        return exporting.offline_map(edition, chosen.qs, layers=names, box=box, by=by)


def _region(person, code):
    """A person's map is the one of their own region."""
    own = person and person.region_id
    if own and code and code != own:
        raise CommandError(
            _("{person} belongs to region {own}, not to {code}.").format(person=person, own=own, code=code)
        )
    return chosen_region(code or own)


def _write(out: Path, text: str):
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(
            _("{file} cannot be written: {reason}.").format(file=out, reason=error.strerror or error)
        ) from error
