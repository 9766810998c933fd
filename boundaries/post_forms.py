"""What is told with each act on a post: one form an act, whose fault is the verb's own sentence at its field."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries import liaisons, posts
from boundaries.models import CooperationGroup, Edition, GridPost, Unit, User
from boundaries.posts import PostRefused
from gis_core.days import DayField

PEOPLE = "people"  # the list of accounts that the page offers
MOST_OFFERED = 500


def day(label, *, required=True, help_text=""):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return DayField(label=label, required=required, help_text=help_text, widget=widget)


def people_of(region):
    """Accounts that a page offers to choose from; any other can be typed."""
    return User.objects.filter(region=region, is_active=True).select_related("unit").order_by("username")[:MOST_OFFERED]


class Account(forms.CharField):
    """An account of the region by the name it signs in with, or nobody's."""

    def __init__(self, **words):
        super().__init__(
            label=gettext_lazy("Account"), max_length=150, required=False,
            widget=forms.TextInput(attrs={"list": PEOPLE, "autocomplete": "off"}), **words,
        )  # fmt: skip
        self.region = None

    def clean(self, value):
        name = super().clean(value)
        if not name:
            return None
        found = User.objects.filter(region=self.region, username=name, is_active=True).select_related("unit").first()
        if found is None:
            raise ValidationError(_("There is no account {name} here.").format(name=name))
        return found


class TellingForm(forms.Form):
    """`carry_out` does the act, or puts what is refused at the fields and says no."""

    def __init__(self, data=None, *, region, **words):
        super().__init__(data, **words)
        for field in self.fields.values():
            if isinstance(field, Account):
                field.region = region
        if "unit" in self.fields:
            self.fields["unit"].queryset = Unit.objects.filter(region=region)
        if "group_code" in self.fields:
            groups = CooperationGroup.objects.filter(edition=Edition.objects.current(region))
            self.fields["group_code"].choices = [("", "—"), *groups.values_list("code", "name")]

    def carry_out(self, target, *, by) -> bool:
        if not self.is_valid():
            return False
        try:
            self.act(target, by, **self.cleaned_data)
        except PostRefused as refused:
            for name, sentences in refused.errors.items():
                self.add_error(name if name in self.fields else None, sentences)
            return False
        return True


def last_day():
    return day(gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Left empty: until further notice."))


def holder():
    return forms.CharField(
        label=gettext_lazy("Name"), max_length=60, required=False,
        help_text=gettext_lazy("Left empty: the account’s own."), widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


def unit():
    return forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("Unit"), to_field_name="code", required=False, empty_label="—"
    )


class Post(TellingForm):
    done = gettext_lazy("Posted.")
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=GridPost.Role)
    holder = holder()
    user = Account()
    unit = unit()
    group_code = forms.ChoiceField(label=gettext_lazy("Cooperation group"), required=False)
    valid_from = day(gettext_lazy("From"))
    valid_to = last_day()

    def act(self, target, by, **told):
        posts.post(target, by=by, **told)


class Deputy(TellingForm):
    """Somebody who stands in for the holder, in the same role."""

    done = gettext_lazy("The deputy is posted.")
    holder = holder()
    user = Account()
    valid_from = day(gettext_lazy("From"))
    valid_to = day(gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Left empty: as long as the post."))

    def act(self, target, by, **told):
        kept = {"role": target.role, "unit": target.unit, "group_code": target.group_code}
        posts.post(target.cell, deputy_of=target, by=by, **kept, **told)


class Replace(TellingForm):
    done = gettext_lazy("Replaced.")
    holder = holder()
    user = Account()
    unit = unit()
    from_day = day(
        gettext_lazy("From"), help_text=gettext_lazy("The present post ends the day before; its deputies go on.")
    )

    def act(self, target, by, **told):
        posts.replace(target, by=by, **told)


class End(TellingForm):
    done = gettext_lazy("The last day is noted.")
    last_day = day(gettext_lazy("Last day"), help_text=gettext_lazy("Deputies end with the post."))

    def act(self, target, by, **told):
        posts.end(target, by=by, **told)


class Leave(TellingForm):
    done = gettext_lazy("The leave is noted.")
    first_day = day(gettext_lazy("First day of leave"))
    last_day = day(
        gettext_lazy("Last day of leave"), required=False, help_text=gettext_lazy("Left empty: until further notice.")
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=60, required=False)
    everywhere = forms.BooleanField(label=gettext_lazy("For all posts of this account"), required=False)

    def act(self, target, by, *, everywhere, **told):
        (posts.leave_everywhere if everywhere and target.user_id else posts.leave)(target, by=by, **told)


class EndLeave(TellingForm):
    done = gettext_lazy("The last day of leave is noted.")
    last_day = day(gettext_lazy("Last day of leave"))

    def act(self, target, by, **told):
        posts.end_leave(target, by=by, **told)


class NameLiaison(TellingForm):
    done = gettext_lazy("The dedicated person is named.")
    holder = holder()
    user = Account()
    valid_from = day(gettext_lazy("From"), help_text=gettext_lazy("Whoever it was until then ends the day before."))
    valid_to = last_day()

    def act(self, target, by, **told):
        liaisons.name(target, by=by, **told)


class EndLiaison(TellingForm):
    done = gettext_lazy("The last day is noted.")
    last_day = day(gettext_lazy("Last day"))

    def act(self, target, by, **told):
        liaisons.end(target, by=by, **told)


class Withdraw(TellingForm):
    """Of a post that has not begun; nothing is told."""

    done = gettext_lazy("Taken back.")

    def act(self, target, by, **told):
        posts.withdraw(target, by=by, today=today())


class CancelLeave(TellingForm):
    done = gettext_lazy("Taken back.")

    def act(self, target, by, **told):
        posts.cancel_leave(target, by=by, today=today())


def today() -> date:
    return timezone.localdate()
