"""The record for other systems."""

urlpatterns = []
