"""What went wrong, in kinds that the edge can answer without knowing the domain."""


class NotPossibleNow(LookupError):
    """A sound request that what is stored cannot answer yet; the sentence says what is missing. The API says 409."""
