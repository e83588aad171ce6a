"""Whole questionnaires: the list, one of them, its preview, and what is done with it as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from azimuth.access.guards import ViewerRequest, signed_in
from azimuth.access.verdict import Verdict
from azimuth.kit.htmx import part_or_page
from azimuth.kit.tables import Column, Rows, Table
from azimuth.questionnaires import actions, outlines, policies, queries, texts, translations
from azimuth.questionnaires.forms import FrameForm, TitleForm, attempt
from azimuth.questionnaires.models import Questionnaire, RaterGroup, RatingScale, sees_templates


class QuestionnaireTable(Table):
    """The questionnaires a viewer may see."""

    key, caption, order = "questionnaires", gettext_lazy("Questionnaires"), ("title",)
    search_label = gettext_lazy("Find a questionnaire")
    empty_title = gettext_lazy("No questionnaire here")
    empty_text = gettext_lazy(
        "A questionnaire says what raters are asked. Make one of competencies, or copy a ready one."
    )
    columns = (
        Column("title", gettext_lazy("Title"), sort=("title",), cell="questionnaires/_title.html"),
        Column("section_count", gettext_lazy("Sections"), align="end", drops=True),
        Column("item_count", gettext_lazy("Items"), align="end"),
        Column("prompt_count", gettext_lazy("Prompts"), align="end", drops=True),
        Column(
            "minutes",
            gettext_lazy("Minutes"),
            value=lambda row: queries.minutes_of(row.item_count, row.prompt_count),
            align="end",
        ),
        Column("version", gettext_lazy("Version"), sort=("version", "title"), align="end", drops=True),
        Column(
            "changed_on",
            gettext_lazy("Changed"),
            sort=("changed_on", "title"),
            cell="questionnaires/_changed.html",
            drops=True,
        ),
    )

    def search(self, rows: Rows, words: str) -> Rows:
        """By title and purpose."""
        for word in words.split()[:8]:
            rows = rows.filter(Q(title__icontains=word) | Q(purpose__icontains=word))
        return rows


def kept_by_hr(request: ViewerRequest) -> None:
    """What is not the viewer's business is not there."""
    if not sees_templates(request.person):
        raise Http404


def find(request: ViewerRequest, key: UUID) -> Questionnaire:
    """A questionnaire the viewer may see, or 404."""
    return get_object_or_404(Questionnaire.objects.visible_to(request.person).select_related("scale"), pk=key)


def open_form(request: ViewerRequest, verdict: Verdict) -> None:
    """Refuse the wrong person always, and the wrong state when the form is opened: what was typed meanwhile goes to the action,
    whose refusal is shown above it."""
    policies.can_add(request.person).enforce()
    if request.method != "POST":
        verdict.enforce()


@signed_in
@require_GET
def index(request: ViewerRequest) -> HttpResponseBase:
    """The questionnaires in use."""
    return _list(request, is_retired=False)


@signed_in
@require_GET
def retired(request: ViewerRequest) -> HttpResponseBase:
    """The retired ones."""
    return _list(request, is_retired=True)


def _list(request: ViewerRequest, *, is_retired: bool) -> HttpResponseBase:
    kept_by_hr(request)
    newest = Questionnaire.objects.visible_to(request.person).newest().filter(retired_on__isnull=not is_retired)
    counted = newest.annotate(
        section_count=Count("sections", distinct=True),
        item_count=Count("sections__questions", filter=Q(sections__questions__kind="item")),
        prompt_count=Count("sections__questions", filter=Q(sections__questions__kind="prompt")),
    )
    table = QuestionnaireTable(request, counted, may_export=True)
    if table.wants_export:
        return table.export()
    faces = [
        (_("In use"), reverse("questionnaires:index"), not is_retired),
        (_("Retired"), reverse("questionnaires:retired"), is_retired),
        (_("Rating scales"), reverse("questionnaires:scales"), False),
    ]
    context = {"table": table, "faces": faces, "can_add": policies.can_add(request.person), "is_retired": is_retired}
    return render(request, "questionnaires/index.html", context)


