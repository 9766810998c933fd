"""What every cached picture is held against: a number that changes with the data."""

from django.db import models


class DataVersion(models.Model):
    """Summed over a scope's rows, a number that every committed write of the scope changes.

    Kept by database triggers (`bump_data_version`). A scope has as many rows as writers were at work at once: each
    takes one that nobody holds, so that nobody waits. Scopes are `land`, and `cases` with a region's code.
    """

    scope = models.CharField(max_length=40, db_index=True)
    number = models.BigIntegerField()

    def __str__(self):
        return f"{self.scope}: {self.number}"
