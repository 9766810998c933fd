"""The pages of the record."""

urlpatterns = []
