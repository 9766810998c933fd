import json
from dataclasses import asdict
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.management.region_option import add_region_option, chosen_region
from cases import coverage


class Command(BaseCommand):
    help = "Say where nobody looks: ground in no cell, cells unstaffed or not patrolled in time, as of a day."

    def add_arguments(self, parser):
        parser.add_argument("--as-of", dest="day", metavar="DATE", help="the end of that day, YYYY-MM-DD; else now")
        parser.add_argument("--json", action="store_true", dest="as_json", help="figures, cells and gaps for a script")
        add_region_option(parser)

    def handle(self, *, day, as_json, region, **options):
        chosen = chosen_region(region)
        try:
            found = coverage.of(chosen.code, _day(day))
        except ValueError as error:
            raise CommandError(str(error)) from error
        if found is None:
            raise CommandError(_("No map of responsibility was in force on that day."))
        if as_json:
            self.stdout.write(json.dumps(_numbers(found), ensure_ascii=False))
            return
        for line in _sentences(found):
            self.stdout.write(line)


def _day(text) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CommandError(_("{option} takes a day as 2026-11-25.").format(option="--as-of")) from error


def _numbers(found: coverage.Coverage) -> dict:
    """`cells` and `gaps` as the page has them, the worst first."""
    shared = [
        {"code": one.code, "area": one.area_code, "status": one.status.value, "reasons": coverage.reasons(one),
         "area_m2": one.area_m2, "open_cases": one.open_cases, "risk": one.risk} for one in found.by_risk
    ]  # fmt: skip
    return {
        "region": found.region,
        "day": found.day.isoformat(),
        "as_of": timezone.localtime(found.moment).isoformat(),
        "level": found.level,
        "figures": asdict(found.figures),
        "cells": [one for one in shared if one["status"] != coverage.Kind.GAP],
        "gaps": [one for one in shared if one["status"] == coverage.Kind.GAP],
    }


def _sentences(found: coverage.Coverage):
    its = found.figures
    yield _("As of {moment}: {cells} cells of tier {level}.").format(
        moment=timezone.localtime(found.moment).strftime("%Y-%m-%d %H:%M"), cells=its.cells, level=found.level
    )
    if not its.cells:
        yield _("There is no grid cell yet: all of the ground is a gap. Make some with make_grids or import_grids.")
    yield _("Ground in no cell: {area} km² in {pieces} pieces, {rate} of the whole.").format(
        area=f"{its.gap_m2 / 1e6:.2f}", pieces=its.gaps, rate=_percent(its.gap_rate)
    )
    yield _("Ground in two cells: {pairs} pairs; ground of no group: {area} km².").format(
        pairs=its.overlaps, area=f"{its.unanswered_m2 / 1e6:.2f}"
    )
    yield _("Unstaffed {unstaffed}; hot, not patrolled {hot}; not patrolled in time {stale} ({never} never).").format(
        unstaffed=its.unstaffed, hot=its.hot_unpatrolled, stale=its.stale, never=its.never
    )
    yield _("Too little seen {thin}; silent {silent}; without embedded staff {without}.").format(
        thin=its.thin, silent=its.silent, without=its.without_embedded
    )
    yield _("Set up {set_up}, staffed {staffed}, patrolled {patrol} (by ground {ground}), missed {missed}.").format(
        set_up=_percent(its.set_up_rate), staffed=_percent(its.staffed_rate), patrol=_percent(its.patrol_rate),
        ground=_percent(its.patrol_area_rate), missed=_percent(its.miss_rate),
    )  # fmt: skip


def _percent(rate: float | None) -> str:
    return "—" if rate is None else f"{rate * 100:.1f} %"
