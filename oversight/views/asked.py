"""What the pages of the record ask alike: a person with a region, a form whose faults are told by their fields."""

from functools import wraps

from django.utils.translation import gettext as _

from cases.views.export import refused


def of_a_region(view):
    """Who belongs to no region is told so."""

    @wraps(view)
    def asked(request, *args, **named):
        if request.user.region_id is None:
            return refused([_("Your account belongs to no region; an administrator can give it one.")])
        return view(request, *args, **named)

    return asked


def faults(form) -> list[str]:
    return [f"{form.fields[name].label}: {' '.join(said)}" for name, said in form.errors.items()]
