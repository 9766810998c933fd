"""执法台账 as frozen: a month and its lines. Triggers refuse any change, deletion and later line."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LedgerMonth(models.Model):
    """A month that was closed; `month` is its first day. `sha256` is over this row and its lines, and over the month
    before it (`previous`): see `oversight.ledger.seal`. Whatever was committed in the snapshot `seen` of the database
    cluster `cluster` is in its lines or those before."""

    pk = models.CompositePrimaryKey("region_id", "month")
    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey("boundaries.User", models.PROTECT, null=True, related_name="+", db_index=False)
    format = models.PositiveSmallIntegerField(help_text="which columns a line has")
    count = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, help_text="hash of the month before; zeros before the first")
    sha256 = models.CharField(max_length=64)
    cluster = models.BigIntegerField(help_text="transaction numbers mean something inside one cluster alone")
    seen = models.TextField()

    class Meta:
        ordering = ("-month",)

    def __str__(self):
        return f"{self.month:%Y-%m}"


class LedgerLine(models.Model):
    """A case as it stood when the month was frozen: `values` by column in words, `facets` by what is filtered.

    A case has its entry in the month of its report. What changed since then, or came to be known later, is a line of
    a later month; `changed` holds [column, before, after].
    """

    class Kind(models.TextChoices):
        ENTRY = "entry", _("entry")
        LATE = "late", _("recorded later")
        ADDITION = "addition", _("addition")

    pk = models.CompositePrimaryKey("region_id", "month", "number")
    region = models.ForeignKey("boundaries.Region", models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    number = models.PositiveIntegerField()
    case = models.ForeignKey("cases.Case", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    case_no = models.CharField(max_length=24)
    kind = models.CharField(max_length=8, choices=Kind)
    facets = models.JSONField()
    values = models.JSONField()
    changed = models.JSONField(default=list)

    class Meta:
        ordering = ("number",)
        indexes = (models.Index(fields=("case", "-month"), name="ledger_line_of_case"),)

    def __str__(self):
        return f"{self.month:%Y-%m} {self.number}: {self.case_no}"
