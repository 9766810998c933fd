"""What a phone keeps of an application to open it without a line, and a name for exactly that content."""

import hashlib
import json
import posixpath
import re
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import get_language

IMPORT = re.compile(r"""\b(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")
TEXT = re.compile(r"""gettext\(\s*("(?:[^"\\]|\\.)*")""")
OURS = "gis_core/"  # a library brings what it needs by itself
LENGTH = 12


def once_a_process(make: Callable) -> Callable:
    """What `make(request, *names)` answers is kept by language and names: files and words of a server that runs do not
    change, and another release is another process. With DEBUG, where they do, it is made at each request."""
    kept = {}

    @wraps(make)
    def known(request, *names):
        key = (get_language(), *names)
        if settings.DEBUG or key not in kept:
            kept[key] = make(request, *names)
        return kept[key]

    return known


def with_imports(names: Iterable[str]) -> list[str]:
    """These static files and all that the modules among them import, sooner or later; each once."""
    found = list(dict.fromkeys(names))
    for name in found:  # grows while it is walked
        found += [each for each in _imported(name) if each not in found]
    return found


def _imported(name: str) -> list[str]:
    if not (name.startswith(OURS) and name.endswith(".mjs")):
        return []
    folder = posixpath.dirname(name)
    wanted = IMPORT.findall(_content(name).decode())
    return list(dict.fromkeys(posixpath.normpath(posixpath.join(folder, each)) for each in wanted))


def texts(names: Iterable[str]) -> set[str]:
    """What these modules ask to be translated; of a plural its singular."""
    return {json.loads(text) for name in names for text in TEXT.findall(_content(name).decode())}


def source(name: str) -> str:
    """A static file, to stand inside a page."""
    return _content(name).decode()


def name_of(names: Iterable[str], *more: str) -> str:
    """The same for the same content under the same names; `more` is whatever else is kept with them."""
    digest = hashlib.sha256()
    for part in (*((name.encode(), _content(name)) for name in sorted(names)), *((each.encode(),) for each in more)):
        for each in part:
            digest.update(len(each).to_bytes(8, "big") + each)
    return digest.hexdigest()[:LENGTH]


def _content(name: str) -> bytes:
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(f"{name} is imported and no static file.")
    return Path(path).read_bytes()
