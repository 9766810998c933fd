"""What may stand where in a pack: a table of shapes, and every place where something else stands.

Looked at before anything is read into or compared: behind it every code is a text that the database can hold.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Text:
    """A text of at most `most` characters (none: any length) that the database can hold, not empty if needed."""

    most: int | None = None
    needed: bool = True
    pattern: str = ""
    nullable: bool = False

    def fault(self, value) -> str:
        if value is None and self.nullable:
            return ""
        if not isinstance(value, str):
            return _("must be a text")
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            return _("holds a character that no text may hold")
        if self.most and len(value) > self.most:
            return _("is longer than {most} characters").format(most=self.most)
        if self.needed and not value.strip():
            return _("is missing")
        return "" if re.fullmatch(self.pattern or ".*", value, re.DOTALL) else _("is not as it must be")


@dataclass(frozen=True)
class Whole:
    needed: bool = True

    def fault(self, value) -> str:
        return "" if isinstance(value, int) and not isinstance(value, bool) else _("must be a whole number")


@dataclass(frozen=True)
class Flag:
    needed: bool = False

    def fault(self, value) -> str:
        return "" if isinstance(value, bool) else _("must be true or false")


@dataclass(frozen=True)
class Many:
    """A list; `needed` asks for at least one element."""

    of: object
    needed: bool = True


def optional(most=None, nullable=False):
    return Text(most, needed=False, nullable=nullable)


PACK = {
    "region": {"code": Text(6, pattern=r"[0-9]{6}"), "name": Text(60), "case_prefix": Text(6, pattern="[A-Z]+")},
    "edition": {
        "name": Text(100), "document_no": optional(60), "title": optional(200), "issued_by": optional(100),
        "issued_on": optional(10, nullable=True), "valid_from": Text(10), "legal_basis": optional(),
        "source": optional(), "schematic": Flag(),
    },
    "units": Many({
        "code": Text(60), "name": Text(60), "kind": Text(10), "platform": optional(5),
        "host": optional(60, nullable=True),
    }),
    "appointments": Many({"unit": Text(60), "role": Text(12), "name": Text(60)}, needed=False),
    "groups": Many({
        "code": Text(12), "name": Text(60), "convener": optional(60), "lead_units": Many(Text(60)),
        "members": Many(Text(60), needed=False), "embedded_grid_staff": Flag(), "areas": Many(Text(12)),
    }),
    "files": {
        "areas": Text(200), "outline": optional(200), "neighbours": optional(200), "grid_cells": optional(200),
        "grid_posts": optional(200), "villages": optional(200),
    },
}  # fmt: skip
FEATURES = {
    "areas": {"code": Text(12), "name": Text(60), "kind": Text(12), "aliases": Many(Text(60), needed=False)},
    "outline": {},
    "neighbours": {"code": Text(12), "name": Text(60)},
    "grid_cells": {
        "code": Text(15), "name": Text(60), "level": Whole(), "parent": optional(15, nullable=True),
        "area": Text(12), "schematic": Flag(),
    },
}  # fmt: skip
ROWS = {
    "grid_posts": {"cell": Text(15), "role": Text(20), "holder": Text(60), "valid_from": Text(10),
                   "valid_to": optional(10, nullable=True)},
    "villages": {"code": Text(12), "name": Text(60), "area_code": Text(12)},
}  # fmt: skip


def faults(value, shape, where: str = "") -> Iterator[tuple[str, str]]:
    """(where, what is wrong there) of everything that is not as `shape` says; keys beyond it are allowed."""
    if isinstance(shape, dict):
        yield from _of_object(value, shape, where)
    elif isinstance(shape, Many):
        yield from _of_list(value, shape, where)
    elif fault := shape.fault(value):
        yield where, fault


def sound(value, shape):
    """`value` without whatever `faults` finds in it: an object loses keys, a list elements; None where all is lost.

    An object that is none becomes an empty one, so that the elements of a list keep their numbers.
    """
    if isinstance(shape, dict):
        kept = value if isinstance(value, dict) else {}
        kept = {key: sound(its, shape[key]) if key in shape else its for key, its in kept.items()}
        return {key: its for key, its in kept.items() if its is not None}
    if isinstance(shape, Many):
        kept = [sound(element, shape.of) for element in value] if isinstance(value, list) else None
        return kept and [element for element in kept if element is not None]
    return None if shape.fault(value) else value


def _of_object(value, shape, where):
    if not isinstance(value, dict):
        yield where, _("must be an object")
        return
    for key, inner in shape.items():
        place = f"{where}.{key}" if where else key
        if key in value:
            yield from faults(value[key], inner, place)
        elif getattr(inner, "needed", True):
            yield place, _("is missing")


def _of_list(value, shape, where):
    if not isinstance(value, list):
        yield where, _("must be a list")
        return
    if shape.needed and not value:
        yield where, _("is missing")
    for number, element in enumerate(value, 1):
        yield from faults(element, shape.of, f"{where} {number}")
