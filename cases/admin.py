"""Deadline rules and corrections of the calendar, for the administrator. Clocks have verbs of their own."""

from django.contrib import admin

from cases.models import DeadlineRule, WorkdayCorrection


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
