"""Raters from outside: a form without an account, and nothing for whoever has no right to it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from azimuth.audit.models import Entry
from azimuth.ballots.models import CountedGroup
from azimuth.ballots.queries import read_sheet
from azimuth.notifications.composing import compose
from azimuth.notifications.models import Mail, Notice
from azimuth.operations import logs
from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, Decline, RaterLink, ReviewCycle
from azimuth.reviews.states import AssignmentState
from tests.cast import Cast
from tests.reviews.outside import fields, form_about, form_url, latest, open_cycle
from tests.reviews.test_answer import sheet_of
from tests.reviews.test_count import answer_all, count

SignIn = Callable[[Person], Client]


# ---- the form


def test_a_form_is_answered_without_account_cookie_or_script(asked: Assignment) -> None:
    browser, link = Client(enforce_csrf_checks=True), latest()
    page = browser.get(link, follow=True)
    assert page.redirect_chain == [(form_url(link, asked), 302)]
    assert page.text.index("at least 3 colleagues") < page.text.index("Clear words, behaviour 1.")
    assert "What should Ada Novak keep doing?" in page.text

    later = browser.post(form_url(link, asked), fields(asked), follow=True)
    assert "go on later with the same link" in later.text
    assert "A pleasure to work with." in later.text
    sent = browser.post(form_url(link, asked), {**fields(asked, text="A great pleasure."), "seen": "1", "submit": "1"}, follow=True)

    assert sent.redirect_chain[-1][0].startswith(reverse("reviews:outside-thanks"))
    assert "Thank you" in sent.text
    assert "pleasure" not in sent.text
    assert "Hana" not in sent.text
    asked.refresh_from_db()
    assert asked.state == AssignmentState.SUBMITTED
    kept = read_sheet(*asked.place, by=asked.who)
    assert kept is not None
    assert list(kept.texts.values()) == ["A great pleasure."]
    assert not {"sessionid", "__Host-session"} & set(browser.cookies)


def test_no_cookie_is_set_behind_a_link(asked: Assignment) -> None:
    browser, link = Client(), latest()
    for path in (link, form_url(link, asked), f"{form_url(link, asked)}decline/", "/reviews/outside/wrong/"):
        browser.get(path)
    browser.post(form_url(link, asked), fields(asked))
    assert not browser.cookies


def test_several_subjects_one_after_the_other_then_the_link_has_done_its_work(draft: ReviewCycle, workshop: Cast) -> None:
    open_cycle(draft, workshop, timezone.now(), about=(workshop.ada, workshop.bo))
    ada, bo, link, browser = form_about(workshop.ada), form_about(workshop.bo), latest(), Client()
    page = browser.get(link)
    assert page.text.index("Ada Novak") < page.text.index("Bo Lindqvist")

    on = browser.post(form_url(link, ada), {**fields(ada), "submit": "1"})
    assert on.url == form_url(link, bo) + "?submitted=1"
    assert browser.get(form_url(link, ada)).status_code == 200  # until all are in, one may think again
    browser.post(form_url(link, bo), {**fields(bo), "submit": "1"})

    for path in (link, form_url(link, ada), form_url(link, bo)):
        assert browser.get(path).status_code == 404


def test_two_tabs_lose_nothing(asked: Assignment) -> None:
    browser, url = Client(), form_url(latest(), asked)
    assert browser.post(url, fields(asked, text="From the first tab"), headers={"X-Autosave": "1"}).json() == {"version": 1}
    second = browser.post(url, fields(asked, text="From the second tab"), headers={"X-Autosave": "1"})
    page = browser.post(url, fields(asked, text="From the second tab"))
    assert second.status_code == page.status_code == 409
    assert "From the second tab" in page.text
    assert "Elsewhere: From the first tab" in page.text


@pytest.mark.parametrize(("name", "value"), [("score", "9"), ("text", "x" * 2001)])
def test_what_cannot_be_saved_is_named_and_kept(asked: Assignment, name: str, value: str) -> None:
    data = {key: value if key.startswith(name) else typed for key, typed in fields(asked).items()}
    page = Client().post(form_url(latest(), asked), data)
    assert page.status_code == 422
    assert "need mending" in page.text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "=1+1", "🦊", "a\u202eb", "**x**", "{% now %}"])
def test_odd_answers_are_kept_harmless(asked: Assignment, text: str) -> None:
    browser, url = Client(), form_url(latest(), asked)
    browser.post(url, fields(asked, text=text))
    page = browser.get(url)
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_answering_leaves_no_trace_but_the_state(asked: Assignment) -> None:
    before = [Entry.objects.count(), Mail.objects.count(), Notice.objects.count(), RaterLink.objects.values().get()]
    Client().post(form_url(latest(), asked), {**fields(asked), "submit": "1"})
    assert [Entry.objects.count(), Mail.objects.count(), Notice.objects.count(), RaterLink.objects.values().get()] == before


def test_what_they_answer_is_counted_with_the_others(asked: Assignment, workshop: Cast) -> None:
    cycle, now = asked.subject.cycle, timezone.now()
    answer_all(cycle, workshop.ada, {"peer"}, now)
    Client().post(form_url(latest(), asked), {**fields(asked), "submit": "1"})
    count(cycle, now + timedelta(weeks=3))
    row = CountedGroup.objects.get(about=workshop.ada, group="external")
    assert (row.invited, row.answered, row.shown_as) == (1, None, "colleagues")


# ---- language


def test_pages_speak_the_language_of_the_invitation_until_another_is_chosen(draft: ReviewCycle, workshop: Cast) -> None:
    open_cycle(draft, workshop, timezone.now(), about=(workshop.ada,), language="ar")
    form, link, browser = form_about(workshop.ada), latest(), Client()
    assert '<html lang="ar" dir="rtl"' in browser.get(form_url(link, form)).text
    assert '<html lang="ar" dir="rtl"' in compose(Mail.objects.get(to="hana@client.example")).html

    back = browser.post(f"{link}language/", {"language": "de", "next": form_url(link, form)})
    assert back.url == form_url(link, form)
    assert '<html lang="de" dir="ltr"' in browser.get(form_url(link, form)).text
    assert browser.post(f"{link}language/", {"language": "de", "next": "https://elsewhere.example/"}).url == link
    assert browser.post(f"{link}language/", {"language": "xx"}).url == link


# ---- a link that lets nobody in


def shut(client: Client, path: str, method: str = "get", **more: Any) -> tuple[int, str]:
    response = getattr(client, method)(path, **more)
    return response.status_code, re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.text)


def test_wrong_over_revoked_and_used_links_get_one_and_the_same_page(draft: ReviewCycle, workshop: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A44: a dead link is any wrong one."""
    now = timezone.now()
    cycle = open_cycle(draft, workshop, now, about=(workshop.ada,))
    form, link, client = form_about(workshop.ada), latest(), Client()
    wrong = shut(client, "/reviews/outside/" + "x" * 43 + "/")
    assert wrong[0] == 404
    assert "This link does not open a form" in wrong[1]

    RaterLink.objects.update(revoked_on=now.date())
    assert shut(client, link) == shut(client, form_url(link, form)) == wrong
    RaterLink.objects.update(revoked_on=None)
    Assignment.objects.filter(pk=form.pk).update(state=AssignmentState.SUBMITTED)
    assert shut(client, link) == wrong
    Assignment.objects.filter(pk=form.pk).update(state=AssignmentState.WITHDRAWN)
    assert shut(client, link) == wrong
    Assignment.objects.filter(pk=form.pk).update(state=AssignmentState.WAITING)
    assert cycle.closes_at
    late = cycle.closes_at + timedelta(minutes=1)
    with monkeypatch.context() as clock:
        clock.setattr("django.utils.timezone.now", lambda: late)
        assert shut(client, link) == wrong
        Assignment.objects.filter(pk=form.pk).update(until=late + timedelta(days=1))
        assert shut(client, form_url(link, form))[0] == 200  # more time for this rater alone
    actions.close(cycle, by=None, at=now)
    assert shut(client, link) == wrong
    assert not RaterLink.objects.exists()


