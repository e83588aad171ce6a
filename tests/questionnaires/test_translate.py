"""What questionnaires and scales say in other languages: edited, counted, carried in files, into snapshots and to readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.people.models import Person
from azimuth.questionnaires import actions, outlines, plans, queries, translations
from azimuth.questionnaires.documents import Problems
from azimuth.questionnaires.models import Questionnaire, Translation
from azimuth.questionnaires.outlines import Stale, fingerprint_of
from tests.cast import Cast

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db
ITEM, KEEP = "Explains the reasons behind decisions.", "What should {name} keep doing?"
NOTHING = fingerprint_of({})


@pytest.fixture
def iris(cast: Cast, as_person: SignIn) -> Client:
    return as_person(cast.iris)


def address(small: Questionnaire, language: str = "de") -> str:
    return reverse("questionnaires:translate", args=[small.pk, language])


def field(source: str) -> str:
    return f"text_{translations.key_of(source)}"


def keep(small: Questionnaire, by: Person, at: datetime, **words: str) -> None:
    named = {"item": ITEM, "title": small.title, "section": "Clear words", "point": "Often", "purpose": "To learn.", "keep": KEEP}
    actions.translate(small, {named[word]: said for word, said in words.items()}, language="de", seen=NOTHING, by=by, at=at)


def test_it_is_written_counted_and_recorded(iris: Client, small: Questionnaire) -> None:
    page = iris.get(address(small)).content.decode()
    assert ITEM in page
    assert "texts of" in page
    saved = iris.post(address(small), {"seen": NOTHING, field(ITEM): "  Begründet Entscheidungen. ", field("Clear words"): ""}, follow=True)
    assert "Begründet Entscheidungen." in saved.content.decode()
    assert "texts are left to translate" in saved.content.decode()
    assert list(Translation.objects.values_list("language", "source", "words")) == [("de", ITEM, "Begründet Entscheidungen.")]
    assert Entry.objects.get(action="questionnaires.translate").detail == {"language": "de", "texts": 1}


def test_only_what_is_missing_can_be_shown(iris: Client, cast: Cast, small: Questionnaire, now: datetime) -> None:
    keep(small, cast.iris, now, item="Begründet Entscheidungen.")
    page = iris.get(address(small) + "?missing=1").content.decode()
    assert field(ITEM) not in page
    assert field("Clear words") in page
    answer = iris.post(address(small) + "?missing=1", {"seen": NOTHING, field("Clear words"): "Klare Worte"})
    assert answer["Location"].endswith("?missing=1")
    assert Translation.objects.count() == 2


def test_an_emptied_one_is_taken_back(iris: Client, cast: Cast, small: Questionnaire, now: datetime) -> None:
    keep(small, cast.iris, now, item="Begründet.")
    seen = fingerprint_of({ITEM: "Begründet."})
    assert iris.post(address(small), {"seen": seen, field(ITEM): ""}).status_code == 302
    assert not Translation.objects.exists()


def test_nothing_changed_is_nothing_recorded(iris: Client, small: Questionnaire) -> None:
    iris.post(address(small), {"seen": NOTHING, field(ITEM): ""})
    assert not Entry.objects.filter(action="questionnaires.translate").exists()


def test_two_at_once_hear_of_each_other(iris: Client, cast: Cast, small: Questionnaire, now: datetime) -> None:
    keep(small, cast.iris, now, item="Nennt Gründe.")
    stale = iris.post(address(small), {"seen": NOTHING, field(ITEM): "Begründet."})
    page = stale.content.decode()
    assert stale.status_code == 422
    assert "Begründet." in page
    assert "Nennt Gründe." in page
    with pytest.raises(Stale):
        actions.translate(small, {ITEM: "x"}, language="de", seen=NOTHING, by=cast.iris, at=now)
    again = iris.post(address(small), {"seen": fingerprint_of({ITEM: "Nennt Gründe."}), field(ITEM): "Begründet."})
    assert again.status_code == 302
    assert Translation.objects.get().words == "Begründet."


@pytest.mark.parametrize(("words", "said"), [("Was soll sie beibehalten?", "The original says {name}"), ("x" * 401, "at most 400 characters")])
def test_faults_stay_beside_the_field_and_nothing_is_lost(iris: Client, small: Questionnaire, words: str, said: str) -> None:
    answer = iris.post(address(small), {"seen": NOTHING, field(KEEP): words, field(ITEM): "Bleibt hier stehen."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert words in page
    assert "Bleibt hier stehen." in page
    assert not Translation.objects.exists()


def test_what_no_page_sent_is_not_read(iris: Client, small: Questionnaire) -> None:
    assert iris.post(address(small), {"seen": "nonsense", "text_nonsense": "x"}).status_code == 422
    assert iris.post(address(small), {"seen": NOTHING, field("Not a text of it"): "x"}).status_code == 302
    assert not Translation.objects.exists()


@pytest.mark.parametrize("language", ["en", "tlh", "xx"])
def test_only_other_languages_of_the_installation(iris: Client, small: Questionnaire, language: str) -> None:
    assert iris.get(address(small, language)).status_code == 404


def test_a_used_one_is_translated_too(cast: Cast, small: Questionnaire, now: datetime) -> None:
    actions.mark_used(small, on=now.date())
    keep(small, cast.iris, now, item="Begründet.")
    assert Translation.objects.exists()


def test_it_is_for_hr_administrators(cast: Cast, small: Questionnaire, now: datetime) -> None:
    for who in (cast.ada, cast.eve, cast.jon):
        with pytest.raises(Denied):
            keep(small, who, now, item="x")


def test_a_scale_has_a_page_of_its_own(iris: Client, small: Questionnaire) -> None:
    here = reverse("questionnaires:translate-scale", args=[small.scale_id, "ar"])
    page = iris.get(here).content.decode()
    assert 'lang="ar"' in page
    assert 'dir="rtl"' in page
    iris.post(here, {"seen": NOTHING, field("Often"): "غالبًا"})
    assert Translation.objects.get().source == "Often"
    assert "</a>: complete" not in iris.get(reverse("questionnaires:scales")).content.decode()


# ---- as readers meet it


def test_each_reader_hears_their_own_language(cast: Cast, small: Questionnaire, now: datetime) -> None:
    keep(small, cast.iris, now, item="Begründet Entscheidungen.", section="Klare Worte", point="Oft", keep="Was soll {name} beibehalten?")
    shot = queries.snapshot(small)
    german = queries.form_for(shot, "peer", name="Ada", language="de")
    assert (german[0].title, german[0].language) == ("Klare Worte", "")
    assert [(q.text, q.language) for q in german[0].questions] == [("Begründet Entscheidungen.", ""), ("Checks that Ada was understood.", "en")]
    assert german[-1].questions[0].text == "Was soll Ada beibehalten?"
    assert [point.label for point in queries.scale_of(shot, "de").points] == ["Rarely", "Sometimes", "Oft"]
    assert queries.form_for(shot, "peer", name="Ada", language="en")[0].questions[0].text == ITEM
    assert {q.language for section in queries.form_for(shot, "peer", language="en") for q in section.questions} == {""}


def test_a_snapshot_of_before_there_were_translations_still_reads(small: Questionnaire) -> None:
    shot = queries.snapshot(small)
    del shot["translations"], shot["language"]
    form = queries.form_for(shot, "peer", language="de")
    assert (form[0].questions[0].text, form[0].questions[0].language) == (ITEM, "")
    assert queries.scale_of(shot, "de").points[0].label == "Rarely"


def test_a_changed_original_is_untranslated_until_somebody_translates_it(cast: Cast, small: Questionnaire, now: datetime) -> None:
    keep(small, cast.iris, now, title="Ein kleines 360")
    assert translations.speech(queries.snapshot(small), "de")(small.title) == "Ein kleines 360"
    small.title = "A small, better 360"
    assert translations.speech(queries.snapshot(small), "de")(small.title) == small.title


def test_a_copy_and_the_next_version_share_it(cast: Cast, small: Questionnaire, now: datetime) -> None:
    keep(small, cast.iris, now, item="Begründet.")
    copy = actions.duplicate(small, "Copy", by=cast.iris, at=now)
    assert queries.snapshot(copy)["translations"] == {"de": {ITEM: "Begründet."}}


def test_the_preview_speaks_any_language(iris: Client, cast: Cast, small: Questionnaire, now: datetime) -> None:
    keep(small, cast.iris, now, item="Begründet Entscheidungen.", purpose="Um zu lernen.")
    page = iris.get(reverse("questionnaires:preview", args=[small.pk]) + "?group=peer&language=de").content.decode()
    assert "Begründet Entscheidungen." in page
    assert "Um zu lernen." in page
    assert '<html lang="en"' in page
    english = iris.get(reverse("questionnaires:preview", args=[small.pk]) + "?language=xx").content.decode()
    assert ITEM in english


# ---- in files


def test_a_file_carries_it_there_and_back(iris: Client, cast: Cast, small: Questionnaire, now: datetime) -> None:
    keep(small, cast.iris, now, item="Begründet.", keep="Was soll {name} tun?")
    text = iris.get(reverse("questionnaires:export", args=[small.pk])).content.decode()
    Translation.objects.all().delete()
    plan = plans.plan_import(outlines.read_questionnaire(text, Problems()))  # type: ignore[arg-type]
    assert (plan.translated, plan.is_same, plan.changes_content) == (2, False, False)
    preview = iris.post("/questionnaires/import/", {"text": text}).content.decode()
    assert "2 translations come or change" in preview
    assert iris.post("/questionnaires/import/", {"text": text, "seen": plan.seen}).status_code == 302
    assert Translation.objects.count() == 2
    assert Questionnaire.objects.count() == 1
    assert "Nothing would change" in iris.post("/questionnaires/import/", {"text": text}).content.decode()


@pytest.mark.parametrize(
    ("lines", "remedy"),
    [
        ("- {text: Not there., de: Nicht da.}", "No text of the file reads like this"),
        ("- {text: 'What should {name} do?', de: 'Was tun?'}", "The original says {name}"),
        ("- {text: Smiles., tlh: mon}", "not known here"),
        ("- {de: Lächelt.}", "must not be empty"),
    ],
)
def test_faults_of_a_file_are_named(small: Questionnaire, lines: str, remedy: str) -> None:
    problems = Problems()
    text = f"title: Friendly\nscale: three\nsections:\n- title: Warmth\n  questions:\n  - text: Smiles.\n  - {{kind: prompt, text: 'What should {{name}} do?'}}\ntranslations:\n{lines}\n"
    assert outlines.read_questionnaire(text, problems) is None
    assert any(remedy in problem.remedy for problem in problems.found), problems.found


def test_a_questionnaire_written_in_german_is_translated_into_english(iris: Client, small: Questionnaire) -> None:
    Questionnaire.objects.update(language="de")
    page = iris.get(reverse("questionnaires:questionnaire", args=[small.pk])).content.decode()
    assert address(small, "en") in page
    assert address(small, "de") not in page
    assert iris.get(address(small, "en")).status_code == 200
    assert queries.form_for(queries.snapshot(Questionnaire.objects.get()), "peer", language="en")[0].questions[0].language == "de"
