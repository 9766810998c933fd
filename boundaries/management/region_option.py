"""`--region`, as every command takes it: named where there are several, the only one otherwise."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from boundaries.models import Region


def add_region_option(parser):
    parser.add_argument("--region", help="code of the region; needed where there are several")


def chosen_region(code: str | None) -> Region:
    regions = {region.code: region for region in Region.objects.order_by("code")}
    known = ", ".join(f"{region.code} {region.name}" for region in regions.values())
    if not regions:
        raise CommandError(_("There is no region yet: load a pack first."))
    if code and code not in regions:
        raise CommandError(
            _("There is no region {code}: use --region with one of {known}.").format(code=code, known=known)
        )
    if not code and len(regions) > 1:
        raise CommandError(_("There are several regions: name one with --region, of {known}.").format(known=known))
    return regions[code] if code else next(iter(regions.values()))


def chosen_regions(code: str | None) -> list[Region]:
    """The named one, or all of them, for what is done to each alike."""
    return [chosen_region(code)] if code else list(Region.objects.order_by("code"))
