"""Addresses of people."""

from django.urls import path

from azimuth.people.views import attributes, chart, directory, grants, imports, person, units

app_name = "people"
urlpatterns = [
    path("", directory.directory, name="directory"),
    path("suggest/", directory.suggest, name="suggest"),
    path("new/", directory.add, name="add"),
    path("chart/", chart.chart, name="chart"),
    path("preferences/", person.preferences, name="preferences"),
    path("units/", units.units, name="units"),
    path("units/new/", units.create, name="create-unit"),
    path("units/<uuid:unit>/", units.unit, name="unit"),
    path("units/<uuid:unit>/rename/", units.rename, name="rename-unit"),
    path("units/<uuid:unit>/move/", units.move, name="move-unit"),
    path("units/<uuid:unit>/merge/", units.merge, name="merge-unit"),
    path("units/<uuid:unit>/close/", units.close, name="close-unit"),
    path("units/<uuid:unit>/reopen/", units.reopen, name="reopen-unit"),
    path("attributes/", attributes.attributes, name="attributes"),
    path("attributes/new/", attributes.declare, name="declare-attribute"),
    path("attributes/<uuid:attribute>/amend/", attributes.amend, name="amend-attribute"),
    path("attributes/<uuid:attribute>/drop/", attributes.drop, name="drop-attribute"),
    path("grants/", grants.grants, name="grants"),
    path("grants/new/", grants.give, name="give"),
    path("grants/<uuid:grant>/withdraw/", grants.withdraw, name="withdraw"),
    path("import/", imports.imports, name="imports"),
    path("import/template/", imports.template, name="import-template"),
    path("import/<uuid:imported>/", imports.one, name="import"),
    path("import/<uuid:imported>/columns/", imports.columns, name="import-columns"),
    path("import/<uuid:imported>/decide/", imports.decide, name="import-decide"),
    path("import/<uuid:imported>/apply/", imports.apply, name="import-apply"),
    path("import/<uuid:imported>/discard/", imports.discard, name="import-discard"),
    path("import/<uuid:imported>/report/", imports.report, name="import-report"),
    path("<uuid:person>/", person.person, name="person"),
    path("<uuid:person>/edit/", person.edit, name="edit"),
    path("<uuid:person>/move/", person.move, name="move"),
    path("<uuid:person>/dotted/", person.add_dotted, name="add-dotted"),
    path("<uuid:person>/dotted/<int:line>/end/", person.end_dotted, name="end-dotted"),
    path("<uuid:person>/end/", person.end, name="end"),
    path("<uuid:person>/bring-back/", person.bring_back, name="bring-back"),
    path("<uuid:person>/block/", person.block, name="block"),
    path("<uuid:person>/unblock/", person.unblock, name="unblock"),
]
