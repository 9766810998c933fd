"""The sheet of a year: each score with its working. It holds whole numbers and written decimals alone, so that what is
frozen and what is worked out again can be compared and digested."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from boundaries.models import Region, Unit
from oversight.assessment import rules
from oversight.circulars import acts, eligibility
from oversight.models.circular import IN_FORCE, CircularKind
from oversight.statistics.asked import Asked
from oversight.statistics.asked import year as whole_year
from oversight.statistics.dimensions import NONE, Dimension, labels
from oversight.statistics.measures import WHOLE, Measure, measure

CENT = Decimal("0.01")
KINDS = {"units": Dimension.UNIT, "groups": Dimension.GROUP}


def work_out(region: Region, year: int, *, now=None) -> dict:
    """From events and circulars as they are: of a year gone by the figures are the same whenever it is asked for."""
    version = rules.of_year(region, year)
    if version is None:
        return {"year": year, "rules": None, "meaning": "", "units": [], "groups": []}
    told = {
        "number": version.number, "valid_from": version.valid_from.isoformat(), "is_ours": version.is_ours,
        "lines": version.lines, "commendation": version.commendation, "criticism": version.criticism,
    }  # fmt: skip
    judged = eligibility.of_year(region, year)
    rows = {name: list(_rows(region, year, by, told, judged, now)) for name, by in KINDS.items()}
    return {"year": year, "rules": told, "meaning": eligibility.meaning_of(region, year), **rows}


def _rows(region, year, by, told, judged, now) -> Iterable[dict]:
    """In the bureau's own order, not by score."""
    period, codes = whole_year(year), [line["figure"] for line in told["lines"]]
    found = measure(region, period, by, now=now, codes=codes)
    keys = set(found) - {WHOLE, NONE}
    if by == Dimension.UNIT:
        assessed = Unit.objects.filter(region=region, kind__in=acts.ASSESSED)
        keys = (keys | set(judged)) & set(assessed.values_list("code", flat=True))
    for key, name in labels(Asked.of(region, period, now=now), by, keys).items():
        figures = found.get(key) or {code: Measure(code, 0, 0) for code in codes}
        circulars = judged.get(key, eligibility.Eligibility()) if by == Dimension.UNIT else None
        yield {"key": key, "name": name, **score(figures, told, circulars)}


def score(figures: dict[str, Measure], told: dict, judged: eligibility.Eligibility | None) -> dict:
    """A figure with nothing to count is left out, and the weights of the others stand for the whole."""
    lines = [_line(figures[line["figure"]], line) for line in told["lines"]]
    counted = [line for line in lines if line["points"]]
    weight = sum(line["weight"] for line in counted)
    base = _cents(sum(Decimal(line["points"]) for line in counted) * 100 / weight) if weight else None
    extra = _circulars(judged, told) if judged else {}
    total = None if base is None else base + extra.get("circular_points", 0)
    return {"lines": lines, "weight": weight, "base": _written(base), **extra, "total": _written(total)}


def _line(one: Measure, line: dict) -> dict:
    working = {"part": int(one.part), "whole": one.whole, "value": "", "points": ""}
    if one.rate is not None:
        value = Decimal(str(one.rate))
        share = (value - line["none"]) / (line["full"] - line["none"])
        working |= {"value": str(_cents(value)), "points": str(_cents(line["weight"] * min(max(share, 0), 1)))}
    return {**line, **working}


def _circulars(judged, told) -> dict:
    counting = [one.kind for one in judged.circulars if one.state in IN_FORCE]
    praised, criticised = (counting.count(kind) for kind in (CircularKind.COMMENDATION, CircularKind.CRITICISM))
    return {
        "commendations": praised,
        "criticisms": criticised,
        "circular_points": praised * told["commendation"] - criticised * told["criticism"],
        "eligible": judged.eligible,
        "chain": [f"{one.since} – {one.until}" for one in judged.chain],
    }


def _cents(number) -> Decimal:
    return Decimal(number).quantize(CENT, ROUND_HALF_UP)


def _written(number: Decimal | None) -> str:
    return "" if number is None else str(number)


def differences(before: dict, after: dict) -> list[dict]:
    """What a frozen sheet and one worked out again do not agree on: whose, which word of the sheet, before and after.
    Names are no figures: a unit may be called otherwise since then."""
    found = []
    if (before["rules"], before["meaning"]) != (after["rules"], after["meaning"]):
        told = [(one["rules"] or {}).get("number", "") for one in (before, after)]
        found.append({"name": "", "what": "rules", "before": told[0], "after": told[1]})
    for kind in KINDS:
        old, new = ({row["key"]: row for row in sheet[kind]} for sheet in (before, after))
        for key in [*old, *(key for key in new if key not in old)]:
            name = (old.get(key) or new[key])["name"]
            was, now = _flat(old.get(key)), _flat(new.get(key))
            found += [
                {"name": name, "what": what, "before": was.get(what, ""), "after": now.get(what, "")}
                for what in [*was, *(what for what in now if what not in was)]
                if was.get(what, "") != now.get(what, "")
            ]
    return found


def _flat(row: dict | None) -> dict:
    """figure → part/whole: points, and the words beside the lines."""
    if row is None:
        return {}
    lines = {line["figure"]: f"{line['part']}/{line['whole']}: {line['points']}" for line in row["lines"]}
    beside = {word: str(row[word]) for word in ("base", "circular_points", "eligible", "total") if word in row}
    return {**lines, **beside}