def test_a_form_of_somebody_else_gets_the_same_page(draft: ReviewCycle, workshop: Cast) -> None:
    open_cycle(draft, workshop, timezone.now(), about=(workshop.ada,))
    client, link = Client(), latest()
    cleos = Assignment.objects.get(rater=workshop.cleo, subject__person=workshop.ada)
    assert shut(client, form_url(link, cleos)) == shut(client, "/reviews/outside/wrong/")
    assert shut(client, form_url(link, cleos), "post", data=fields(form_about(workshop.ada)))[0] == 404


def test_the_work_is_the_same_whatever_is_wrong(asked: Assignment) -> None:
    client, link = Client(), latest()
    asked_of = []
    RaterLink.objects.update(revoked_on=timezone.now().date())
    for path in (link, "/reviews/outside/" + "x" * 43 + "/"):
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        asked_of.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in captured if "reviews_" in query["sql"]])
    assert asked_of[0] == asked_of[1]
    assert len(asked_of[0]) == 1


def test_many_wrong_links_from_one_address_are_slowed_down(asked: Assignment) -> None:
    """A44: guessing is slowed."""
    client = Client()
    seen = [client.get(f"/reviews/outside/{number}/").status_code for number in range(25)]
    assert set(seen[:20]) == {404}
    assert seen[-1] == 429
    assert client.get(form_url(latest(), asked)).status_code == 200  # a good link is not held up by that


def test_what_was_typed_is_given_back_when_the_link_is_dead(asked: Assignment) -> None:
    url = form_url(latest(), asked)
    RaterLink.objects.update(revoked_on=timezone.now().date())
    text = "A long paragraph that took a while to write."

    own = Client().post(url, fields(asked, text=text), headers={"Sec-Fetch-Site": "same-origin"})
    foreign = Client().post(url, fields(asked, text=text), headers={"Sec-Fetch-Site": "cross-site"})
    auto = Client().post(url, fields(asked, text=text), headers={"X-Autosave": "1"})

    assert text in own.text
    assert text not in foreign.text
    assert (own.status_code, foreign.status_code, auto.status_code) == (404, 404, 404)
    assert "Your text stays here" in auto.json()["problem"]


