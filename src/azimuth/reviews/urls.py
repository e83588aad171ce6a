"""Addresses of reviews."""

from django.urls import path

from azimuth.reviews.views import answering, coaches, cohorts, cycles, drafting, reports, sharing

app_name = "reviews"
urlpatterns = [
    path("", answering.mine, name="mine"),
    path("answer/<uuid:assignment_id>/", answering.answer, name="answer"),
    path("answer/cycle/<uuid:cycle_id>/submit-all/", answering.submit_all, name="submit-all"),
    path("reports/<uuid:subject_id>/", reports.report, name="report"),
    path("reports/<uuid:subject_id>/pdf/", reports.pdf, name="report-pdf"),
    path("reports/<uuid:subject_id>/growth/", reports.choose_growth, name="choose-growth"),
    path("reports/<uuid:subject_id>/release/", reports.release, name="release-one"),
    path("reports/<uuid:subject_id>/open/", sharing.open_report, name="open-report"),
    path("reports/<uuid:subject_id>/guide/", sharing.guide, name="guide"),
    path("reports/<uuid:subject_id>/acknowledge/", sharing.acknowledge, name="acknowledge"),
    path("reports/<uuid:subject_id>/share/<uuid:person_id>/", sharing.share, name="share"),
    path("reports/<uuid:subject_id>/take-back/<uuid:share_id>/", sharing.take_back, name="take-back"),
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/new/", drafting.create, name="create"),
    path("cycles/<uuid:cycle_id>/", cycles.cycle, name="cycle"),
    path("cycles/<uuid:cycle_id>/basics/", drafting.basics, name="basics"),
    path("cycles/<uuid:cycle_id>/subjects/", drafting.subjects, name="subjects"),
    path("cycles/<uuid:cycle_id>/subjects/remove/", drafting.remove_subjects, name="remove-subjects"),
    path("cycles/<uuid:cycle_id>/rules/", drafting.rules, name="rules"),
    path("cycles/<uuid:cycle_id>/summary/", drafting.summary, name="summary"),
    path("cycles/<uuid:cycle_id>/discard/", drafting.discard, name="discard"),
    path("cycles/<uuid:cycle_id>/launch/", drafting.launch, name="launch"),
    path("cycles/<uuid:cycle_id>/close/", cycles.close, name="close"),
    path("cycles/<uuid:cycle_id>/release/", cycles.release, name="release"),
    path("cycles/<uuid:cycle_id>/rehearse/", drafting.rehearse, name="rehearse"),
    path("cycles/<uuid:cycle_id>/rehearse/people/", cycles.rehearsed, name="rehearsed"),
    path("cycles/<uuid:cycle_id>/rehearse/remedy/<slug:code>/", drafting.remedy, name="remedy"),
    path("cycles/<uuid:cycle_id>/preview/", reports.preview, name="preview"),
    path("cycles/<uuid:cycle_id>/coaches/", coaches.coaches, name="coaches"),
    path("cycles/<uuid:cycle_id>/coaches/assign/", coaches.assign, name="assign-coach"),
    path("cycles/<uuid:cycle_id>/cohort/", cohorts.cohort, name="cohort"),
    path("cycles/<uuid:cycle_id>/cohort/pdf/", cohorts.pdf, name="cohort-pdf"),
    path("cycles/<uuid:cycle_id>/raters/<uuid:subject_id>/", cycles.raters, name="raters"),
    path("cycles/<uuid:cycle_id>/raters/<uuid:subject_id>/add/", drafting.add_rater, name="add-rater"),
    path("cycles/<uuid:cycle_id>/raters/<uuid:subject_id>/remove/<uuid:person_id>/", drafting.remove_rater, name="remove-rater"),
]
