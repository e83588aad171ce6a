"""Search and the command palette's list: everything one may open, nothing else, in one query of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from azimuth.competencies import actions as competencies
from azimuth.competencies.models import Competency
from azimuth.people.models import Person
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, ReviewCycle
from azimuth.workspace.search_queries import FIXED, SOURCES, Asked, Group, search
from tests.cast import Cast
from tests.cast import person as somebody
from tests.queries import assert_constant_queries
from tests.reviews.conftest import basic_questionnaire
from tests.reviews.test_answer import sheet_of
from tests.reviews.test_count import answer_all, count
from tests.reviews.test_launch import quiet

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db
SAME = re.compile(r'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": ?)"[^"]+"|data-(idle|whole)="\d+"')
PALETTE = {"HX-Request": "true", "HX-Target": "palette-list"}


@pytest.fixture
def workshop(cast: Cast) -> Cast:
    """Enough colleagues for a 360."""
    for name in ("Per Holm", "Quim Sala", "Rut Vik", "Sol Marin"):
        somebody(name, cast.workshop, "Instrument Maker", cast.bo)
    return cast


@pytest.fixture
def questionnaire(db: None) -> Questionnaire:
    return basic_questionnaire()


@pytest.fixture
def running(workshop: Cast, questionnaire: Questionnaire) -> ReviewCycle:
    """Eve's cycle about Ada and Bo, open now."""
    now = timezone.now()
    cycle = actions.create(
        name="Spring 360", scope=workshop.workshop, by=workshop.eve, at=now, questionnaire=questionnaire, closes_at=now + timedelta(weeks=3), opens_at=now,
    )
    actions.add_subjects(cycle, people=[workshop.ada.pk, workshop.bo.pk], by=workshop.eve, at=now)
    cycle.refresh_from_db()
    actions.launch(cycle, seen=cycle.version, by=workshop.eve, at=now)
    actions.carry_out_launch(cycle, at=now, step=quiet)
    cycle.refresh_from_db()
    return cycle


def find(viewer: Person, words: str = "", many: int = 25) -> dict[str, Group]:
    fresh = Person.objects.get(pk=viewer.pk)
    return {group.key: group for group in search(Asked(fresh, words, timezone.now(), translation.get_language() or "en", many))}


def labels(viewer: Person, kind: str, words: str = "") -> list[str]:
    group = find(viewer, words).get(kind)
    return [hit.label for hit in group.hits] if group else []


def test_people_are_found_by_the_beginnings_of_their_words(cast: Cast) -> None:
    assert labels(cast.ada, "people", "nov") == ["Ada Novak"]
    assert labels(cast.ada, "people", "HARB mor") == ["Dan Moreau"]
    assert labels(cast.ada, "people") == []
    assert labels(cast.ada, "people", "&|!*()'") == []


def test_who_has_left_is_not_found(cast: Cast) -> None:
    assert labels(cast.ada, "people", "gus") == labels(cast.iris, "people", "gus") == []


def test_ones_own_forms_are_found_whatever_their_state(running: ReviewCycle, workshop: Cast) -> None:
    assert labels(workshop.cleo, "forms") == labels(workshop.cleo, "forms", "spring") == ["Ada Novak", "Bo Lindqvist"]
    hit = find(workshop.cleo, "ada")["forms"].hits[0]
    mine = Assignment.objects.select_related("subject__cycle__box").get(rater=workshop.cleo, subject__person=workshop.ada)
    assert (hit.url, hit.note) == (f"/reviews/answer/{mine.pk}/", "Spring 360")
    item = running.snapshot["sections"][0]["questions"][0]["key"]
    actions.save(mine, {"scores": {item: 4}, "texts": {}}, seen=None, by=workshop.cleo, at=timezone.now())
    actions.submit([mine], by=workshop.cleo, at=timezone.now())
    assert find(workshop.cleo, "ada")["forms"].hits[0] == hit
    assert labels(somebody("Nils Berg", workshop.harbour, "Rigger"), "forms", "ada") == []
    assert labels(workshop.iris, "forms", "ada") == []


def test_cycles_are_found_by_who_runs_them(running: ReviewCycle, workshop: Cast) -> None:
    for viewer in (workshop.eve, workshop.iris, workshop.jon):
        assert labels(viewer, "cycles") == ["Spring 360"]
        assert find(viewer, "spr")["cycles"].hits[0].note == "Open"
    for viewer in (workshop.ada, workshop.bo, workshop.dan, workshop.finn):
        assert labels(viewer, "cycles", "spring") == []


def test_reports_are_found_by_their_readers_once_released(running: ReviewCycle, workshop: Cast) -> None:
    now = timezone.now()
    for subject in (workshop.ada, workshop.bo):
        answer_all(running, subject, {"self", "manager", "peer", "report"}, now)
    count(running, now)
    assert labels(workshop.ada, "reports") == []
    actions.release(running, subjects=None, by=workshop.eve, at=now)
    assert labels(workshop.ada, "reports") == labels(workshop.ada, "reports", "spring") == ["Ada Novak"]
    assert labels(workshop.cleo, "reports", "ada") == labels(workshop.iris, "reports", "ada") == []


def test_competencies_and_questionnaires_in_the_readers_language(cast: Cast) -> None:
    competencies.load_library(at=timezone.now())
    assert labels(cast.ada, "competencies", "decid") == ["Deciding"]
    assert labels(cast.ada, "questionnaires", "360") == labels(cast.finn, "questionnaires", "360") == []
    with translation.override("de"):
        assert labels(cast.ada, "competencies", "entsch") == labels(cast.ada, "competencies", "decid") == ["Entscheiden"]
        assert labels(cast.iris, "questionnaires", "führ") == ["Führung 360°"]
    competencies.retire(Competency.objects.get(code="deciding"), by=cast.iris, at=timezone.now())
    assert labels(cast.iris, "competencies", "decid") == []


