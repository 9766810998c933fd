"""Why an act on a record is not done: a sentence, and the field it is about."""

from gis_core.errors import NotPossibleNow


class Refused(ValueError):
    """One thing that was told cannot be; `field` names it."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


class NotNow(NotPossibleNow):
    """The record is in another state than the act needs."""


class SamePerson(NotPossibleNow):
    """Two people are needed, and this is the first one again."""
