import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from boundaries.management.region_option import add_region_option, chosen_region
from cases import metrics

EACH = "*"


class Command(BaseCommand):
    help = "Say 查处率 and 按期结案率 of a region, for a period and by group."

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="since", metavar="DATE", help="first day, YYYY-MM-DD; else since ever")
        parser.add_argument("--to", dest="until", metavar="DATE", help="last day, it included; else until today")
        parser.add_argument("--group", nargs="?", const=EACH, metavar="CODE", help="of one group; without code each")
        parser.add_argument("--json", action="store_true", dest="as_json", help="numbers for a script")
        add_region_option(parser)

    def handle(self, *, since, until, group, as_json, region, **options):
        chosen, period, now = chosen_region(region), _period(since, until), timezone.now()
        found = metrics.figures(chosen, period, now=now)
        shown = _of_group(found, group)
        if as_json:
            told = {"region": chosen.code, "from": since, "to": until, "as_of": timezone.localtime(now).isoformat()}
            self.stdout.write(json.dumps({**told, "figures": [_numbers(*one) for one in shown]}, ensure_ascii=False))
            return
        for code, one in shown:
            self.stdout.write(_sentence(code, one))


def _period(since, until) -> metrics.Period:
    period = metrics.Period(_day("--from", since), _day("--to", until))
    if period.since and period.until and period.until < period.since:
        raise CommandError(_("--to lies before --from."))
    return period


def _day(option, text) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CommandError(_("{option} takes a day as 2026-11-25.").format(option=option)) from error


def _of_group(found: dict[str, metrics.Figures], group: str | None) -> list[tuple[str, metrics.Figures]]:
    """All together; or one group, of which there may be no case; or all and each."""
    if group == EACH:
        return list(found.items())
    code = group or metrics.ALL_GROUPS
    return [(code, found.get(code, metrics.Figures()))]


def _numbers(code: str, one: metrics.Figures) -> dict:
    return {
        "group": code or None, "found_true": one.found_true, "with_result": one.with_result,
        "in_progress": one.in_progress, "handling_rate": one.handling_rate, "due": one.due, "deferred": one.deferred,
        "on_time": one.on_time, "on_time_rate": one.on_time_rate,
    }  # fmt: skip


def _sentence(code: str, one: metrics.Figures) -> str:
    sentence = _(
        "{group}: handling rate {handling} ({results} of {true} cases found to be true, {open} in progress); closed on"
        " time {on_time} ({kept} of {due} due, {deferred} deferred ones left out)."
    )
    return sentence.format(
        group=code or _("all"), handling=_percent(one.handling_rate), results=one.with_result, true=one.found_true,
        open=one.in_progress, on_time=_percent(one.on_time_rate), kept=one.on_time, due=one.due - one.deferred,
        deferred=one.deferred,
    )  # fmt: skip


def _percent(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:.2f} %"