def test_pages_are_those_one_may_open(cast: Cast) -> None:
    assert {"Home", "People", "My page"} <= set(labels(cast.ada, "pages"))
    assert not {"Settings", "Audit", "Roles", "Cycles"} & set(labels(cast.ada, "pages"))
    assert {"Settings", "Roles", "Units", "Cycles"} <= set(labels(cast.iris, "pages"))
    assert labels(cast.iris, "pages", "spreadsh") == ["Import people"]
    urls = [hit.url for hit in find(cast.iris)["pages"].hits]
    assert len(urls) == len(set(urls))


def test_the_handbook_is_found_by_chapter_and_by_heading(cast: Cast) -> None:
    hits = find(cast.ada, "protected")["help"].hits
    assert any("#" in hit.url for hit in hits)
    assert {hit.language for hit in hits} == {"en"}
    assert "help" not in find(cast.ada)


def test_every_group_knows_where_there_is_more(cast: Cast) -> None:
    for number in range(8):
        somebody(f"Nora{number} Lind", cast.harbour, "Rigger")
    group = find(cast.ada, "nor", many=6)["people"]
    assert (len(group.hits), group.all_url) == (6, "/people/")
    assert find(cast.ada, "nora1", many=6)["people"].all_url == ""


def test_every_source_has_a_name_of_its_own() -> None:
    keys = [source.key for source in SOURCES] + [key for key, _label, _find in FIXED]
    assert len(keys) == len(set(keys))


# ---- the page and the list


def test_the_page_is_whole_and_the_palette_gets_its_list(cast: Cast, as_person: SignIn) -> None:
    ada = as_person(cast.ada)
    page = ada.get("/search/?q=cleo")
    text = page.content.decode()
    assert "Cleo Brandt" in text
    assert "1 result" in text
    assert page["Cache-Control"] == "no-store"
    assert {"HX-Request", "HX-Target"} <= {name.strip() for name in page["Vary"].split(",")}
    listed = ada.get("/search/?q=cleo", headers=PALETTE).content.decode()
    assert "<html" not in listed
    assert 'role="option"' in listed
    part = ada.get("/search/?q=cleo", headers={"HX-Request": "true", "HX-Target": "results"}).content.decode()
    assert part.strip().startswith("<div")
    assert 'id="results"' in part


@pytest.mark.parametrize("words", ["", "zzz", "\x00", "<b>", "x" * 5000, "%", "_", "\\", "١٢٣", "🙂", "a b c d e f g h i j k", "'; drop"])
def test_any_words_are_an_answer(cast: Cast, as_person: SignIn, words: str) -> None:
    for headers in ({}, PALETTE):
        response = as_person(cast.iris).get("/search/", {"q": words}, headers=headers)
        assert response.status_code == 200
        assert "<b>" not in response.content.decode().split("<main", 1)[-1].replace("&lt;b&gt;", "")


def test_it_is_for_those_inside_and_for_reading(cast: Cast, as_person: SignIn) -> None:
    assert Client().get("/search/?q=ada").status_code == 302
    assert Client().get("/search/?q=ada", headers=PALETTE)["HX-Redirect"].startswith("/accounts/login/")
    assert as_person(cast.ada).post("/search/").status_code == 405


def test_it_asks_as_much_for_many_as_for_few(running: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    competencies.load_library(at=timezone.now())

    def grow() -> None:
        for number in range(5):
            somebody(f"Adam{number} Spring", workshop.workshop, "Maker", workshop.ada)
            actions.create(name=f"Adam {number}", scope=None, by=workshop.iris, at=timezone.now())

    assert_constant_queries(as_person(workshop.iris), "/search/?q=ad", grow, at_most=8)


def test_the_frame_leads_there(cast: Cast, as_person: SignIn) -> None:
    page = as_person(cast.ada).get("/people/").content.decode()
    assert 'action="/search/"' in page
    assert 'href="#shortcuts"' in page
    assert "<command-palette" not in Client().get("/accounts/login/").content.decode()


def test_words_of_answers_and_drafts_are_found_by_nobody(running: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    """A16: not before the count, not after it, by no role: the page for a word somebody wrote is that for a word nobody wrote."""
    now = timezone.now()
    form = Assignment.objects.select_related("subject__cycle__box", "rater").get(subject__cycle=running, subject__person=workshop.ada, rater=workshop.cleo)
    actions.save(form, sheet_of(form, 2, "Zwirbelnuss"), seen=None, by=workshop.cleo, at=now)

    def pages(word: str) -> list[str]:
        looked = [(workshop.iris, path) for path in ("/people/", f"/reviews/cycles/{running.pk}/", "/reviews/cycles/", "/audit/", "/jobs/")]
        looked += [(who, "/search/") for who in (workshop.ada, workshop.bo, workshop.cleo, workshop.eve, workshop.finn, workshop.iris, workshop.jon)]
        return [SAME.sub("", as_person(who).get(path, {"q": word}).text.replace(word, "")) for who, path in looked]

    assert pages("Zwirbelnuss") == pages("Quastelmoor")
    actions.submit([form], by=workshop.cleo, at=now)
    answer_all(running, workshop.ada, {"self", "manager"}, now)
    count(running, now + timedelta(weeks=4))
    assert pages("Zwirbelnuss") == pages("Quastelmoor")
    assert pages("Novak") != pages("Quastelmoor"), "the control: a word that is found makes a difference"
