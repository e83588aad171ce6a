"""The journeys whole, each told once and walked twice: by keyboard alone, with axe on every page, and in a browser without scripts."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from azimuth.audit.models import Entry
from azimuth.competencies import actions as competencies
from azimuth.people.actions.first_run import setup_code
from azimuth.people.models import Person
from azimuth.reviews import actions, progress_bands
from azimuth.reviews.models import Assignment, GrowthArea, Nudge, ReviewCycle, Subject
from azimuth.workspace import help_queries
from tests.cast import Cast
from tests.conftest import NOW
from tests.hands import Hands
from tests.journeys.test_cycle import everybody_answers
from tests.journeys.test_outside import ask
from tests.reviews.outside import latest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Run = Callable[..., int]
PEOPLE = """employee_number,name,email,unit,role,lead
1,Noor Haddad,noor@atlas.example,Atlas,Director,
2,Ivo Lang,ivo@atlas.example,Press,Head of Press,1
3,Mai Tran,mai@atlas.example,Press,Printer,2
4,Ola Dahl,ola@atlas.example,Press,Printer,2
5,Pia Roth,pia@atlas.example,Press,Binder,2
6,Raf Cruz,raf@atlas.example,Press,Binder,2
"""


def test_1_get_started(hands: Hands, run_jobs: Run, tmp_path: Path) -> None:
    competencies.load_library(by=None, at=NOW)
    (sheet := tmp_path / "people.csv").write_text(PEOPLE)
    hands.page.goto(hands.site)
    for label, text in (
        ("Set-up code", setup_code()), ("Name of your organisation", "Atlas"), ("Your name", "Noor Haddad"), ("Your work e-mail", "noor@atlas.example"),
        ("Password", "a sentence nobody else would choose"),
    ):
        hands.write(label, text)
    hands.look("Welcome to Azimuth")
    hands.press("Set up")
    hands.said("From here to a first 360 in about ten minutes.")
    hands.look("Get started")
    hands.follow("Bring in your people")
    hands.look("Import people")
    hands.bring("CSV or XLSX file", sheet)
    hands.press("Upload")
    hands.look("What do the columns hold?")
    hands.press("Check the file")
    hands.wait(run_jobs)
    hands.said("What would change")
    hands.look("What would change")
    hands.press("Import")
    hands.wait(run_jobs)
    hands.said("Importing the same file again changes nothing.")
    assert Person.objects.count() == 6

    hands.go("Home")
    hands.follow("Choose a 360 template")
    hands.press("Next: people")
    hands.look("Who receives feedback?")
    hands.press("Add and go on")
    hands.look("Rules")
    hands.press("Next: summary")
    if not hands.page.get_by_role("button", name="Launch the cycle").count():
        hands.press("Rehearse")
    hands.said("Before you launch")
    hands.look("Before you launch")
    hands.press("Launch the cycle")
    hands.wait(run_jobs)
    assert ReviewCycle.objects.get().state == "open"
    hands.look("")


def test_2_rater(hands: Hands, running: ReviewCycle, workshop: Cast) -> None:
    hands.be(workshop.cleo)
    hands.follow("Give feedback: Spring 360")
    hands.look("Reviews")
    hands.follow("Ada Novak")
    for number in range(3):
        hands.look("Feedback about Ada Novak") if number == 0 else None
        hands.answer(f"Comment {number}")
        hands.press("Submit")
        hands.said("Submitted: your feedback")
    hands.said("All submitted. Thank you.")
    hands.look("Reviews")
    assert set(Assignment.objects.filter(rater=workshop.cleo).values_list("state", flat=True)) == {"submitted"}


def test_3_subject_and_4_manager(hands: Hands, proposing: Subject, workshop: Cast, run_jobs: Run) -> None:
    """Ada proposes; Bo returns, then approves; HR asks; all answer; Ada reads, says so, chooses two growth areas, shows the report to Bo and takes it back."""
    page, cycle = hands.page, proposing.cycle
    hands.be(workshop.ada)
    hands.follow("Propose who gives you feedback: Spring 360")
    for name in ("Cleo Brandt", "Per Holm"):
        hands.press(f"Add {name}")
        hands.control(f"Take {name} off the list")
    hands.write("Name, job title or unit", "rut vik")
    if not hands.has_script:
        hands.press("Search")
    hands.control("Add Rut Vik", page.locator("#found"))
    hands.press("Add Rut Vik", page.locator("#found"))
    hands.control("Take Rut Vik off the list")
    hands.look("Who should give you feedback?")
    hands.press("Hand in for approval")
    hands.said("Waits for approval")

    hands.be(workshop.bo)
    hands.follow("Approve lists of raters: Spring 360")
    hands.look("Lists of raters")
    hands.follow("Ada Novak")
    hands.open("Return the list with a note")
    hands.write("Note", "Quim instead of Rut, please.")
    hands.press("Return the list")
    hands.said("The list is returned")

    hands.be(workshop.ada)
    hands.follow("Propose who gives you feedback: Spring 360")
    hands.said("Quim instead of Rut, please.")
    hands.press("Take Rut Vik off the list")
    hands.press("Add Quim Sala")
    hands.control("Take Quim Sala off the list")
    hands.press("Hand in for approval")
    hands.said("Waits for approval")

    hands.be(workshop.bo)
    hands.follow("Approve lists of raters: Spring 360")
    hands.follow("Ada Novak")
    hands.look("Ada Novak")
    hands.press("Approve the list")
    hands.said("The list is approved.")

    hands.be(workshop.eve)
    hands.follow("All lists are approved: Spring 360")
    hands.look("Spring 360")
    hands.press("Ask the raters now")
    hands.said("Asking the raters of “Spring 360”")
    run_jobs()
    at = timezone.now()
    everybody_answers(ReviewCycle.objects.get())
    actions.close(ReviewCycle.objects.get(), by=None, at=at)
    run_jobs()
    actions.release(ReviewCycle.objects.get(), subjects=None, by=workshop.eve, at=at)

    hands.be(workshop.ada)
    hands.follow("Your feedback report is ready")
    hands.said("Feedback for Ada Novak")
    hands.look("Feedback for Ada Novak")
    for place in (0, 1):
        hands.tick(page.locator("#next").get_by_role("checkbox").nth(place))
    hands.press("Keep my choice")
    hands.said("Your growth areas are yours alone to see")
    hands.write("Your comment on the report optional", "The handovers surprise me.")
    hands.press("I have read it")
    hands.said("Kept, with your comment.")
    hands.press("Show it to Bo Lindqvist")
    hands.said("Bo Lindqvist can read your report now")
    hands.look("Feedback for Ada Novak")
    assert GrowthArea.objects.filter(subject__cycle=cycle).count() == 2

    hands.be(workshop.bo)
    hands.follow("Ada Novak shows you their feedback report")
    hands.said("The handovers surprise me.")
    hands.follow("Guide for the talk")
    hands.said("Let the other speak first.")
    hands.look("Talk it over: Ada Novak")

    hands.be(workshop.ada, f"/reviews/reports/{proposing.pk}/")
    hands.press("Take it back from Bo Lindqvist")
    hands.said("Bo Lindqvist no longer finds your report")
    hands.be(workshop.bo, f"/reviews/reports/{proposing.pk}/")
    expect(page.get_by_role("heading", name="Feedback for Ada Novak")).to_have_count(0)


def test_5_hr_partner(hands: Hands, running: ReviewCycle, workshop: Cast, run_jobs: Run) -> None:
    """Eve watches, nudges, gives one person more time, replaces a rater, closes, releases, and reads what all reports say together."""
    page = hands.page
    progress_bands.write(at=timezone.now())
    hands.be(workshop.eve)
    hands.go("Cycles")
    hands.look("360 cycles")
    hands.follow("Spring 360")
    hands.look("Spring 360")
    hands.follow("Progress")
    hands.look("Progress")
    hands.press("Nudge everybody")
    hands.agree()
    hands.said("Whoever still has forms gets one mail")
    assert Nudge.objects.exists()

    hands.follow("Overview")
    hands.follow("Ada Novak")
    row = page.locator(".row", has_text="Per Holm")
    hands.open("Per Holm", row)
    hands.act(row.get_by_role("link", name="Give more time"))
    hands.said("Per Holm, all their forms in this cycle")
    hands.look("Give more time")
    hands.press("Give more time")
    hands.said("Open until the end of")
    hands.follow("Ada Novak")
    row = page.locator(".row", has_text="Cleo Brandt")
    hands.open("Cleo Brandt", row)
    hands.act(row.get_by_role("link", name="Replace"))
    hands.look("Cleo Brandt")
    hands.write("Person", "dan@example.org")
    hands.press("Replace")
    hands.said("Dan Moreau is asked instead.")

    everybody_answers(running)
    hands.follow("Back to the cycle")
    hands.press("Close early")
    hands.agree()
    hands.said("The cycle is closed.")
    run_jobs()
    hands.go("Home")
    hands.follow("Release the reports: Spring 360")
    hands.look("Spring 360")
    hands.press("Release 3 reports")
    hands.said("3 reports are released and their subjects told.")
    hands.follow("All subjects together")
    hands.look("All subjects together")


def test_7_external_rater(hands: Hands, workshop: Cast) -> None:
    form = ask(workshop)
    hands.page.goto(hands.site + latest())
    hands.follow("Ada Novak")
    hands.look("Ada Novak")
    for _form in range(2):
        hands.answer("A pleasure to work with.")
        hands.press("Submit")
    hands.said("Thank you")
    hands.look("Thank you")
    assert Assignment.objects.get(pk=form.pk).state == "submitted"


def test_8_auditor(hands: Hands, workshop: Cast, running: ReviewCycle, run_jobs: Run, tmp_path: Path) -> None:
    """Jon verifies the chain, reads who opened what, takes the log with him and checks it by the handbook; of who answered he sees nothing."""
    everybody_answers(running)
    actions.close(running, by=None, at=running.opens_at)  # type: ignore[arg-type]
    run_jobs()
    cycle = ReviewCycle.objects.get()
    actions.release(cycle, subjects=None, by=workshop.eve, at=timezone.now())
    about_ada = Subject.objects.get(person=workshop.ada)
    actions.share(about_ada, with_=workshop.bo, by=workshop.ada, at=timezone.now())
    actions.open_report(about_ada, by=workshop.bo, at=timezone.now())

    hands.be(workshop.jon)
    hands.look("Nothing waits")
    hands.go("Audit")
    hands.look("Audit log")
    hands.follow("Check the chain")
    hands.said(f"All {Entry.objects.count()} rows are as they were written.")
    hands.look("The chain")
    kept = Entry.objects.latest("number").hash
    hands.write("A hash you kept", "f" * 64)
    hands.press("Look for it")
    hands.said("No row carries it")
    hands.write("A hash you kept", kept)
    hands.press("Look for it")
    hands.said("It is still there")
    hands.look("The chain")

    hands.follow("Back to the log")
    hands.select("What", "Whatever was opened or taken away")
    rows = hands.page.locator("#log tbody tr")
    expect(rows).to_have_count(1)
    for words in ("Opened a report", "Bo Lindqvist", "Ada Novak"):
        expect(rows).to_contain_text(words)
    hands.look("Audit log")
    narrowed = taken(hands, tmp_path)
    assert checked(narrowed).stderr.startswith("Rows are missing before row")

    hands.go("Audit")
    whole = taken(hands, tmp_path)
    assert checked(whole).stdout == f"All {Entry.objects.count()} rows are as they were written.\nLast hash: {Entry.objects.latest('number').hash}\n"
    assert workshop.cleo.name not in whole.read_text(), "who answered is nobody's to read"
    whole.write_text(whole.read_text().replace("Bo Lindqvist", "Dan Moreau"))
    assert re.fullmatch(r"Row \d+ is not as it was written.\n", checked(whole).stderr)


def taken(hands: Hands, folder: Path) -> Path:
    """The log, downloaded."""
    with hands.page.expect_download() as download:
        hands.act(hands.page.get_by_role("button", name="JSON lines"), stays=True)
    download.value.save_as(file := folder / "azimuth-log.jsonl")
    return file


def checked(file: Path) -> subprocess.CompletedProcess[str]:
    """What the handbook's own lines say about a download."""
    found = re.search(r"```python\n(.*?)```", (Path(help_queries.__file__).parent / "handbook/auditor.md").read_text("utf-8"), re.DOTALL)
    assert found
    return subprocess.run([sys.executable, "-I", "-c", found[1], str(file)], capture_output=True, text=True, check=False)