@signed_in
def new(request: ViewerRequest) -> HttpResponse:
    """Begin a questionnaire: from competencies, from a ready one, or empty."""
    kept_by_hr(request)
    policies.can_add(request.person).enforce()
    form = FrameForm(request.POST or None, scales=RatingScale.objects.on_offer().order_by("name"))
    made: list[Questionnaire] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: made.append(actions.add(form.outline, by=request.person, at=timezone.now())))
    ):
        return redirect("questionnaires:questionnaire", questionnaire=made[0].pk)
    ready = Questionnaire.objects.visible_to(request.person).current().order_by("title")
    return render(
        request, "questionnaires/new.html", {"form": form, "ready": ready}, status=422 if form.errors else 200
    )


@dataclass(frozen=True)
class GroupSum:
    """What one rater group is asked, in sum."""

    code: str
    label: str
    questions: int
    minutes: int


def sums(shot: queries.Snapshot) -> list[GroupSum]:
    """Questions and minutes of every rater group."""
    return [
        GroupSum(
            group.value,
            str(group.label),
            sum(queries.is_asked(q, group.value) for q in queries.all_questions(shot)),
            shot["minutes"][group.value],
        )
        for group in RaterGroup
    ]


@signed_in
@require_GET
def questionnaire(request: ViewerRequest, questionnaire: UUID) -> HttpResponse:
    """One questionnaire: its sections and questions in order, with what may be done."""
    return show(request, find(request, questionnaire))


def show(request: ViewerRequest, found: Questionnaire) -> HttpResponse:
    """The page, or for htmx the part that edits change."""
    viewer = request.person
    sections = list(found.sections.prefetch_related("questions"))
    versions = list(Questionnaire.objects.visible_to(viewer).filter(code=found.code).order_by("-version"))
    newest = versions[0]
    is_newest = newest.pk == found.pk
    shot = queries.snapshot(found)
    context = {
        "questionnaire": found,
        "sections": sections,
        "groups": sums(shot),
        "versions": versions,
        "newest": newest,
        "can_edit": is_newest and policies.can_edit(viewer, found),
        "can_continue": is_newest and policies.can_continue(viewer, found),
        "can_add": policies.can_add(viewer),
        "can_retire": is_newest and policies.can_retire(viewer, found),
        "can_restore": is_newest and policies.can_restore(viewer, found),
        "can_discard": policies.can_discard(viewer, found),
        "can_translate": policies.can_translate(viewer),
        "languages": _languages(found, shot),
        "written_in": translations.names().get(found.language, found.language),
        "labels": dict(RaterGroup.choices),
    }
    return part_or_page(request, "questionnaires/questionnaire.html", "outline", context)


def _languages(found: Questionnaire, shot: queries.Snapshot) -> list[tuple[texts.Standing, str]]:
    """How far it is translated, and where to go on."""
    rows = texts.standings(texts.of_questionnaire(queries.outline_of(found)), found.language, shot["translations"])
    return [(row, reverse("questionnaires:translate", args=[found.pk, row.code])) for row in rows]


@signed_in
@require_GET
def preview(request: ViewerRequest, questionnaire: UUID) -> HttpResponse:
    """The form exactly as a rater of ?group= meets it in ?language=; nothing entered is kept."""
    found = find(request, questionnaire)
    shot = queries.snapshot(found)
    group = _asked(request, "group", RaterGroup.values, RaterGroup.PEER.value)
    language = _asked(request, "language", list(translations.names()), get_language())
    here = reverse("questionnaires:preview", args=[found.pk])
    with override(language):
        form = queries.form_for(shot, group, name=_("Robin Example"), language=language)
    said = translations.speech(shot, language)
    context = {
        "questionnaire": found,
        "title": said(found.title),
        "purpose": said(found.purpose),
        "group": RaterGroup(group),
        "minutes": shot["minutes"][group],
        "faces": [(label, f"{here}?group={code}&language={language}", code == group) for code, label in RaterGroup.choices],
        "language": language,
        "languages": translations.names().items(),
        "is_rtl": get_language_info(language)["bidi"],
        "sections": form,
        "scale": queries.scale_of(shot, language),
    }
    return render(request, "questionnaires/preview.html", context)


def _asked(request: ViewerRequest, word: str, known: list[str], otherwise: str) -> str:
    """What a request asks for, when it is known."""
    return request.GET[word] if request.GET.get(word) in known else otherwise


