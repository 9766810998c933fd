"""What coverage is measured against: every threshold, for the region, a tier of the grid, an area, or both."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

SHARE = (MinValueValidator(0), MaxValueValidator(1))


class CoverageRule(models.Model):
    """Thresholds that differ from what is usual (`USUAL`, domain page 6); an empty one says nothing.

    Of several rules that say something the narrower goes first: of an area and a tier, of an area, of a tier, of the
    region. A cell's own `patrol_days` goes before all.
    """

    region = models.ForeignKey("boundaries.Region", models.CASCADE, related_name="coverage_rules")
    level = models.PositiveSmallIntegerField(_("tier"), default=0, help_text="0: every tier")
    area_code = models.CharField(_("area"), max_length=12, blank=True, default="")
    patrol_days = models.PositiveSmallIntegerField(
        _("days between patrols"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    track_radius_m = models.FloatField(
        _("metres seen beside a track"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )
    least_track_share = models.FloatField(_("least share of the ground seen"), null=True, blank=True, validators=SHARE)
    hot_percentile = models.FloatField(_("hot from this percentile of heat"), null=True, blank=True, validators=SHARE)
    half_life_days = models.FloatField(
        _("days after which a case counts half"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    major_weight = models.FloatField(
        _("weight of a major case"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    silent_days = models.PositiveSmallIntegerField(
        _("days without a report"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    most_accuracy_m = models.FloatField(
        _("worst accuracy of a point, metres"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    longest_break_s = models.FloatField(
        _("longest break in a track, seconds"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    least_gap_m2 = models.FloatField(
        _("least size of a gap, m²"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    least_roundness = models.FloatField(_("least roundness of a gap"), null=True, blank=True, validators=SHARE)
    least_overlap_m2 = models.FloatField(
        _("least size of an overlap, m²"), null=True, blank=True, validators=[MinValueValidator(0)]
    )

    class Meta:
        ordering = ("area_code", "level")
        constraints = (
            models.UniqueConstraint(fields=("region", "level", "area_code"), name="one_coverage_rule_a_place"),
        )

    def __str__(self):
        return f"{self.region_id} {self.area_code or '*'} {self.level or '*'}"


# What holds where no rule says otherwise; a pair is (in a subdistrict, elsewhere). Domain page 6, defaults.
USUAL: dict[str, float | tuple[float, float]] = {
    "patrol_days": (7, 15),
    "track_radius_m": (50, 100),
    "least_track_share": 0.6,
    "hot_percentile": 0.8,
    "half_life_days": 90,
    "major_weight": 3,
    "silent_days": 90,
    "most_accuracy_m": 50,
    "longest_break_s": 300,
    "least_gap_m2": 500,
    "least_roundness": 0.05,
    "least_overlap_m2": 500,
}
