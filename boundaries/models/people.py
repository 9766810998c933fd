"""The people who sign in."""

from django.contrib.auth.models import AbstractUser
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person with an account. Roles are Django groups; `group_codes` says which cooperation groups are theirs.

    Codes and not rows: a group keeps its code from edition to edition, and so does who may see its cases.
    """

    display_name = models.CharField(_("display name"), max_length=60, blank=True)
    region = models.ForeignKey("boundaries.Region", models.PROTECT, null=True, blank=True, related_name="people")
    unit = models.ForeignKey("boundaries.Unit", models.PROTECT, null=True, blank=True, related_name="people")
    group_codes = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    officer_cert_no = models.CharField(_("officer certificate number"), max_length=40, blank=True)

    def __str__(self):
        return self.display_name or self.username
