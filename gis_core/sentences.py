"""Sentences of Django and of the REST framework whose Chinese is wrong, and how sentences stand one after the other.

The former are named here so that they stand in our catalogue, and ours is asked before theirs.
"""

from collections.abc import Iterable

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

M2_KM2 = 1e6
LEAST_IN_KM2 = 0.1
OVERRULED = (gettext_noop("Null characters are not allowed."),)


def joined(sentences: Iterable[str]) -> str:
    """One text in the language of the page; Chinese puts nothing between two sentences."""
    return ("" if _in_chinese() else " ").join(filter(None, sentences))


def listed(words: Iterable[object]) -> str:
    """“a, b”, or “a、b” in Chinese; empty for none."""
    return ("、" if _in_chinese() else ", ").join(map(str, words))


def metres(distance_m: float | None) -> str:
    """“68 m”, “1.2 km”; empty for nothing measured."""
    if distance_m is None:
        return ""
    whole = round(distance_m)
    if whole < 1000:
        return _("%(number)s m") % {"number": whole}
    return _("%(number)s km") % {"number": f"{distance_m / 1000:.1f}".removesuffix(".0")}


def ground(area_m2: float) -> str:
    """“12,345 m²”, from a tenth of a square kilometre on “7.35 km²”."""
    return f"{area_m2:,.0f} m²" if area_m2 < LEAST_IN_KM2 * M2_KM2 else f"{area_m2 / M2_KM2:,.2f} km²"


def _in_chinese() -> bool:
    return (get_language() or "").startswith("zh")
