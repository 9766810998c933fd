from django.urls import path

from cases import addresses, api  # noqa: F401 -- `addresses` registers <case_no:…>

urlpatterns = [
    path("locate/", api.LocateView.as_view(), name="api-locate"),
    path("reports/", api.ReportView.as_view(), name="api-reports"),
    path("cases/", api.CaseListView.as_view(), name="api-cases"),
    path("cases/nearby/", api.NearbyView.as_view(), name="api-nearby"),
    path("cases/summary/", api.SummaryView.as_view(), name="api-summary"),
    path("cases/<case_no:case_no>/", api.CaseDetailView.as_view(), name="api-case"),
    path("cases/<case_no:case_no>/actions/override/", api.OverrideView.as_view(), name="api-override"),
    path("cases/<case_no:case_no>/photos/", api.PhotosView.as_view(), name="api-photos"),
    path("changes/", api.ChangesView.as_view(), name="api-changes"),
]
