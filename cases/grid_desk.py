"""Which drafts of the grid a person works on: those of their region."""

from boundaries.models import GridDraft


def drafts_of(user):
    return GridDraft.objects.filter(region=user.region_id).select_related("region", "made_by", "published_by")


def draft_of(user, pk: int) -> GridDraft | None:
    return drafts_of(user).filter(pk=pk).first()
