"""The pages of the work."""

from django.urls import path

from cases import addresses  # noqa: F401 -- registers <case_no:…>
from cases.views import (
    act,
    case,
    document,
    drawer,
    evidence,
    export,
    handing,
    map,
    nearby,
    notices,
    personal,
    report,
    saved_views,
    selection,
    todo,
)

urlpatterns = [
    path("", map.map_page, name="map"),
    path("cases/rows/", map.case_rows, name="case-rows"),
    path("cases/rows/new/", map.case_news, name="case-news"),
    path("cases/rows/anew/", map.case_rows_anew, name="case-rows-anew"),
    path("views/", saved_views.views, name="views"),
    path("cases/new/", report.report, name="case-new"),
    path("cases/new/answer/", report.answer, name="case-answer"),
    path("cases/new/places/", report.find_places, name="case-places"),
    path("cases/<case_no:case_no>/", case.case, name="case-detail"),
    path("cases/<case_no:case_no>/override/", case.override, name="case-override"),
    path("cases/<case_no:case_no>/parties/<int:pk>/unmask/", personal.party, name="case-unmask-party"),
    path("cases/<case_no:case_no>/reporter/unmask/", personal.reporter, name="case-unmask-reporter"),
    path("cases/<case_no:case_no>/actions/<slug:verb>/", act.act, name="case-act"),
    path("documents/<int:pk>/", document.document, name="document"),
    path("documents/<int:pk>.docx", document.document_file, name="document-file"),
    path("cases/<case_no:case_no>/evidence/", evidence.of_case, name="case-evidence"),
    path("photos/<int:pk>/", evidence.photo, name="photo"),
    path("photos/<int:pk>/small/", evidence.small_photo, name="small-photo"),
    path("evidence/<int:pk>/", evidence.piece, name="evidence"),
    path("evidence/<int:pk>/review/", evidence.review, name="evidence-review"),
    path("todo/", todo.todo, name="todo"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="notices-read"),
    path("notices/<int:pk>/read/", notices.read, name="notice-read"),
    path("hand-over/", handing.hand_over, name="hand-over"),
    path("hand-over/drawer/", drawer.drawer, name="hand-over-drawer"),
    path("selection/places/", selection.places, name="selection-places"),
    path("nearby/", nearby.nearby, name="nearby"),
    path("export/map.html", export.export_map, name="export-map"),
]