# ---- scanners, caches, logs


def test_a_mail_scanner_changes_nothing(asked: Assignment) -> None:
    """A43: opening a personal link twice does nothing."""
    link, written = latest(), []
    writes = re.compile(r"^\s*(INSERT|UPDATE|DELETE|COPY|TRUNCATE)", re.IGNORECASE)

    def watch(execute: Callable[..., Any], query: str, values: Any, many: bool, context: Any) -> Any:
        if writes.match(query):
            written.append(query)
        return execute(query, values, many, context)

    with connection.execute_wrapper(watch):
        for path in (link, form_url(link, asked), f"{form_url(link, asked)}decline/"):
            for method in ("get", "head", "options"):
                for _time in range(3):
                    getattr(Client(), method)(path)
    assert written == []
    assert Client().get(form_url(link, asked)).status_code == 200
    assert Assignment.objects.get(pk=asked.pk).state == AssignmentState.WAITING


@pytest.mark.parametrize("path", ["{link}", "{form}", "{form}decline/", "/reviews/outside/wrong/"])
def test_nothing_behind_a_link_is_kept_named_or_found(asked: Assignment, path: str) -> None:
    link = latest()
    response = Client().get(path.format(link=link, form=form_url(link, asked)))
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_the_log_carries_no_token(asked: Assignment, caplog: pytest.LogCaptureFixture) -> None:
    link = latest()
    token = link.split("/")[3]
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.DEBUG):
        client.post(form_url(link, asked), fields(asked, score="9"))  # 422
        client.post(form_url(link, asked), fields(asked))
        client.post(form_url(link, asked), fields(asked))  # 409
        client.delete(link)  # 405
        RaterLink.objects.update(revoked_on=timezone.now().date())
        client.get(link)  # 404
    mentioned = [entry for entry in caplog.records if token in entry.getMessage()]
    assert mentioned, "Django names the address of a refused request, else this proves nothing"
    for formatter in (logs.Lines(), logs.Json()):
        for entry in caplog.records:
            assert token not in formatter.format(entry)
    assert "/reviews/outside/(key)/" in logs.Lines().format(mentioned[0])


# ---- declining


def test_somebody_from_outside_declines_and_names_somebody_else(asked: Assignment, workshop: Cast, as_person: SignIn) -> None:
    link, browser, now = latest(), Client(), timezone.now()
    page = browser.get(form_url(link, asked)).text
    assert f"{form_url(link, asked)}decline/" in page
    for wrong in ({"reason": ""}, {"suggested_name": "Ivo"}, {"suggested_email": "ivo@client.example"}, {"suggested_name": "Ivo", "suggested_email": "no address"}):
        refused = browser.post(f"{form_url(link, asked)}decline/", {"reason": "I left that project.", "suggested_name": "", "suggested_email": "", **wrong})
        assert refused.status_code == 422

    done = browser.post(f"{form_url(link, asked)}decline/", {"reason": "I left that project.", "suggested_name": "Ivo Lang", "suggested_email": "ivo@client.example"}, follow=True)
    assert "Thank you for telling us" in done.text
    assert browser.get(link).status_code == 404

    assert "Ask Ivo Lang instead" in as_person(workshop.eve).get(reverse("reviews:cycle", args=[asked.subject.cycle_id])).text
    actions.replace(asked, by=workshop.eve, at=now)
    ivo = Assignment.objects.get(external__email="ivo@client.example")
    assert (ivo.group, ivo.subject_id) == ("external", asked.subject_id)
    assert browser.get(form_url(latest("ivo@client.example"), ivo)).status_code == 200
    assert Decline.objects.get().settled_on == now.date()


def test_declining_one_of_two_leaves_the_other(draft: ReviewCycle, workshop: Cast) -> None:
    open_cycle(draft, workshop, timezone.now(), about=(workshop.ada, workshop.bo))
    link, browser, ada, bo = latest(), Client(), form_about(workshop.ada), form_about(workshop.bo)
    on = browser.post(f"{form_url(link, ada)}decline/", {"reason": "We never met."})
    assert on.url == form_url(link, bo) + "?declined=1"
    assert browser.get(form_url(link, ada)).status_code == 404
    assert "This form is the next one." in browser.get(on.url).text


def test_sheets_of_outsiders_are_theirs_alone(asked: Assignment, workshop: Cast, now: datetime) -> None:
    actions.save(asked, sheet_of(asked, 5, "Only mine."), seen=None, by=asked.who, at=timezone.now())
    for who in (workshop.ada, workshop.eve, workshop.iris):
        assert read_sheet(*asked.place, by=who) is None
