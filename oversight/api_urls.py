"""The record for other systems."""

from django.urls import path

from oversight.api import conduct

urlpatterns = [
    path("conduct/", conduct.ConductView.as_view(), name="api-conduct"),
]
