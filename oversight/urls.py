"""The pages of the record."""

from django.urls import path

from oversight.views import ledger

urlpatterns = [
    path("ledger/", ledger.ledger_page, name="ledger"),
    path("ledger.<slug:kind>", ledger.ledger_file, name="ledger-file"),
    path("ledger/freeze/", ledger.freeze_ledger, name="ledger-freeze"),
]
