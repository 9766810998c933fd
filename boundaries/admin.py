"""Accounts, dedicated persons and units for the administrator. Editions, cases and posts are not edited here: they have
verbs of their own."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from boundaries.models import GridPost, Liaison, PostLeave, Unit, User


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ("username", "display_name", "unit", "region", "is_active")
    list_filter = ("groups", "unit", "is_active")
    search_fields = ("username", "display_name")
    fieldsets = (
        *UserAdmin.fieldsets,
        (_("The work"), {"fields": ("display_name", "region", "unit", "group_codes", "officer_cert_no")}),
    )


class OnlyShown:
    """Rows that have verbs and a page of their own are looked up here with their history and changed there."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class LeaveInline(OnlyShown, admin.TabularInline):
    model = PostLeave


@admin.register(GridPost)
class GridPostAdmin(OnlyShown, admin.ModelAdmin):
    """Who may be posted when is what `boundaries.posts` says, and its page asks it."""

    list_display = ("cell", "role", "holder", "valid_from", "valid_to")
    list_filter = ("role",)
    search_fields = ("holder", "cell__name", "cell__code")
    inlines = (LeaveInline,)


@admin.register(Liaison)
class LiaisonAdmin(admin.ModelAdmin):
    list_display = ("unit", "holder", "valid_from", "valid_to")
    search_fields = ("holder", "unit__name")
    autocomplete_fields = ("user", "unit")


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "kind", "region")
    list_filter = ("kind",)
    search_fields = ("name", "code")
