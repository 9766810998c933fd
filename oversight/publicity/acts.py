"""The verbs: press work is added to a case and struck out, and every opening leaves a line."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.evidence.opened import file_opened
from cases.models import Case, Dossier, Evidence
from cases.models.evidence import Medium
from oversight import trail
from oversight.models.publicity import PressItem, PublicityOpening
from oversight.refusals import NotNow, Refused

ONCE = "press_archive_no_once"
ONE_OPENING = timedelta(minutes=10)


def add(
    case: Case, *, title: str, outlet: str, published_on: date, archive_no: str, by, address="", evidence=None, note=""
) -> PressItem:
    """Press work about a case, under an archive number of its own."""
    said = {name: text.strip() for name, text in (("title", title), ("outlet", outlet), ("archive_no", archive_no))}
    for name, text in said.items():
        if not text:
            raise Refused(name, _("This may not be empty."))
    if published_on > timezone.localdate():
        raise Refused("published_on", _("This day has not come yet."))
    if evidence and evidence.case_id != case.pk:
        raise Refused("evidence", _("This lies in the file of another case."))
    try:
        with transaction.atomic():
            return PressItem.objects.create(
                region_id=case.region_id, case=case, **said, published_on=published_on, address=address,
                evidence=evidence, note=note.strip(), made_by=by, made_at=timezone.now(),
            )  # fmt: skip
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        raise Refused("archive_no", _("Other press work has this archive number.")) from error


@transaction.atomic
def strike(item: PressItem, *, note: str, by) -> PressItem:
    """It was wrong: it stays, struck out with the reason, and its archive number is free again."""
    row = trail.locked(item)
    if row.struck_at:
        raise NotNow(_("It is struck out already."))
    row.struck_at, row.struck_by, row.struck_note = timezone.now(), by, trail.said(note)
    row.save(update_fields=["struck_at", "struck_by", "struck_note"])
    return row


def open_press(item: PressItem, by):
    PublicityOpening.objects.create(region_id=item.region_id, press=item, by=by, at=timezone.now())


def open_video(video: Evidence, by):
    PublicityOpening.objects.create(region_id=video.region_id, video=video, by=by, at=timezone.now())


@receiver(file_opened)
def video_played(*, piece: Evidence, by, **_signal):
    """From wherever it is played, from a case's page too: a video of violent resistance leaves a line. A player asks
    for many pieces of a file, and the register's own page has left one already: those minutes are one opening."""
    resisted = Dossier.objects.filter(case=piece.case_id, violent_resistance=True)
    if piece.medium != Medium.VIDEO or not resisted.exists():
        return
    just_now = PublicityOpening.objects.filter(video=piece, by=by, at__gte=timezone.now() - ONE_OPENING)
    if not just_now.exists():
        open_video(piece, by)
