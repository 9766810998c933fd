"""The pages of the record."""

from django.urls import path

from oversight.views import (
    assessment, circulars, conduct, exposure, ledger, public_report, publicity, stats, stats_more, wall,
)  # fmt: skip

urlpatterns = [
    path("ledger/", ledger.ledger_page, name="ledger"),
    path("ledger.<slug:kind>", ledger.ledger_file, name="ledger-file"),
    path("ledger/freeze/", ledger.freeze_ledger, name="ledger-freeze"),
    path("stats/wall/", wall.wall_page, name="stats-wall"),
    path("stats/", stats.stats, name="stats"),
    path("stats/cases/", stats.stats_cases, name="stats-cases"),
    path("stats.<slug:kind>", stats.stats_file, name="stats-file"),
    path("stats/places/", stats_more.where, name="stats-places"),
    path("stats/places/hexagons/", stats_more.where_hexagons, name="stats-hexagons"),
    path("stats/times/", stats_more.times, name="stats-times"),
    path("conduct/", conduct.records, name="conduct"),
    path("conduct.<slug:kind>", conduct.records_file, name="conduct-file"),
    path("conduct/new/", conduct.new, name="conduct-new"),
    path("conduct/repeat/", conduct.repeat, name="conduct-repeat"),
    path("conduct/follow-up/", conduct.follow_ups, name="conduct-follow-up"),
    path("conduct/<int:pk>/", conduct.record, name="conduct-record"),
    path("conduct/<int:pk>/<slug:verb>/", conduct.act, name="conduct-act"),
    path("assessment/", assessment.assessment, name="assessment"),
    path("assessment.docx", assessment.assessment_file, name="assessment-file"),
    path("assessment/freeze/", assessment.assessment_freeze, name="assessment-freeze"),
    path("assessment/rules/", assessment.assessment_rules, name="assessment-rules"),
    path("circulars/", circulars.circulars, name="circulars"),
    path("circulars/new/", circulars.new, name="circular-new"),
    path("circulars/awards/", circulars.awards, name="circular-awards"),
    path("circulars/rules/", circulars.rules, name="circular-rules"),
    path("circulars/<int:pk>/", circulars.circular, name="circular"),
    path("exposure/", exposure.exposure, name="exposure"),
    path("exposure/feed/", exposure.feed, name="exposure-feed"),
    path("exposure/desk/", exposure.desk, name="exposure-desk"),
    path("exposure/desk/new/", exposure.new, name="exposure-new"),
    path("exposure/desk/<int:pk>/", exposure.edit, name="exposure-edit"),
    path("exposure/<uuid:key>/", exposure.entry, name="exposure-entry"),
    path("publicity/", publicity.press, name="publicity"),
    path("publicity/new/", publicity.new, name="publicity-new"),
    path("publicity/<int:pk>/", publicity.item, name="publicity-item"),
    path("publicity/videos/", publicity.videos, name="publicity-videos"),
    path("publicity/videos/<int:pk>/", publicity.video, name="publicity-video"),
    path("public-report/<slug:code>/", public_report.report, name="public-report"),
    path("public-report/<slug:code>/receipt/", public_report.receipt, name="public-receipt"),
]
