"""Posts from a table, pasted or uploaded: looked through first, then posted all at once or not at all."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boundaries import post_table as table
from cases.permissions import Capability, requires
from gis_core.reading import ReadingError

MOST_BYTES = 5_000_000
KINDS = (".csv", ".tsv", ".txt", ".xlsx")


@requires(Capability.EDIT_GRID)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def post_table(request):
    """`check` says what is wrong with the table of `text` or `file`, `post` posts its rows where nothing is."""
    text, fault, outcome = request.POST.get("text", ""), "", None
    if request.method == "POST":
        try:
            lines = _lines(text, request.FILES.get("file"))
            text = table.as_text(lines)
            outcome = table.post_all(
                request.user.region_id, lines, by=request.user, dry_run=request.POST.get("act") != "post"
            )
        except ReadingError as error:
            fault = str(error)
    if outcome and outcome.done:
        number = len(outcome.lines)
        messages.success(request, ngettext("{number} post made.", "{number} posts made.", number).format(number=number))
        return redirect("posts")
    context = {"tab": "posts", "text": text, "fault": fault, "outcome": outcome, "columns": table.COLUMNS.values()}
    wrong = fault or (outcome and outcome.faulty)
    return render(request, "cases/post_table.html", context, status=400 if wrong else 200)


def _lines(text: str, file) -> list[table.Line]:
    """A file goes before what stands in the field."""
    if file is None:
        if not text.strip():
            raise ReadingError(_("Paste a table or choose a file."))
        return table.read_text(text)
    suffix = Path(file.name).suffix.lower()
    if suffix not in KINDS:
        raise ReadingError(_("{file}: a table is {kinds}.").format(file=file.name, kinds=", ".join(KINDS)))
    if file.size > MOST_BYTES:
        raise ReadingError(_("{file} is larger than {number} MB.").format(file=file.name, number=MOST_BYTES // 10**6))
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(file.name).name
        path.write_bytes(file.read())
        return table.read(path)