@signed_in
@require_GET
def export(request: ViewerRequest, questionnaire: UUID) -> HttpResponse:
    """The questionnaire as YAML."""
    found = find(request, questionnaire)
    response = HttpResponse(
        outlines.write_questionnaire(queries.translated(queries.outline_of(found))),
        content_type="application/yaml; charset=utf-8",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{found.code}-{found.version}.yaml"'
    return response


@signed_in
def duplicate(request: ViewerRequest, questionnaire: UUID) -> HttpResponse:
    """Copy it under another title."""
    found = find(request, questionnaire)
    policies.can_add(request.person).enforce()
    title = _("Copy of %(title)s") % {"title": found.title}
    form = TitleForm(request.POST or None, initial={"title": title[: outlines.LONGEST_TITLE]})
    made: list[Questionnaire] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form,
            lambda: made.append(
                actions.duplicate(found, form.cleaned_data["title"], by=request.person, at=timezone.now())
            ),
        )
    ):
        messages.success(request, _("The copy is ready to be changed."))
        return redirect("questionnaires:questionnaire", questionnaire=made[0].pk)
    return render(
        request,
        "questionnaires/duplicate.html",
        {"form": form, "questionnaire": found},
        status=422 if form.errors else 200,
    )


@signed_in
@require_POST
def next_version(request: ViewerRequest, questionnaire: UUID) -> HttpResponse:
    """Go on in the next version."""
    made = actions.next_version(find(request, questionnaire), by=request.person, at=timezone.now())
    messages.success(
        request,
        _("This is version %(n)d. Cycles launched from now on use it; running ones keep what they have.")
        % {"n": made.version},
    )
    return redirect("questionnaires:questionnaire", questionnaire=made.pk)


@signed_in
@require_POST
def retire(request: ViewerRequest, questionnaire: UUID) -> HttpResponse:
    """Take it off the list cycles choose from."""
    newest = actions.retire(find(request, questionnaire), by=request.person, at=timezone.now())
    messages.success(
        request, _("“%(title)s” is retired. New cycles cannot choose it; running ones go on.") % {"title": newest.title}
    )
    return redirect("questionnaires:index")


@signed_in
@require_POST
def restore(request: ViewerRequest, questionnaire: UUID) -> HttpResponse:
    """Put it back."""
    newest = actions.restore(find(request, questionnaire), by=request.person, at=timezone.now())
    messages.success(request, _("“%(title)s” can be chosen again.") % {"title": newest.title})
    return redirect("questionnaires:questionnaire", questionnaire=newest.pk)


@signed_in
@require_POST
def discard(request: ViewerRequest, questionnaire: UUID) -> HttpResponse:
    """Delete a version no cycle has used."""
    found = find(request, questionnaire)
    actions.discard(found, by=request.person, at=timezone.now())
    messages.success(
        request, _("Version %(n)d of “%(title)s” is deleted.") % {"n": found.version, "title": found.title}
    )
    return redirect("questionnaires:index")


@signed_in
def edit(request: ViewerRequest, questionnaire: UUID) -> HttpResponse:
    """Title, purpose and scale."""
    found = find(request, questionnaire)
    open_form(request, policies.can_edit(request.person, found))
    before = queries.frame_of(found)
    scales = RatingScale.objects.filter(Q(retired_on=None) | Q(pk=found.scale_id)).order_by("name")
    form = FrameForm(request.POST or None, initial=FrameForm.initial_of(before, found.scale), scales=scales)
    seen = request.POST.get("seen", outlines.fingerprint(before))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: actions.edit_frame(found, **data, seen=seen, by=request.person, at=timezone.now())):
            return redirect("questionnaires:questionnaire", questionnaire=found.pk)
    context = {
        "form": form,
        "questionnaire": found,
        "seen": outlines.fingerprint(before),
        "meanwhile": meanwhile(before, seen),
    }
    return render(request, "questionnaires/edit.html", context, status=422 if form.errors else 200)


def meanwhile(now: object, seen: str) -> object:
    """How the thing stands, when that is not what the form was opened with; else nothing."""
    return None if outlines.fingerprint(now) == seen else now
