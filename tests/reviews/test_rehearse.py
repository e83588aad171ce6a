"""The dry run: what it shows is what a launch does; problems are named with a remedy each; nothing is changed by looking."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from azimuth.access.verdict import Denied, Refused
from azimuth.cli import _parser
from azimuth.jobs.models import Job
from azimuth.notifications.models import Mail
from azimuth.operations.commands.cycle import rehearse as command
from azimuth.people.models import Person, ReportingLine
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import actions, queries
from azimuth.reviews.models import Assignment, Nomination, Rehearsal, RehearsedPerson, ReviewCycle
from azimuth.reviews.planning import HEAVY, Asked, Organisation
from azimuth.reviews.rehearsing import more_peers, shared_out
from azimuth.reviews.states import CycleState
from tests.cast import Cast, person
from tests.reviews.test_launch import quiet

SignIn = Callable[[Person], Client]


def problems(cycle: ReviewCycle, now: datetime) -> dict[str, list[str]]:
    return {p["code"]: [named["name"] for named in p["people"]] for p in queries.rehearse(cycle, now).content["problems"]}


def test_a_launch_does_exactly_what_was_rehearsed(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    shown = actions.rehearse(draft, by=workshop.eve, at=now)
    assert isinstance(shown, Rehearsal)
    foretold = {row.key: (row.own, row.others, row.minutes) for row in shown.people.all()}

    actions.launch(draft, seen=draft.version, rehearsed=shown.digest, by=workshop.eve, at=now)
    actions.carry_out_launch(draft, at=now, step=quiet, rehearsed=shown.digest)

    own: Counter[UUID] = Counter()
    others: Counter[UUID] = Counter()
    for row in Assignment.objects.filter(subject__cycle=draft):
        (own if row.group == RaterGroup.SELF else others)[row.asked_key] += 1
    assert {key: (own[key], others[key]) for key in {*own, *others}} == {key: (row[0], row[1]) for key, row in foretold.items()}
    assert sum(own.values()) + sum(others.values()) == shown.content["forms"]
    assert Mail.objects.count() == shown.content["mails"][0]["people"] == shown.content["raters"]
    draft.refresh_from_db()
    assert queries.rehearsal_of(draft) == Rehearsal.objects.get(digest=shown.digest)


def test_groups_stand_in_the_planners_order(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    """Not in that of stored JSON, which sorts keys by their length."""
    actions.rehearse(draft, by=workshop.eve, at=now)
    content = Rehearsal.objects.get(cycle=draft).content
    assert [group for group, _forms, _minutes in queries.group_labels(content)] == ["Self", "Manager", "Direct reports", "Peers"]


def test_another_organisation_than_rehearsed_is_not_launched(draft: ReviewCycle, workshop: Cast, now: datetime, run_jobs: Callable[..., int]) -> None:
    shown = actions.rehearse(draft, by=workshop.eve, at=now)
    assert isinstance(shown, Rehearsal)
    ReportingLine.objects.filter(person=workshop.cleo).update(lead=workshop.dan)

    job = actions.launch(draft, seen=draft.version, rehearsed=shown.digest, by=workshop.eve, at=now)
    run_jobs()

    job.refresh_from_db()
    draft.refresh_from_db()
    assert (job.state, draft.state) == (Job.State.FAILED, CycleState.DRAFT)
    assert "other people would be asked" in job.note
    assert not Assignment.objects.exists()
    fresh = actions.rehearse(draft, by=workshop.eve, at=now)
    actions.launch(draft, seen=draft.version, rehearsed=fresh.digest, by=workshop.eve, at=now)
    run_jobs()
    draft.refresh_from_db()
    assert draft.state == CycleState.OPEN


def test_it_changes_nothing(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.rehearse(draft, by=workshop.eve, at=now)
    actions.rehearse(draft, by=workshop.eve, at=now)

    assert Rehearsal.objects.count() == 1
    assert not Assignment.objects.exists()
    assert not Mail.objects.exists()
    before = draft.version
    draft.refresh_from_db()
    assert (draft.state, draft.version) == (CycleState.DRAFT, before)


def test_an_edit_makes_it_stale(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.rehearse(draft, by=workshop.eve, at=now)
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, minimum=4)
    draft.refresh_from_db()

    assert queries.rehearsal_of(draft) is None


def test_mails_are_foretold_by_day_in_the_zone_of_the_cycle(draft: ReviewCycle, now: datetime) -> None:
    draft.opens_at, draft.closes_at, draft.time_zone = now, datetime(2026, 3, 23, 23, 0, tzinfo=now.tzinfo), "Europe/Berlin"
    draft.reminders = [7, 2, 0, 90]

    days = [(day.isoformat(), kind) for day, kind in queries.mail_days(draft, now)]

    assert days == [("2026-03-02", "invitation"), ("2026-03-16", "reminder"), ("2026-03-21", "reminder"), ("2026-03-23", "reminder")]


def test_people_who_leave_and_people_nobody_can_reach_are_named(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    Person.objects.filter(pk=workshop.ada.pk).update(ended_on=now.date() + timedelta(days=10))
    Person.objects.filter(name="Per Holm").update(ended_on=now.date() + timedelta(days=12))
    Person.objects.filter(name="Rut Vik").update(email=None)

    found = problems(draft, now)

    assert found["leaving_subjects"] == ["Ada Novak"]
    assert found["leaving_raters"] == ["Per Holm"]
    assert found["unreachable"] == ["Rut Vik"]


@pytest.mark.parametrize(("code", "change"), [
    ("leaving_subjects", {"name": "Ada Novak", "ended_on": 10}), ("leaving_raters", {"name": "Per Holm", "ended_on": 10}), ("unreachable", {"name": "Rut Vik", "email": None}),
])
def test_one_click_mends_it(draft: ReviewCycle, workshop: Cast, now: datetime, code: str, change: dict[str, object]) -> None:
    ended = {"ended_on": now.date() + timedelta(days=10)} if "ended_on" in change else {"email": None}
    Person.objects.filter(name=change["name"]).update(**ended)
    assert code in problems(draft, now)

    changed = actions.remedy(draft, code, seen=draft.version, by=workshop.eve, at=now)

    draft.refresh_from_db()
    assert changed > 0
    assert code not in problems(draft, now)
    kept = queries.rehearsal_of(draft)
    assert kept is not None
    assert code not in {problem["code"] for problem in kept.content["problems"]}


def test_colleagues_of_the_unit_fill_a_group_that_is_too_small(workshop: Cast, questionnaire: object, now: datetime) -> None:
    lonely = person("Yan Ode", workshop.workshop, "Restorer", workshop.dan)
    cycle = actions.create(name="Small", scope=None, by=workshop.iris, at=now, questionnaire=questionnaire, closes_at=now + timedelta(weeks=3), opens_at=now)
    actions.add_subjects(cycle, people=[lonely.pk], by=workshop.iris, at=now)
    cycle.refresh_from_db()
    assert problems(cycle, now)["hidden"] == ["Yan Ode"]

    assert actions.remedy(cycle, "hidden", seen=cycle.version, by=workshop.iris, at=now) == 3

    cycle.refresh_from_db()
    assert "hidden" not in problems(cycle, now)
    assert set(Nomination.objects.values_list("rater__unit__name", flat=True)) == {"Workshop"}


def test_a_stale_page_a_wrong_person_and_an_unknown_remedy_are_refused(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="changed this draft"):
        actions.remedy(draft, "hidden", seen=draft.version - 1, by=workshop.eve, at=now)
    with pytest.raises(Refused, match="no such remedy"):
        actions.remedy(draft, "magic", seen=draft.version, by=workshop.eve, at=now)
    for who in (workshop.ada, workshop.dan, workshop.jon):
        with pytest.raises(Denied):
            actions.rehearse(draft, by=who, at=now)


def test_a_large_draft_is_rehearsed_by_a_job(draft: ReviewCycle, workshop: Cast, now: datetime, run_jobs: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("azimuth.reviews.actions.rehearsing.SMALL", 1)

    job = actions.rehearse(draft, by=workshop.eve, at=now)
    assert isinstance(job, Job)
    assert queries.rehearsal_under_way(draft) == job
    run_jobs()

    assert queries.rehearsal_of(draft) is not None


def key(number: int) -> UUID:
    return UUID(int=number)


def test_overload_is_shared_out_among_those_under_the_same_lead() -> None:
    team = Organisation.of_lines([(key(n), key(0)) for n in range(1, 31)])
    asked = [Asked(key(n), key(1), "peer") for n in range(2, 13)] + [Asked(key(n), key(n), "self") for n in range(2, 13)]

    edits = shared_out(asked, {key(1)}, team, least=3)

    load = Counter(ask.rater for ask in asked)
    for edit in edits:
        load[edit.rater] += 1 if edit.is_added else -1
    assert load[key(1)] == HEAVY
    assert max(load.values()) <= HEAVY
    assert sum(edit.is_added for edit in edits) == sum(not edit.is_added for edit in edits) == 11 - HEAVY


def test_further_peers_are_those_with_fewest_forms_and_never_the_subject() -> None:
    asked = [Asked(key(1), key(2), "peer"), Asked(key(9), key(3), "peer")]

    edits = more_peers(asked, [key(1)], {key(1): [key(1), key(2), key(3), key(4), key(5)]}, wanted=3)

    assert [edit.rater for edit in edits] == [key(4), key(5)]


def test_the_page_shows_who_sees_whose_report_and_exports(draft: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn) -> None:
    actions.rehearse(draft, by=workshop.eve, at=now)
    url = reverse("reviews:rehearsed", args=[draft.pk])
    page = as_person(workshop.eve).get(url, {"q": "ada"}).text
    assert "Ada Novak, then Bo Lindqvist if it is shared" in page
    assert "Cleo Brandt" not in page

    sheet = b"".join(as_person(workshop.eve).get(url, {"export": "csv"}).streaming_content).decode()
    assert len(sheet.strip().splitlines()) == 1 + RehearsedPerson.objects.count()


def test_the_command_prints_it_and_writes_nothing(draft: ReviewCycle, workshop: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    code = command(_parser().parse_args(["cycle", "rehearse", draft.name, "--json"]))
    said = json.loads(capsys.readouterr().out)

    assert code == 0
    ada = next(row for row in said["people"] if row["name"] == "Ada Novak")
    assert (ada["own"], ada["others"]) == (1, 1)
    assert not Rehearsal.objects.exists()
