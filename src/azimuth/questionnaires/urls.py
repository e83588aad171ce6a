"""Addresses of questionnaires."""

from django.urls import URLPattern, path

from azimuth.questionnaires.views import editing, importing, keeping, scales, translating

app_name = "questionnaires"
urlpatterns: list[URLPattern] = [
    path("", keeping.index, name="index"),
    path("retired/", keeping.retired, name="retired"),
    path("new/", keeping.new, name="new"),
    path("import/", importing.import_questionnaire, name="import"),
    path("scales/", scales.scales, name="scales"),
    path("scales/new/", scales.new_scale, name="new-scale"),
    path("scales/<uuid:scale>/edit/", scales.edit_scale, name="edit-scale"),
    path("scales/<uuid:scale>/copy/", scales.copy_scale, name="copy-scale"),
    path("scales/<uuid:scale>/retire/", scales.retire_scale, name="retire-scale"),
    path("scales/<uuid:scale>/restore/", scales.restore_scale, name="restore-scale"),
    path("scales/<uuid:scale>/translate/<slug:language>/", translating.translate_scale, name="translate-scale"),
    path("sections/<uuid:section>/edit/", editing.edit_section, name="edit-section"),
    path("sections/<uuid:section>/move/", editing.move_section, name="move-section"),
    path("sections/<uuid:section>/remove/", editing.remove_section, name="remove-section"),
    path("sections/<uuid:section>/add-question/", editing.add_question, name="add-question"),
    path("questions/<uuid:question>/edit/", editing.edit_question, name="edit-question"),
    path("questions/<uuid:question>/move/", editing.move_question, name="move-question"),
    path("questions/<uuid:question>/remove/", editing.remove_question, name="remove-question"),
    path("<uuid:questionnaire>/", keeping.questionnaire, name="questionnaire"),
    path("<uuid:questionnaire>/edit/", keeping.edit, name="edit"),
    path("<uuid:questionnaire>/preview/", keeping.preview, name="preview"),
    path("<uuid:questionnaire>/export/", keeping.export, name="export"),
    path("<uuid:questionnaire>/duplicate/", keeping.duplicate, name="duplicate"),
    path("<uuid:questionnaire>/next-version/", keeping.next_version, name="next-version"),
    path("<uuid:questionnaire>/retire/", keeping.retire, name="retire"),
    path("<uuid:questionnaire>/restore/", keeping.restore, name="restore"),
    path("<uuid:questionnaire>/discard/", keeping.discard, name="discard"),
    path("<uuid:questionnaire>/translate/<slug:language>/", translating.translate, name="translate"),
    path("<uuid:questionnaire>/add-section/", editing.add_section, name="add-section"),
]
