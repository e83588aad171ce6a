"""A rater says that they cannot: withdrawn, told to HR alone, replaced with a click; the subject learns nothing, the count forgets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.ballots.models import SealedSheet
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, Decline, ExternalRater, ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState
from tests.cast import Cast
from tests.reviews.conftest import call_for_lists
from tests.reviews.test_answer import sheet_of
from tests.reviews.test_begin import approve_all
from tests.reviews.test_count import answer_all, count
from tests.reviews.test_launch import quiet

SignIn = Callable[[Person], Client]


def form_of(cycle: ReviewCycle, rater: Person, about: Person) -> Assignment:
    return Assignment.objects.select_related("subject__cycle__box", "subject__person").get(subject__cycle=cycle, rater=rater, subject__person=about)


@pytest.fixture
def form(launched: ReviewCycle, workshop: Cast) -> Assignment:
    """Cleo's form about Ada."""
    return form_of(launched, workshop.cleo, workshop.ada)


def test_they_are_not_asked_any_more_and_hr_is_told_without_names(form: Assignment, workshop: Cast, now: datetime) -> None:
    actions.save(form, sheet_of(form), seen=None, by=workshop.cleo, at=now)
    actions.decline(form, reason="We share an office feud.", replacement=workshop.dan, by=workshop.cleo, at=now)

    form.refresh_from_db()
    assert form.state == AssignmentState.WITHDRAWN
    assert not Assignment.objects.of(workshop.cleo).filter(pk=form.pk).exists()
    told = Notice.objects.get(person=workshop.eve, key__startswith="reviews.declined:")
    assert "Cleo" not in told.title + told.text
    assert "Ada" not in told.title + told.text
    assert "feud" not in told.text + " ".join(Mail.objects.values_list("text", flat=True))


def test_it_is_recorded_nowhere_and_twice_is_once(form: Assignment, workshop: Cast, now: datetime) -> None:
    entries = Entry.objects.count()
    for _again in range(2):
        actions.decline(form, reason="No time.", by=workshop.cleo, at=now)
    assert Entry.objects.count() == entries
    assert Decline.objects.count() == 1


