"""`manage.py prepare`: what stands between an installed checkout and serving it; the second call is quick."""

import hashlib
import inspect
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import storages
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from boundaries.models import Region
from cases import deadline_rules, demonstration_play, discretion
from cases.accounts import make_demonstration_people
from cases.demonstration_stories import STORIES
from cases.models import Case, Practice

PACK = settings.BASE_DIR / "fixtures" / "xingyang"
DEMO_CASES = 2000
DEMONSTRATION_REGION = "410182"
# Of the libraries' folders what no page asks for: packing 20 MB of it takes longer than all the rest.
NOT_SERVED = ("maplibre-gl*.map", "*-dev.mjs", "*.d.ts", "browser-test-bundle.js")
STATIC_STAMP = settings.DATA_DIR / "static.stamp"


class Command(BaseCommand):
    help = "Bring database, translations and static files up to date; fill an empty database."
    requires_system_checks = ()  # a fresh checkout has no static files yet

    def add_arguments(self, parser):
        parser.add_argument("--only-files", action="store_true", help="leave the database alone")

    def handle(self, *args, only_files, **options):
        self._compile_messages()
        self._collect_static_files()
        if only_files:
            return
        self._connect()
        with translation.override("en"):  # like everything else that set-up says
            self._say("Bringing the database's tables up to date …")
            call_command("migrate", verbosity=0)
            self._fill()

    def _connect(self):
        """Open the connection that everything below uses, without the limit that pages have."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}".strip()) from error

    def _compile_messages(self):
        """gettext's catalogues, where one is newer than what was made of it."""
        catalogues = [file for folder in settings.LOCALE_PATHS for file in Path(folder).rglob("*.po")]
        if any(_is_stale(file) for file in catalogues):
            self._say("Compiling the translations …")
            call_command("compilemessages", verbosity=0, ignore_patterns=[".venv", "node_modules", ".local"])
            # Sentences that this process stores come from what was just compiled, not from what it began with.
            translation_file_changed(sender=None, file_path=catalogues[0].with_suffix(".mo"))

    def _collect_static_files(self):
        found = _static_files_as_found()
        if settings.STATIC_ROOT.exists() and STATIC_STAMP.exists() and STATIC_STAMP.read_text() == found:
            return
        self._say("Collecting the static files …")
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=[*NOT_SERVED])
        STATIC_STAMP.write_text(found)

    def _fill(self):
        """A pack where there is no region, and the defaults that a region lacks; demonstration cases and accounts
        on the private cluster alone."""
        if not Region.objects.exists():
            self._say("Loading the jurisdiction pack of 荥阳 …")
            call_command("load_pack", str(PACK))
        for region in Region.objects.all():
            _give_defaults(region)
        if settings.OWN_DATABASE:
            return
        region = Region.objects.get(pk=DEMONSTRATION_REGION)
        make_demonstration_people(region)
        if not Case.objects.exists():
            self._say(f"Making {DEMO_CASES} demonstration cases …")
            call_command("make_demo", cases=DEMO_CASES, region=DEMONSTRATION_REGION)
        elif not demonstration_play.is_played(region):
            self._say(f"Playing {len(STORIES)} demonstration cases step by step …")
            call_command("make_demo", cases=len(STORIES), region=DEMONSTRATION_REGION)
        call_command("make_accounts")

    def _say(self, text):
        self.stdout.write(text)
        self.stdout.flush()


def _give_defaults(region: Region):
    """What law and notice leave to the office, as rows that it can edit; what is there stays as it is."""
    deadline_rules.load_defaults(region)
    discretion.load_defaults(region)
    Practice.objects.get_or_create(region=region)


def _is_stale(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime


def _static_files_as_found() -> str:
    """Digest of every static file's path, size and time of change, and of the code that collects them."""
    seen = hashlib.sha256(inspect.getsource(type(storages["staticfiles"])).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            seen.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return seen.hexdigest()
