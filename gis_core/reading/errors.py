"""What a file can have wrong with it, as sentences that a clerk can read."""

from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ReadingError(ValueError):
    """The file cannot be read; the sentence names it."""


class NoCrs(ReadingError):
    """Neither the file nor the caller says which coordinate system the numbers are in."""


# The limited process sends codes, because sentences are in the language of whoever asked.
_SENTENCES = {
    "damaged": gettext_lazy("%(file)s is damaged or is not what its name says."),
    "damaged_from": gettext_lazy("%(file)s is damaged from feature %(feature)s on."),
    "open_quote": gettext_lazy(
        "%(file)s: in the row that begins in line %(feature)s a quotation mark is not closed, or text follows a"
        " closed one. Mend the quotation marks there."
    ),
    "empty": gettext_lazy("%(file)s is empty."),
    "no_header": gettext_lazy("%(file)s has no header row."),
    "same_column": gettext_lazy("%(file)s has two columns named “%(detail)s”."),
    "no_layer": gettext_lazy("%(file)s holds no layer with places in it."),
    "many_layers": gettext_lazy("%(file)s holds several layers (%(detail)s): keep one."),
    "doctype": gettext_lazy("%(file)s declares a document type or entities, which is refused."),
    "missing_part": gettext_lazy("%(file)s is a Shapefile without its %(detail)s part."),
    "not_geojson": gettext_lazy("%(file)s is not a GeoJSON FeatureCollection."),
    "memory": gettext_lazy("%(file)s needs more memory than reading may take."),
    "stopped": gettext_lazy("Reading %(file)s was stopped: it is damaged, or takes more than reading may take."),
}
_FAULTS = {
    "geometry": gettext_lazy("The geometry cannot be read."),
    "more_cells": gettext_lazy("The row has more cells than the header row: is a separator not quoted?"),
}


def reading_error(path: Path, code: str, feature=None, detail="") -> ReadingError:
    sentence = _SENTENCES.get(code, _SENTENCES["damaged"])
    return ReadingError(sentence % {"file": path.name, "feature": feature, "detail": detail})


def fault_sentence(code: str | None) -> str | None:
    return str(_FAULTS[code]) if code else None


def unknown_kind(path: Path, known: str) -> ReadingError:
    return ReadingError(
        _("%(file)s is of a kind that is not read here; known are %(known)s.") % {"file": path.name, "known": known}
    )
