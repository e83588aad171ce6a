"""Competencies: new, changed (a used one in its next version), retired, brought back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.competencies import actions, queries
from azimuth.competencies.forms import rearranged
from azimuth.competencies.models import Competency
from azimuth.competencies.outlines import CompetencyOutline
from azimuth.people.models import Person
from azimuth.people.states import Role
from azimuth.questionnaires import actions as questionnaires
from azimuth.questionnaires.models import Questionnaire
from azimuth.questionnaires.outlines import Stale, fingerprint
from tests.cast import Cast

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db
ODD = "<b>Humour</b> =1+1 \U0001f600 ש\u200f"


@pytest.fixture
def iris(cast: Cast, as_person: SignIn) -> Client:
    return as_person(cast.iris)


@pytest.fixture
def stored(cast: Cast, humour: CompetencyOutline, now: datetime) -> Competency:
    return actions.add(humour, by=cast.iris, at=now)


def form_of(outline: CompetencyOutline, **changes: str) -> dict[str, str]:
    form = {"name": outline.name, "definition": outline.definition, "collection": outline.collection, "language": outline.language}
    for place, level in enumerate(outline.levels):
        form |= {f"level_{place}_name": level.name, f"level_{place}_anchor": level.anchor}
    for part, questions in (("item", outline.items), ("prompt", outline.prompts)):
        for place, question in enumerate(questions):
            form |= {f"{part}_{place}_text": question.text, **{f"{part}_{place}_{group}": words for group, words in question.wordings.items()}}
    return {**form, **changes}


def use(stored: Competency, by: Person, at: datetime) -> Questionnaire:
    """Ask the competency in a cycle."""
    actions.load_library(at=at)
    outline = queries.questionnaire_of("Asked", "", "how-often", [stored], items=None, closing=None)
    made = actions.make_questionnaire(outline, by=by, at=at)
    questionnaires.mark_used(made, on=at.date())
    return made


def test_a_new_one_is_written_whole(iris: Client, humour: CompetencyOutline) -> None:
    assert iris.get(reverse("competencies:new")).status_code == 200
    answer = iris.post(reverse("competencies:new"), form_of(humour, name=ODD))
    made = Competency.objects.get()
    assert answer["Location"] == reverse("competencies:competency", args=[made.pk])
    assert queries.outline_of(made) == replace(humour, name=ODD, code="b-humour-b-1-1")
    page = iris.get(answer["Location"]).content.decode()
    assert "&lt;b&gt;Humour&lt;/b&gt;" in page
    assert "Laughs at own mistakes." in page
    assert Entry.objects.get(action="competencies.add").actor_name == "Iris Okafor"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "\x00\x01"}, "This field is required."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"definition": "x" * 2001}, "at most 2000 characters"),
        ({"level_0_anchor": ""}, "Fill this in, or empty the whole row."),
        ({"item_0_text": ""}, "Fill this in, or empty the whole row."),
        ({"item_1_text": "Smiles."}, "stands above already"),
        ({"item_0_text": "", "item_0_self": "", "item_1_text": ""}, "at least one item"),
        ({"item_1_peer": "x" * 401}, "at most 400 characters"),
    ],
)
def test_faults_are_said_and_nothing_typed_is_lost(iris: Client, humour: CompetencyOutline, changes: dict[str, str], said: str) -> None:
    answer = iris.post(reverse("competencies:new"), form_of(humour, prompt_0_text="Kept for mending?", **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Kept for mending?" in page
    assert not Competency.objects.exists()


@pytest.mark.parametrize(
    ("order", "items"),
    [
        ("item-up-1", ["Laughs at own mistakes.", "Smiles."]),
        ("item-down-0", ["Laughs at own mistakes.", "Smiles."]),
        ("item-drop-0", ["Laughs at own mistakes."]),
        ("item-add", ["Smiles.", "Laughs at own mistakes.", ""]),
        ("item-up-0", ["Smiles.", "Laughs at own mistakes."]),
        ("item-up-99999999999999999999", ["Smiles.", "Laughs at own mistakes."]),
        ("nonsense", ["Smiles.", "Laughs at own mistakes."]),
    ],
)
def test_rows_are_rearranged_without_saving(iris: Client, humour: CompetencyOutline, order: str, items: list[str]) -> None:
    answer = iris.post(reverse("competencies:new"), form_of(humour, arrange=order, name=""))
    assert answer.status_code == 200
    form = answer.context["form"]
    assert [row.main[0].value() or "" for row in form.items] == items
    assert not Competency.objects.exists()


def test_no_more_rows_than_fit() -> None:
    rows: dict[str, list[dict[str, str]]] = {"level": [{}] * 7, "item": [{}], "prompt": [{}]}
    assert len(rearranged(rows, "level-add")["level"]) == 7
    assert rearranged(rows, "item-drop-0")["item"] == [{}]


def test_an_unused_one_is_changed_in_place(iris: Client, stored: Competency, humour: CompetencyOutline) -> None:
    address = reverse("competencies:edit", args=[stored.pk])
    assert "Smiles at times." in iris.get(address).content.decode()
    seen = fingerprint(queries.outline_of(stored))
    answer = iris.post(address, form_of(humour, definition="Sees the funny side.", seen=seen))
    assert answer["Location"] == reverse("competencies:competency", args=[stored.pk])
    stored.refresh_from_db()
    assert (stored.version, stored.definition) == (1, "Sees the funny side.")
    assert stored.items.count() == 3


def test_a_used_one_goes_on_in_its_next_version(cast: Cast, iris: Client, stored: Competency, humour: CompetencyOutline, now: datetime) -> None:
    asked = use(stored, cast.iris, now)
    address = reverse("competencies:edit", args=[stored.pk])
    assert "Saving makes its next version" in iris.get(address).content.decode()
    answer = iris.post(address, form_of(humour, item_0_text="Grins.", seen=fingerprint(queries.outline_of(stored))))
    second = Competency.objects.get(code="humour", version=2)
    assert answer["Location"] == reverse("competencies:competency", args=[second.pk])
    assert queries.outline_of(stored).items[0].text == "Smiles."
    assert list(Competency.objects.current().filter(code="humour")) == [second]
    page = iris.get(answer["Location"]).content.decode()
    assert "Version 1" in page
    assert "asked in a cycle" in page
    assert asked.title in page
    assert "An earlier version" in iris.get(reverse("competencies:competency", args=[stored.pk])).content.decode()
    third = actions.edit(second, replace(humour, name="Wit"), seen=fingerprint(queries.outline_of(second)), by=cast.iris, at=now)
    assert third.version == 2


def test_two_tabs(iris: Client, stored: Competency, humour: CompetencyOutline) -> None:
    address = reverse("competencies:edit", args=[stored.pk])
    seen = fingerprint(queries.outline_of(stored))
    iris.post(address, form_of(humour, definition="From the first tab.", seen=seen))
    answer = iris.post(address, form_of(humour, definition="From the second tab.", seen=seen))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "From the first tab." in page
    assert "From the second tab." in page
    fresh = fingerprint(queries.newest_outline("humour"))
    assert fresh in page
    assert iris.post(address, form_of(humour, definition="From the second tab.", seen=fresh)).status_code == 302


def test_a_stale_deed_says_how_it_stands(cast: Cast, stored: Competency, humour: CompetencyOutline, now: datetime) -> None:
    with pytest.raises(Stale) as caught:
        actions.edit(stored, humour, seen="0", by=cast.iris, at=now)
    assert caught.value.now == humour


def test_saving_the_same_changes_nothing(cast: Cast, stored: Competency, humour: CompetencyOutline, now: datetime) -> None:
    before = Entry.objects.count()
    assert actions.edit(stored, humour, seen=fingerprint(humour), by=cast.iris, at=now) == stored
    assert Entry.objects.count() == before


def test_a_name_stands_once_among_those_in_use(cast: Cast, stored: Competency, humour: CompetencyOutline, now: datetime) -> None:
    with pytest.raises(Refused, match="already"):
        actions.add(replace(humour, name="HUMOUR"), by=cast.iris, at=now)
    actions.retire(stored, by=cast.iris, at=now)
    assert actions.add(humour, by=cast.iris, at=now).code == "humour-2"


def test_retired_and_back(cast: Cast, iris: Client, stored: Competency, humour: CompetencyOutline, now: datetime, as_person: SignIn) -> None:
    iris.post(reverse("competencies:retire", args=[stored.pk]))
    assert as_person(cast.ada).get(reverse("competencies:competency", args=[stored.pk])).status_code == 404
    assert "Humour" in iris.get(reverse("competencies:retired")).content.decode()
    with pytest.raises(Denied, match="Restore it first"):
        actions.edit(stored, humour, seen="", by=cast.iris, at=now)
    kept = iris.post(reverse("competencies:edit", args=[stored.pk]), form_of(humour, definition="Typed meanwhile."))
    assert kept.status_code == 422
    assert "Typed meanwhile." in kept.content.decode()
    with pytest.raises(Denied, match="retired already"):
        actions.retire(stored, by=cast.iris, at=now)
    iris.post(reverse("competencies:restore", args=[stored.pk]))
    assert Competency.objects.current().get() == stored
    with pytest.raises(Denied, match="not retired"):
        actions.restore(stored, by=cast.iris, at=now)


def test_only_hr_administrators(cast: Cast, stored: Competency, humour: CompetencyOutline, now: datetime) -> None:
    for who in (cast.ada, cast.bo, cast.eve, cast.finn, cast.jon):
        for deed in (
            lambda who=who: actions.add(replace(humour, name="Other"), by=who, at=now),
            lambda who=who: actions.edit(stored, humour, seen="", by=who, at=now),
            lambda who=who: actions.retire(stored, by=who, at=now),
            lambda who=who: actions.apply_import([humour], seen="", by=who, at=now),
        ):
            with pytest.raises(Denied):
                deed()


def test_deeds_of_state_need_a_post(iris: Client, stored: Competency) -> None:
    assert iris.get(reverse("competencies:retire", args=[stored.pk])).status_code == 405
    assert iris.get(reverse("competencies:restore", args=[stored.pk])).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one(cast: Cast, humour: CompetencyOutline, now: datetime) -> None:
    def add(_number: int) -> str:
        try:
            return actions.add(humour, by=cast.iris, at=now).code
        except Refused as refusal:
            return str(refusal)
        finally:
            connection.close()

    assert cast.iris.has_role(Role.HR_ADMIN)
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(add, range(4)))
    assert said.count("humour") == 1
    assert all("Humour" in sentence for sentence in said if sentence != "humour")
    assert Competency.objects.count() == 1
