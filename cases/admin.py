"""Deadline rules, corrections of the calendar, discretion tiers and practice, for the administrator.

Cases and their clocks have verbs of their own.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cases.models import DeadlineRule, DiscretionTier, Practice, WorkdayCorrection


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(admin.ModelAdmin):
    """A running clock keeps its row: one saved as new, with a later first day, is for the clocks from then on. A row is
    ended by its last day and never deleted."""

    list_display = ("code", "name", "kind", "amount", "unit", "standing", "confirmed_by", "active_from", "active_to")
    list_filter = ("region", "standing", "kind")
    search_fields = ("code", "name", "trigger", "basis")
    save_as = True

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(WorkdayCorrection)
class WorkdayCorrectionAdmin(admin.ModelAdmin):
    list_display = ("date", "is_workday", "note", "source", "completes_year", "region")
    list_filter = ("region", "is_workday")
    date_hierarchy = "date"


@admin.register(DiscretionTier)
class DiscretionTierAdmin(admin.ModelAdmin):
    """Sizes in m²; money in yuan, or in percent of what the tier names."""

    list_display = (
        "kind", "subject", "measure", "at_least", "below", "of", "least", "most", "standing", "confirmed_by",
    )  # fmt: skip
    list_filter = ("region", "standing", "kind", "subject")
    search_fields = ("basis",)

    def get_readonly_fields(self, request, obj=None):
        return ("region",) if obj else ()


@admin.register(Practice)
class PracticeAdmin(admin.ModelAdmin):
    """One row a region, made at set-up: it is edited, never added or deleted."""

    list_display = ("region", "standing", "confirmed_on", "hearing_fine_natural", "hearing_fine_organisation")
    readonly_fields = ("region",)

    @admin.display(description=_("standing"))
    def standing(self, practice):
        return practice.standing_label

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
