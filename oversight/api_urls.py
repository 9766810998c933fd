"""The record for other systems."""

from django.urls import path

from oversight.api import conduct, stats

urlpatterns = [
    path("conduct/", conduct.ConductView.as_view(), name="api-conduct"),
    path("stats/", stats.StatsView.as_view(), name="api-stats"),
]
