"""Each reader their own language: the form, the report, its PDF; and what people wrote as they wrote it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from azimuth.people.models import Person
from azimuth.questionnaires.actions.writing import keep_translations
from azimuth.questionnaires.models import Questionnaire
from azimuth.questionnaires.translations import Speech, speech
from azimuth.reviews import actions, reading
from azimuth.reviews.models import Assignment, Report, ReportPdf, ReviewCycle, Subject
from tests.cast import Cast
from tests.reviews.test_count import answer_all, count
from tests.reviews.test_launch import quiet
from tests.reviews.test_reliability import measured

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db
GERMAN = {
    "Clear words": "Klare Worte", "Clear words, behaviour 1.": "Drückt sich klar aus.", "To learn.": "Um zu lernen.", "Point 4": "Stufe vier",
    "What should {name} keep doing?": "Was soll {name} beibehalten?", "Care for people": "Für andere sorgen",
}


@pytest.fixture
def german(questionnaire: Questionnaire) -> None:
    """Half of the questionnaire in German, before it is launched."""
    keep_translations({"de": GERMAN})


@pytest.fixture
def launched(german: None, draft: ReviewCycle, workshop: Cast) -> ReviewCycle:
    """The draft, launched by the clock on the wall: pages ask it."""
    now = timezone.now()
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, opens_at=now, closes_at=now + timedelta(weeks=3))
    draft.refresh_from_db()
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    actions.carry_out_launch(draft, at=now, step=quiet)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def released(launched: ReviewCycle, workshop: Cast) -> Subject:
    """Ada's report, out."""
    now = timezone.now()
    answer_all(launched, workshop.ada, {"self", "manager", "peer", "report"}, now)
    count(launched, now)
    actions.release(launched, subjects=None, by=workshop.eve, at=now)
    return Subject.objects.select_related("cycle").get(person=workshop.ada)


def reading_german(client: Client) -> Client:
    client.post("/preferences/language/", {"language": "de"})
    return client


def test_a_form_is_asked_in_the_readers_language(launched: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    here = reverse("reviews:answer", args=[Assignment.objects.get(rater=workshop.cleo, subject__person=workshop.ada).pk])
    page = reading_german(as_person(workshop.cleo)).get(here).content.decode()
    for text in ("Klare Worte", "Drückt sich klar aus.", "Um zu lernen.", "Stufe vier", "Was soll Ada Novak beibehalten?"):
        assert text in page
    assert '<bdi lang="en">Clear words, behaviour 2.</bdi>' in page
    english = as_person(workshop.cleo).get(here).content.decode()
    assert "Clear words, behaviour 1." in english
    assert "To learn." in english
    assert 'lang="en"' in english.split("<head>")[0]
    assert 'bdi lang=' not in english


def test_two_devices_differ_in_the_readers_words(launched: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    mine = Assignment.objects.select_related("subject__cycle__box", "subject__person").get(rater=workshop.cleo, subject__person=workshop.ada)
    item = launched.snapshot["sections"][0]["questions"][0]["key"]
    actions.save(mine, {"scores": {item: 4}, "texts": {}}, seen=None, by=workshop.cleo, at=timezone.now())
    client = reading_german(as_person(workshop.cleo))
    answer = client.post(reverse("reviews:answer", args=[mine.pk]), {"seen": "", f"score-{item}": "2"})
    assert answer.status_code == 409
    assert "Stufe vier" in answer.content.decode()


def test_a_report_speaks_the_language_of_whoever_reads_it(released: Subject, workshop: Cast, as_person: SignIn) -> None:
    here = reverse("reviews:report", args=[released.pk])
    german = reading_german(as_person(workshop.ada)).get(here).content.decode()
    for text in ("Klare Worte", "Drückt sich klar aus.", "Was soll Ada Novak beibehalten?", "Für andere sorgen"):
        assert text in german
    english = as_person(workshop.ada).get(here).content.decode()
    assert "Clear words" in english
    assert "Klare Worte" not in english
    assert "Klare Worte" not in str(Report.objects.get(subject=released).content)


def test_how_reliable_a_cycle_was_names_competencies_in_the_readers_words(launched: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    measured(launched)
    here = reverse("reviews:cycle", args=[launched.pk])
    german = reading_german(as_person(workshop.eve)).get(here).content.decode()
    assert "Klare Worte" in german
    assert "Clear words" not in german
    assert "Clear words" in as_person(workshop.eve).get(here).content.decode()


def test_a_report_of_before_there_were_translations_still_reads(released: Subject) -> None:
    snapshot = {key: part for key, part in released.cycle.snapshot.items() if key not in {"language", "translations"}}
    content = released.report.content
    assert reading.heard(content, speech(snapshot, "de")) == content
    assert reading.page(content).competencies[0].title == "Clear words"


def test_the_pdf_is_made_once_for_each_language(released: Subject, workshop: Cast, as_person: SignIn, run_jobs: Callable[..., int]) -> None:
    here = reverse("reviews:report-pdf", args=[released.pk])
    english, german = as_person(workshop.ada), reading_german(as_person(workshop.ada))
    for client in (english, german, german):
        client.get(here)
        run_jobs()
    assert sorted(ReportPdf.objects.values_list("language", flat=True)) == ["de", "en"]
    files = [client.get(here).content for client in (english, german)]
    assert files[0] != files[1]
    assert all(file.startswith(b"%PDF") for file in files)


def test_what_people_wrote_is_never_translated() -> None:
    said = Speech({"Listens.": "Hört zu.", "Ada": "Adele"}, "de", "en")
    content = {"subject": "Ada", "comments": [{"text": "Listens.", "by": {"all": ["Listens."]}}], "findings": {"strengths": [{"items": ["Listens."]}]}}
    assert reading.heard(content, said) == {
        "subject": "Ada", "comments": [{"text": "Hört zu.", "by": {"all": ["Listens."]}}], "findings": {"strengths": [{"items": ["Hört zu."]}]},
    }
    assert reading.heard(content, Speech()) == content


def test_later_translations_touch_no_running_cycle(launched: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    keep_translations({"de": {"Clear words": "Ganz anders"}})
    here = reverse("reviews:answer", args=[Assignment.objects.get(rater=workshop.cleo, subject__person=workshop.ada).pk])
    assert "Ganz anders" not in reading_german(as_person(workshop.cleo)).get(here).content.decode()
