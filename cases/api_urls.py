from django.urls import path

from cases import addresses  # noqa: F401 -- registers <case_no:…>
from cases.api import (
    acts,
    cases,
    changes,
    coverage,
    days,
    documents,
    evidence,
    grid_drafts,
    grid_verbs,
    patrol_plans,
    patrols,
    personal,
    places,
    reports,
    search,
    selection,
    uploads,
)

urlpatterns = [
    path("locate/", places.LocateView.as_view(), name="api-locate"),
    path("reports/", reports.ReportView.as_view(), name="api-reports"),
    path("cases/", cases.CaseListView.as_view(), name="api-cases"),
    path("cases/nearby/", places.NearbyView.as_view(), name="api-nearby"),
    path("cases/selection/", selection.SelectionView.as_view(), name="api-selection"),
    path("cases/summary/", cases.SummaryView.as_view(), name="api-summary"),
    path("cases/days/", days.DaysView.as_view(), name="api-days"),
    path("cases/<case_no:case_no>/", cases.CaseDetailView.as_view(), name="api-case"),
    path("cases/<case_no:case_no>/actions/override/", cases.OverrideView.as_view(), name="api-override"),
    path("cases/<case_no:case_no>/actions/", acts.StepsView.as_view(), name="api-steps"),
    path("cases/<case_no:case_no>/actions/<slug:verb>/", acts.ActView.as_view(), name="api-act"),
    path(
        "cases/<case_no:case_no>/parties/<int:pk>/unmask/", personal.UnmaskPartyView.as_view(), name="api-unmask-party"
    ),
    path("cases/<case_no:case_no>/reporter/unmask/", personal.UnmaskReporterView.as_view(), name="api-unmask-reporter"),
    path("cases/<case_no:case_no>/photos/", reports.PhotosView.as_view(), name="api-photos"),
    path("cases/<case_no:case_no>/evidence/", evidence.EvidenceView.as_view(), name="api-evidence"),
    path("cases/<case_no:case_no>/documents/", documents.DocumentsView.as_view(), name="api-documents"),
    path("evidence/<int:pk>/review/", evidence.EvidenceReviewView.as_view(), name="api-evidence-review"),
    path("patrols/", patrols.PatrolsView.as_view(), name="api-patrols"),
    path("patrols/<int:pk>/", patrols.PatrolView.as_view(), name="api-patrol"),
    path("patrols/<int:pk>/accept/", patrols.AcceptView.as_view(), name="api-patrol-accept"),
    path("uploads/", uploads.UploadsView.as_view(), name="api-uploads"),
    path("uploads/<uuid:pk>/", uploads.UploadView.as_view(), name="api-upload"),
    path("grid-drafts/", grid_drafts.DraftsView.as_view(), name="api-grid-drafts"),
    path("grid-drafts/<int:pk>/", grid_drafts.OneDraftView.as_view(), name="api-grid-draft"),
    path("grid-drafts/<int:pk>/cells/", grid_drafts.CellsView.as_view(), name="api-grid-draft-cells"),
    path("grid-drafts/<int:pk>/faults/", grid_drafts.FaultsView.as_view(), name="api-grid-draft-faults"),
    path("grid-drafts/<int:pk>/compare/", grid_drafts.CompareView.as_view(), name="api-grid-draft-compare"),
    *(
        path(f"grid-drafts/<int:pk>/{verb}/", view.as_view(), name=f"api-grid-draft-{verb}")
        for verb, view in grid_verbs.VERBS.items()
    ),
    path("coverage/", coverage.CoverageView.as_view(), name="api-coverage"),
    path("coverage/cells/<str:code>/", coverage.CoverageCellView.as_view(), name="api-coverage-cell"),
    path("search/", search.SearchView.as_view(), name="api-search"),
    path("patrol-plans/", patrol_plans.PlansView.as_view(), name="api-patrol-plans"),
    path("patrol-plans/<int:pk>/", patrol_plans.PlanView.as_view(), name="api-patrol-plan"),
    path("patrol-plans/<int:pk>/send/", patrol_plans.SendPlanView.as_view(), name="api-patrol-plan-send"),
    path("changes/", changes.ChangesView.as_view(), name="api-changes"),
]
