"""Why a cell or a piece of ground has its status, in sentences: the status's own first, then what holds besides."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.coverage.cells import CellCoverage, GapCoverage

M2_KM2 = 1e6


def reasons(one: CellCoverage | GapCoverage) -> list[str]:
    """At least one sentence, ready to be joined."""
    return list(_of_gap(one) if isinstance(one, GapCoverage) else _of_cell(one))


def _of_gap(gap: GapCoverage) -> Iterator[str]:
    yield _("No cell here, {area} km².").format(area=f"{gap.area_m2 / M2_KM2:.2f}")


def _of_cell(cell: CellCoverage) -> Iterator[str]:
    if not cell.staffed:
        yield _unstaffed(cell)
    if cell.hot_unpatrolled:
        yield _("Hot (heat {heat}), {visit}.").format(heat=f"{cell.heat:.1f}", visit=_visit(cell))
    if cell.stale:
        yield _("{visit} (to be patrolled every {days} days).").format(visit=_visit(cell), days=cell.patrol_days)
    elif not cell.hot_unpatrolled:
        yield _in_time(cell)
    if cell.thin:
        yield _("Tracks saw {share} % of it (at least {least} %).").format(
            share=f"{cell.share * 100:.0f}", least=f"{cell.least_share * 100:.0f}"
        )
    if cell.silent:
        yield _("Patrolled, yet it reported nothing while others did: something may be missed.")


def _unstaffed(cell: CellCoverage) -> str:
    if cell.unstaffed_since is None:
        return _("Never had a grid leader or worker.")
    return _("Nobody on duty since {day}.").format(day=cell.unstaffed_since.isoformat())


def _visit(cell: CellCoverage) -> str:
    if cell.days is None:
        return _("never patrolled")
    if (whole := int(cell.days)) == 0:
        return _("visited within 24 hours")  # on the day before, perhaps, and the day asked for may have gone by
    return ngettext("{number} day without a patrol", "{number} days without a patrol", whole).format(number=whole)


def _in_time(cell: CellCoverage) -> str:
    if (whole := int(cell.days_left)) == 0:
        return _("Patrolled in time: {visit}, due within 24 hours.").format(visit=_visit(cell))
    left = ngettext("{number} day", "{number} days", whole).format(number=whole)
    return _("Patrolled in time: {visit}, {left} left.").format(visit=_visit(cell), left=left)
