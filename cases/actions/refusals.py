"""Why a verb was not done; each with sentences that a clerk understands. Nothing has changed then."""

from django.utils import timezone
from django.utils.translation import gettext as _

from gis_core.errors import NotPossibleNow
from gis_core.sentences import joined


class BadInput(ValueError):
    """What was told cannot be accepted; `errors` has the sentences by field, `__all__` those of no field."""

    def __init__(self, errors: dict[str, list[str]]):
        super().__init__(" ".join(sentence for sentences in errors.values() for sentence in sentences))
        self.errors = errors


class Refused(NotPossibleNow):
    """The verb does not fit the case as it stands: `sentences` say what is missing."""

    def __init__(self, sentences: list[str]):
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class NotYours(PermissionError):
    """The verb is somebody else's."""

    def __init__(self):
        super().__init__(_("This step is not yours: another role or unit takes it."))


class CaseChanged(RuntimeError):
    """Somebody else changed the case since it was read; `events` are what happened meanwhile, the oldest first."""

    def __init__(self, events=()):
        self.events = list(events)
        sentence = _("Somebody changed this case meanwhile; read it again and decide then.")
        super().__init__(joined([sentence, *map(_line, self.events)]))


def _line(event) -> str:
    """Who did what and when, and to which unit and person where something was handed over."""
    when = timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M")
    whom = [event.data[name]["name"] for name in ("unit", "addressee") if isinstance(event.data.get(name), dict)]
    what = " → ".join([event.get_verb_display(), *filter(None, [" · ".join(whom)])])
    return _("{who} at {time}: {what}.").format(who=event.by or "—", time=when, what=what)
