"""The gallery: every part in all its states, on one page; for whoever builds or judges the look."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from azimuth.kit import charts
from azimuth.kit import forms as kit_forms
from azimuth.kit.components.lists import ChartTable, Tab
from azimuth.kit.htmx import part_or_page
from azimuth.kit.tables import Column, Filter, Table

SCALE = [_("Rarely"), _("Sometimes"), _("Often"), _("Mostly"), _("Always")]


class SampleForm(kit_forms.Form):
    """One field of each sort."""

    name = forms.CharField(label=_("Name of the cycle"), help_text=_("People read it in their mail."), max_length=80)
    opens_on = kit_forms.DateField(label=_("Opens on"))
    zone = kit_forms.TimeZoneField(label=_("Time zone"), required=False)
    purpose = forms.ChoiceField(
        label=_("Purpose"), widget=forms.RadioSelect, help_text=_("Decides who may read the report."),
        choices=[("development", _("Development: to grow")), ("evaluation", _("Evaluation: to decide"))],
    )
    size = forms.ChoiceField(label=_("Team size"), choices=[("", "…"), ("s", _("Up to ten")), ("m", _("More than ten"))])
    groups = forms.MultipleChoiceField(
        label=_("Who is asked"), widget=forms.CheckboxSelectMultiple, required=False,
        choices=[("manager", _("The lead")), ("peer", _("Peers")), ("report", _("Direct reports"))],
    )
    reason = forms.CharField(label=_("Why we ask"), widget=forms.Textarea, required=False)
    sheet = forms.FileField(label=_("A sheet"), required=False)
    agreed = forms.BooleanField(label=_("Remind people twice"), required=False, help_text=_("Three days and one day before the end."))


class SampleTable(Table):
    """Django's own list of models: rows that are always there."""

    key, caption, order, per_page, export_name = "sample", _("Kinds of rows"), ("model",), 8, "sample"
    columns = (
        Column("model", _("Kind"), sort=("model",)),
        Column("app", _("App"), value="app_label", sort=("app_label", "model")),
        Column("number", _("Number"), value="pk", align="end", drops=True),
    )
    filters = (Filter("app", _("App"), [("people", "people"), ("reviews", "reviews")], lambda rows, code: rows.filter(app_label=code)),)
    search_label = _("Find a kind of row")

    def search(self, rows: QuerySet, words: str) -> QuerySet:
        """Rows whose name contains the words."""
        return rows.filter(model__icontains=words)


@require_GET
def gallery(request: HttpRequest) -> HttpResponseBase:
    """Every part in all its states; open on this machine and in the demo, elsewhere to the signed-in only."""
    if settings.PRODUCTION and getattr(request, "person", None) is None:
        raise Http404
    table = SampleTable(request, ContentType.objects.all(), may_export=True)
    if table.wants_export:
        return table.export()
    if "toast" in request.GET:
        messages.success(request, _("Kept. 14 people will hear from us tomorrow morning."))
    broken = SampleForm({"name": "", "opens_on": "yesterday", "purpose": "x"}, prefix="broken")
    context = {
        "form": SampleForm(), "broken": broken, "table": table, "people": PEOPLE, "day": date(2026, 3, 2), "moment": datetime(2026, 3, 2, 17, 0, tzinfo=UTC),
        "steps": [("who", _("Who"), "#who"), ("what", _("What is asked"), "#what"), ("when", _("When"), None), ("sure", _("Look it over"), None)],
        "tabs": [Tab(_("Open"), "#a", is_current=True, count=3), Tab(_("Released"), "#b", count=12), Tab(_("Drafts"), "#c")],
        "crumbs": [(_("Reviews"), "/reviews/"), (_("Spring 2026"), "#"), (_("Ada Novak"), "")],
        "tones": ["neutral", "good", "warn", "bad", "info", "accent"], "charts": pictures("wide"), "small_charts": pictures("narrow"),
        "numbers": ChartTable([_("Group"), _("Value"), "n"], [[_("Self"), 4.2, 1], [_("Peers"), 3.6, 5]], _("Clear direction")),
    }
    return part_or_page(request, "kit/gallery/page.html", "table", context) if "sort" in request.GET else render(request, "kit/gallery/page.html", context)


gallery.guard = "open_to_all"  # type: ignore[attr-defined]  # the mark of access.guards, which stands above kit

PEOPLE = [("Ada Novak", _("Instrument Maker")), ("Bo Lindqvist", _("Workshop Lead")), ("Cleo Brandt", _("Instrument Maker")),
          ("Dan Moreau", _("Harbour Lead")), ("Eve Castellano", _("HR Partner")), ("Finn Aaltonen", _("Systems Engineer")),
          ("Iris Okafor", _("Head of People")), ("Jon Abara", _("Internal Auditor")), ("هدى المصري", _("Client"))]


