"""The numbers that the notice and the law leave open: defaults of ours, one row a region, edited by the office."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class Practice(models.Model):
    """How a region fills in what is not prescribed. Amounts in yuan, lengths in metres, areas in m².

    `confirmed_by` is empty until the legal section has confirmed the row; screens say so as long as it is.
    """

    region = models.OneToOneField("boundaries.Region", models.CASCADE, primary_key=True, related_name="practice")
    # 河南省行政处罚听证办法 4
    hearing_fine_natural = models.DecimalField(
        _("hearing from this fine on, natural persons"), max_digits=14, decimal_places=2, default=5_000
    )
    hearing_fine_organisation = models.DecimalField(
        _("hearing from this fine on, organisations"), max_digits=14, decimal_places=2, default=50_000
    )
    joint_window_hours = models.PositiveSmallIntegerField(_("hours of a joint inspection"), default=4)  # A14
    # A12: any one of these suggests 重大; a person decides
    major_floor_area_m2 = models.FloatField(_("major from this floor area on"), default=20_000)
    major_storeys = models.PositiveSmallIntegerField(_("major from these storeys on"), default=7)
    major_contract_price = models.DecimalField(
        _("major from this contract price on"), max_digits=16, decimal_places=2, default=30_000_000
    )
    repeat_metres = models.PositiveSmallIntegerField(_("same site within"), default=50)  # domain page 7, H2
    repeat_months = models.PositiveSmallIntegerField(_("repeat within these months"), default=24)
    follow_up_days = models.PositiveSmallIntegerField(_("days of follow-up supervision"), default=90)  # A21
    follow_up_every_days = models.PositiveSmallIntegerField(_("days between follow-up visits"), default=30)
    limitation_years = models.PositiveSmallIntegerField(_("years of limitation"), default=2)  # 行政处罚法 36
    limitation_years_harm = models.PositiveSmallIntegerField(_("years of limitation where safety is harmed"), default=5)
    confirmed_by = models.CharField(_("confirmed by"), max_length=60, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("practice of a region")
        verbose_name_plural = _("practice of the regions")

    def __str__(self):
        return str(self.region)

    @property
    def standing_label(self) -> str:
        """Who confirmed the row, or that nobody did yet."""
        if self.confirmed_by:
            return _("confirmed by {who}").format(who=self.confirmed_by)
        return _("to be confirmed by the legal section")

    @classmethod
    def of(cls, region_id):
        """The region's row, or the defaults where nobody has edited any."""
        return cls.objects.filter(pk=region_id).first() or cls(region_id=region_id)
