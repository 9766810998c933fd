from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class GisCoreConfig(AppConfig):
    name = "gis_core"
    verbose_name = _("The craft")

    def ready(self):
        """Each app registers what a map can show in its `layers.py`."""
        autodiscover_modules("layers")