def pictures(width: str) -> dict[str, str]:
    """One of each chart, with invented figures."""
    return {**_views(width), **_tables(width), "spark": charts.sparkline([3.1, 3.3, 3.2, 3.6, 3.5, 3.9], title=str(_("Rising since spring")))}


def _views(width: str) -> dict[str, str]:
    rows = [
        charts.DotRow(str(_("Clear direction")), [
            charts.Dot(str(_("Self")), 4.2, "self"), charts.Dot(str(_("Lead")), 3.5, "lead"),
            charts.Dot(str(_("Peers")), 3.6, "group", 3.1, 4.1, 5), charts.Dot(str(_("All others")), 3.7, "all", 3.4, 4.0, 9),
            charts.Dot(str(_("Adjusted")), 3.8, "adjusted", 3.4, 4.2),
        ]),
        charts.DotRow(str(_("Listening before deciding, also under pressure")), [
            charts.Dot(str(_("Self")), 3.4, "self"), charts.Dot(str(_("Peers")), None, note=str(_("fewer than 3 answered"))),
            charts.Dot(str(_("All others")), 4.3, "all", 4.0, 4.6, 7),
        ]),
    ]
    points = [charts.TrendPoint(label, value, value - 0.3, value + 0.25, n) for label, value, n in
              (("2024 H1", 3.2, 31), ("2024 H2", 3.3, 40), ("2025 H1", 3.25, 44), ("2025 H2", 3.6, 52), ("2026 H1", 3.8, 57))]
    return {
        "dots": charts.dot_plot(rows, low=1, high=5, width=width, title=str(_("How others see it")), desc=str(_("Self and others on two topics.")),
                                ends=(str(_("rarely")), str(_("always")))),
        "likert": charts.likert(
            [charts.LikertRow(str(_("Says what matters now and what can wait")), [1, 2, 4, 9, 6]), charts.LikertRow(str(_("Asks before judging")), [0, 1, 2, 8, 11]),
             charts.LikertRow(str(_("Keeps promises")), [3, 6, 5, 4, 2])], points=[str(word) for word in SCALE], width=width, title=str(_("Answers by question"))),
        "strip": charts.distribution_strip([(str(word), count) for word, count in zip(SCALE, (0, 1, 3, 6, 2), strict=True)], mean=3.8, title=str(_("Spread of answers"))),
        "shares": charts.shares([charts.Part(str(_("Already agreed")), 0.45, is_point=True), charts.Part(str(_("Still talked about, in two of the three units")), 0.35), charts.Part(str(_("Open")), 0.2)],
                                width=width, title=str(_("Where the plan stands"))),
        "trend": charts.trend(points, low=1, high=5, ticks=[1, 2, 3, 4, 5], width=width, title=str(_("Trust over time"))),
    }


def _tables(width: str) -> dict[str, str]:
    names = ["Ada Novak", "Bo Lindqvist", "Cleo Brandt", "Dan Moreau", "Eve Castellano", "Finn Aaltonen"]
    cell = charts.NineBoxCell
    nine = [[cell(str(_("Rising")), names[:1]), cell(str(_("Ready soon")), names[1:3]), cell(str(_("Ready now")), names)],
            [cell(str(_("New")), []), cell(str(_("Steady")), names[2:5]), cell(str(_("Strong")), names[:2])],
            [cell(str(_("At risk")), []), cell(str(_("Settling")), names[5:]), cell(str(_("Expert")), count=4)]]
    heat: list[tuple[str, list[float | None]]] = [(str(_("Clear direction")), [3.9, 3.4, 4.2, None]), (str(_("Listening")), [2.1, 3.0, 4.6, 3.8]), (str(_("Keeping promises")), [4.4, 1.6, 3.3, 2.9])]
    node = charts.TreeNode
    return {
        "heat": charts.heat_table(heat, columns=[str(_("Workshop")), str(_("Harbour")), str(_("Office")), str(_("Abroad"))], low=1, high=5, width=width,
                                  title=str(_("Topics by unit"))),
        "nine": charts.nine_box(nine, across=str(_("Performance")), upward=str(_("Potential")), width=width, title=str(_("Talent grid")),
                                steps=[str(_("low")), str(_("middle")), str(_("high"))]),
        "tree": charts.tree([node(str(_("Meridian is on time")), str(_("company")), [
            node(str(_("Workshop ships in five days")), str(_("Workshop")), [node(str(_("Fewer returns")), share=0.4)], share=0.7),
            node(str(_("Harbour loads at night")), str(_("Harbour")), share=0.2)], share=0.55)], width=width, title=str(_("Goals and what they serve"))),
    }
