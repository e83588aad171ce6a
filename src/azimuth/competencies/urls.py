"""Addresses of competencies."""

from django.urls import URLPattern, path

from azimuth.competencies.views import choosing, importing, keeping, translating

app_name = "competencies"
urlpatterns: list[URLPattern] = [
    path("", keeping.index, name="index"),
    path("retired/", keeping.retired, name="retired"),
    path("new/", keeping.new, name="new"),
    path("export/", importing.export, name="export"),
    path("import/", importing.import_competencies, name="import"),
    path("make-questionnaire/", choosing.make_questionnaire, name="make-questionnaire"),
    path("add-to-questionnaire/<uuid:questionnaire>/", choosing.add_to_questionnaire, name="add-to-questionnaire"),
    path("<uuid:competency>/", keeping.competency, name="competency"),
    path("<uuid:competency>/edit/", keeping.edit, name="edit"),
    path("<uuid:competency>/translate/<slug:language>/", translating.translate, name="translate"),
    path("<uuid:competency>/retire/", keeping.retire, name="retire"),
    path("<uuid:competency>/restore/", keeping.restore, name="restore"),
]