@pytest.mark.parametrize("who", ["ada", "bo", "eve", "iris", "finn"])
def test_nobody_declines_for_somebody_else(form: Assignment, workshop: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        actions.decline(form, reason="No.", by=getattr(workshop, who), at=now)


def test_nobody_declines_their_own_view_nor_after_the_close(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    with pytest.raises(Denied, match="your own view"):
        actions.decline(form_of(launched, workshop.ada, workshop.ada), reason="No.", by=workshop.ada, at=now)
    with pytest.raises(Denied, match="closed"):
        actions.decline(form_of(launched, workshop.cleo, workshop.ada), reason="No.", by=workshop.cleo, at=now + timedelta(weeks=4))


def test_when_nothing_else_waits_the_invitation_leaves_the_inbox(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    for form in Assignment.objects.filter(rater=workshop.cleo).select_related("subject__cycle__box"):
        actions.decline(form, reason="On leave.", by=workshop.cleo, at=now)
    assert not Notice.objects.filter(person=workshop.cleo, done_on=None).exists()


# ---- HR


def test_hr_asks_who_was_named_instead_in_the_same_group(form: Assignment, workshop: Cast, now: datetime) -> None:
    actions.decline(form, reason="No time.", replacement=workshop.dan, by=workshop.cleo, at=now)
    for _again in range(2):
        actions.replace(form, by=workshop.eve, at=now)

    new = form_of(form.subject.cycle, workshop.dan, workshop.ada)
    assert (new.group, new.state) == ("peer", AssignmentState.WAITING)
    assert Notice.objects.filter(person=workshop.dan, key=f"reviews.invite:{form.subject.cycle_id}", done_on=None).count() == 1
    assert Mail.objects.filter(person=workshop.dan).count() >= 1
    assert not Notice.objects.filter(key__startswith="reviews.declined:", done_on=None).exists()
    assert Entry.objects.filter(action="reviews.replace_rater").count() == 1
    assert "Cleo" not in str(Entry.objects.get(action="reviews.replace_rater").__dict__)


def test_hr_lets_it_be(form: Assignment, workshop: Cast, now: datetime) -> None:
    actions.decline(form, reason="No time.", by=workshop.cleo, at=now)
    with pytest.raises(Refused, match="Nobody was named"):
        actions.replace(form, by=workshop.eve, at=now)
    for _again in range(2):
        actions.let_be(form, by=workshop.eve, at=now)
    assert Decline.objects.get().settled_on == now.date()
    assert Entry.objects.filter(action="reviews.let_decline_be").count() == 1


@pytest.mark.parametrize("who", ["ada", "bo", "cleo", "dan", "finn", "jon"])
def test_only_hr_in_charge_settles_it(form: Assignment, workshop: Cast, now: datetime, who: str) -> None:
    actions.decline(form, reason="No time.", replacement=workshop.dan, by=workshop.cleo, at=now)
    for deed in (actions.replace, actions.let_be):
        with pytest.raises(Denied):
            deed(form, by=getattr(workshop, who), at=now)


def test_after_the_close_nobody_is_asked_any_more(form: Assignment, workshop: Cast, now: datetime) -> None:
    actions.decline(form, reason="No time.", replacement=workshop.dan, by=workshop.cleo, at=now)
    actions.close(form.subject.cycle, by=None, at=now)
    for deed in (actions.replace, actions.let_be):
        with pytest.raises(Denied, match="only while answers are gathered"):
            deed(form, by=workshop.eve, at=now)


def test_who_cannot_be_asked_is_not(form: Assignment, workshop: Cast, now: datetime) -> None:
    per = Person.objects.get(name="Per Holm")
    actions.decline(form, reason="No time.", replacement=per, by=workshop.cleo, at=now)
    with pytest.raises(Refused, match="Per Holm is on this list already, or has declined"):
        actions.replace(form, by=workshop.eve, at=now)
    Decline.objects.update(replacement=workshop.gus)
    with pytest.raises(Refused, match="cannot be asked"):
        actions.replace(form, by=workshop.eve, at=now)
    Decline.objects.update(replacement=workshop.ada)
    with pytest.raises(Refused, match="cannot be asked"):
        actions.replace(form, by=workshop.eve, at=now)


def test_hr_sees_no_decline_about_themselves(draft: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    now = timezone.now()
    Person.objects.filter(pk=workshop.eve.pk).update(unit=workshop.workshop)
    actions.add_subjects(draft, people=[workshop.eve.pk], by=workshop.iris, at=now)
    actions.update(draft, seen=ReviewCycle.objects.get().version, by=workshop.iris, at=now, opens_at=now, closes_at=now + timedelta(weeks=3))
    cycle = ReviewCycle.objects.get()
    actions.launch(cycle, seen=cycle.version, by=workshop.iris, at=now)
    actions.carry_out_launch(cycle, at=now, step=quiet)
    about_eve = form_of(cycle, workshop.finn, workshop.eve)
    actions.decline(about_eve, reason="We quarrelled.", by=workshop.finn, at=now)

    assert not Notice.objects.filter(key__startswith="reviews.declined:").exists()
    eve, iris = as_person(workshop.eve), as_person(workshop.iris)
    assert "We quarrelled" not in eve.get(reverse("reviews:cycle", args=[cycle.pk])).text
    assert "Raters declined" not in eve.get("/").text
    assert eve.post(reverse("reviews:let-be", args=[cycle.pk, about_eve.pk])).status_code == 404
    with pytest.raises(Denied):
        actions.let_be(about_eve, by=workshop.eve, at=now)
    assert "We quarrelled" in iris.get(reverse("reviews:cycle", args=[cycle.pk])).text


# ---- the count


def test_the_count_destroys_what_was_saved_and_forgets_who_declined(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    answer_all(launched, workshop.ada, {"peer", "report"}, now)
    form = form_of(launched, workshop.cleo, workshop.ada)
    actions.decline(form, reason="No time.", by=workshop.cleo, at=now)

    count(launched, now + timedelta(weeks=3))

    assert not Decline.objects.exists()
    assert not SealedSheet.objects.exists()
    assert not Assignment.objects.filter(subject__person=workshop.ada, rater=workshop.cleo).exists()


# ---- pages


@pytest.fixture
def running(draft: ReviewCycle, workshop: Cast) -> ReviewCycle:
    """A cycle in which Ada goes on seeing her list, open by the clock on the wall."""
    now = timezone.now()
    cycle = call_for_lists(draft, now, by=workshop.eve, shows_list=True)
    approve_all(cycle, workshop, now)
    actions.carry_out_begin(cycle, at=now, step=quiet)
    cycle.refresh_from_db()
    return cycle


def subjects_pages(subject: Subject, client: Client) -> list[bytes]:
    """Everything Ada can open."""
    paths = ["/", "/reviews/", "/notifications/", reverse("reviews:lists"), reverse("reviews:list", args=[subject.pk]), f"/reviews/cycles/{subject.cycle_id}/"]
    return [re.sub(rb'(name="csrfmiddlewaretoken" value|data-(?:idle|whole))="[^"]*"', b"", client.get(path).content) for path in paths]


def test_the_subject_learns_nothing_byte_for_byte(running: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    """A12, A26: nor who declined."""
    subject = Subject.objects.get(cycle=running, person=workshop.ada)
    ada, now = as_person(workshop.ada), timezone.now()
    before = subjects_pages(subject, ada)
    assert b"Cleo Brandt" in before[4], "she goes on seeing her list, else this proves nothing"

    form = form_of(running, workshop.cleo, workshop.ada)
    actions.decline(form, reason="No time.", replacement=Person.objects.get(name="Per Holm"), by=workshop.cleo, at=now)
    assert subjects_pages(subject, ada) == before
    actions.replace(form, by=workshop.eve, at=now)
    assert subjects_pages(subject, ada) == before


def test_the_page_of_the_subject_would_show_a_change(running: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    """The control: what Ada may see does change her pages, and the comparison notices."""
    subject = Subject.objects.get(cycle=running, person=workshop.ada)
    ada = as_person(workshop.ada)
    before = subjects_pages(subject, ada)
    form = form_of(running, workshop.ada, workshop.ada)
    actions.save(form, sheet_of(form), seen=None, by=workshop.ada, at=timezone.now())
    assert subjects_pages(subject, ada) != before


def test_no_list_tells_who_has_answered(running: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    """For the subject, the lead who approved, and HR: the same bytes before and after somebody on the list submits."""
    subject = Subject.objects.get(cycle=running, person=workshop.ada)
    watchers = [as_person(who) for who in (workshop.ada, workshop.bo, workshop.eve, workshop.iris)]
    before = [subjects_pages(subject, watcher) for watcher in watchers]
    form = form_of(running, workshop.cleo, workshop.ada)
    actions.save(form, sheet_of(form), seen=None, by=workshop.cleo, at=timezone.now())
    actions.submit([form], by=workshop.cleo, at=timezone.now())
    assert [subjects_pages(subject, watcher) for watcher in watchers] == before


def test_without_script_a_rater_declines_and_hr_replaces(running: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    form = form_of(running, workshop.cleo, workshop.ada)
    cleo, eve = as_person(workshop.cleo), as_person(workshop.eve)
    url = reverse("reviews:decline", args=[form.pk])
    assert url in cleo.get(reverse("reviews:answer", args=[form.pk])).text

    done = cleo.post(url, {"reason": "We hardly meet.", "replacement": "Per Holm"}, follow=True)
    assert "You are no longer asked about Ada Novak" in done.text
    assert cleo.post(url, {"reason": "We hardly meet."}).url == reverse("reviews:mine")
    assert cleo.get(reverse("reviews:answer", args=[form.pk])).status_code == 404

    assert "Raters declined: Spring 360" in eve.get("/").text
    page = eve.get(reverse("reviews:cycle", args=[running.pk])).text
    assert "We hardly meet." in page
    assert "Ask Per Holm instead" in page
    assert "is on this list already" not in eve.post(reverse("reviews:replace", args=[running.pk, form.pk]), follow=True).text
    assert form_of(running, Person.objects.get(name="Per Holm"), workshop.ada).group == "peer"
    assert "We hardly meet." not in eve.get(reverse("reviews:cycle", args=[running.pk])).text


def test_a_replacement_who_is_asked_already_is_named_on_the_page(running: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    form, eve = form_of(running, workshop.cleo, workshop.ada), as_person(workshop.eve)
    actions.decline(form, reason="We hardly meet.", replacement=workshop.dan, by=workshop.cleo, at=timezone.now())
    assert "Dan Moreau is on this list already, or has declined." in eve.post(reverse("reviews:replace", args=[running.pk, form.pk]), follow=True).text
    eve.post(reverse("reviews:let-be", args=[running.pk, form.pk]))
    assert "We hardly meet." not in eve.get(reverse("reviews:cycle", args=[running.pk])).text


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"reason": "  "}, {"reason": "x" * 1001}, {"replacement": "Nobody Ever"}, {"replacement": "Ada Novak"}, {"replacement": "Cleo Brandt"}],
)
def test_bad_words_are_named_and_kept(running: ReviewCycle, workshop: Cast, as_person: SignIn, wrong: dict[str, str]) -> None:
    form = form_of(running, workshop.cleo, workshop.ada)
    page = as_person(workshop.cleo).post(reverse("reviews:decline", args=[form.pk]), {"reason": "We hardly meet.", "replacement": "", **wrong})
    assert page.status_code == 422
    assert not Decline.objects.exists()


@pytest.mark.parametrize("reason", ["<script>alert(1)</script>", "=1+1", "🦊", "a\u202eb", "**x**"])
def test_odd_reasons_are_shown_harmless(running: ReviewCycle, workshop: Cast, as_person: SignIn, reason: str) -> None:
    form = form_of(running, workshop.cleo, workshop.ada)
    as_person(workshop.cleo).post(reverse("reviews:decline", args=[form.pk]), {"reason": reason})
    page = as_person(workshop.eve).get(reverse("reviews:cycle", args=[running.pk])).text
    assert "about" in page
    assert "<script>alert" not in page
    assert "\u202e" not in Decline.objects.get().reason


def test_an_auditor_sees_no_reasons(running: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    form = form_of(running, workshop.cleo, workshop.ada)
    actions.decline(form, reason="We hardly meet.", by=workshop.cleo, at=timezone.now())
    assert "We hardly meet." not in as_person(workshop.jon).get(reverse("reviews:cycle", args=[running.pk])).text
    assert not ExternalRater.objects.exists()
