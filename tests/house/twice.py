"""What is sent twice is done once: double clicks, reloads, two tabs, two HR people with the same page before them. Run by test_forms.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from azimuth.people.models import Person
from azimuth.reviews.models import Subject
from tests.house.filling import form_to
from tests.house.permissions import ACTORS, Row, rows
from tests.house.stage import Stage
from tests.house.visits import path_of, words_of

SignIn = Callable[[Person], Client]
ROWS = rows()
NOT_OURS = ("account_", "mfa_", "security:", "demo", "welcome", "stay")  # steps of signing in: tests/security, tests/workspace

# The page a deed's form stands on, where it is not the deed's own address.
STANDS_ON = {
    "workspace:invite-one": "people:person", "workspace:job_start_again": "workspace:job", "workspace:log_download": "workspace:log",
    "workspace:theme": "workspace:home", "workspace:language": "workspace:home",
    "people:import-decide": "people:import", "people:import-apply": "people:import", "people:import-discard": "people:import-columns",
    "people:close-unit": "people:unit", "people:reopen-unit": "people:unit", "people:drop-attribute": "people:attributes", "people:withdraw": "people:grants",
    "people:end-dotted": "people:person", "people:bring-back": "people:person", "people:block": "people:person", "people:unblock": "people:person",
    "reviews:submit-all": "reviews:mine",
    "reviews:nominate": "reviews:list", "reviews:nominate-external": "reviews:list", "reviews:take-off": "reviews:list", "reviews:propose": "reviews:list",
    "reviews:take-list-back": "reviews:list", "reviews:approve": "reviews:list", "reviews:return-list": "reviews:list",
    "reviews:outside-language": "reviews:outside",
    "reviews:choose-growth": "reviews:report", "reviews:acknowledge": "reviews:report", "reviews:share": "reviews:report", "reviews:take-back": "reviews:report",
    "reviews:release-one": "reviews:cycle", "reviews:release": "reviews:cycle",
    "reviews:remove-subjects": "reviews:subjects", "reviews:discard": "reviews:summary", "reviews:rehearse": "reviews:summary",
    "reviews:remedy": "reviews:summary", "reviews:launch": "reviews:summary",
    "reviews:begin": "reviews:cycle", "reviews:close": "reviews:cycle", "reviews:nudge": "reviews:progress", "reviews:assign-coach": "reviews:coaches",
    "reviews:stop-asking": "reviews:raters", "reviews:remove-subject": "reviews:raters", "reviews:add-rater": "reviews:raters",
    "reviews:remove-rater": "reviews:raters", "reviews:add-external": "reviews:raters", "reviews:remove-external": "reviews:raters",
    "reviews:send-link": "reviews:raters", "reviews:revoke-links": "reviews:raters", "reviews:replace": "reviews:cycle", "reviews:let-be": "reviews:cycle",
    "questionnaires:retire-scale": "questionnaires:scales", "questionnaires:restore-scale": "questionnaires:scales",
    "questionnaires:move-section": "questionnaires:questionnaire", "questionnaires:remove-section": "questionnaires:questionnaire",
    "questionnaires:move-question": "questionnaires:questionnaire", "questionnaires:remove-question": "questionnaires:questionnaire",
    "questionnaires:next-version": "questionnaires:questionnaire", "questionnaires:retire": "questionnaires:questionnaire",
    "questionnaires:restore": "questionnaires:questionnaire", "questionnaires:discard": "questionnaires:questionnaire",
    "competencies:retire": "competencies:competency", "competencies:restore": "competencies:competency",
    "notifications:done": "notifications:inbox", "notifications:retry": "notifications:mails",
}


# What a page cannot know: somebody's name, a new thing's words, a choice that is made by typing or ticking elsewhere.
GIVEN: dict[str, Callable[[Stage], dict[str, Any]]] = {
    "people:add-dotted": lambda stage: {"lead": "Dan Moreau"},
    "people:declare-attribute": lambda stage: {"key": "badge", "kind": "text"},
    "people:give": lambda stage: {"person": "Ada Novak", "role": "auditor"},
    "people:imports": lambda stage: {"file": SimpleUploadedFile("people.csv", b"employee_id,name\nzoe,Zoe Lund\n")},
    "workspace:invite": lambda stage: {},
    "reviews:create": lambda stage: {"questionnaire": stage.key("questionnaire"), "scope": stage.key("unit")},
    "reviews:submit-all": lambda stage: {},
    "reviews:add-subject": lambda stage: {"person": "Cleo Brandt"},
    "reviews:ask": lambda stage: {"person": "Dan Moreau"},
    "reviews:replace-rater": lambda stage: {"person": "Dan Moreau"},
    "reviews:replace-lead": lambda stage: {"person": "Dan Moreau"},
    "reviews:add-rater": lambda stage: {"rater": stage.cast.cleo.pk},
    "reviews:add-external": lambda stage: {"name": "Hana Sato", "email": "hana@client.example", "language": "en"},
    "reviews:assign-coach": lambda stage: {"subject": [subject.pk for subject in Subject.objects.all()], "as": "partners"},
    "competencies:make-questionnaire": lambda stage: {"competencies": [stage.key("competency")], "scale": stage.key("scale")},
    "competencies:add-to-questionnaire": lambda stage: {"competencies": [stage.key("competency")]},
    "competencies:new": lambda stage: {
        "name": "Humour", "collection": "Ours", "definition": "Laughs with people.", "level_0_name": "One", "level_0_anchor": "Smiles.", "level_1_name": "Two",
        "level_1_anchor": "Laughs.", "item_0_text": "Laughs with others, never at them.", "prompt_0_text": "When did they laugh?",
    },
    "questionnaires:new": lambda stage: {"scale": stage.key("scale")},
    "questionnaires:new-scale": lambda stage: {"name": "How true", "label_1": "No", "anchor_1": "Never", "label_2": "Half", "anchor_2": "At times", "label_3": "Yes", "anchor_3": "Always"},
    "questionnaires:add-question": lambda stage: {"text": "Listens before answering."},
}

# Deeds whose button is not there, since on this stage nothing is to be done. Sending them all the same must change nothing at all.
NOTHING_TO_DO = {
    "people:bring-back": "nobody has left", "people:reopen-unit": "the unit is open", "people:unblock": "nobody is blocked",
    "workspace:invite": "nobody is without an account", "workspace:invite-one": "Ada has an account", "reviews:submit-all": "nothing is written",
    "reviews:changes": "the organisation stands still", "reviews:launch": "it was not rehearsed", "reviews:remedy": "it was not rehearsed",
    "reviews:begin": "a list is not yet there", "reviews:release": "it is not counted", "reviews:release-one": "see tests/reviews/test_release.py",
    "reviews:share": "it is shared", "reviews:add-rater": "is found by searching", "reviews:add-external": "see tests/reviews/test_outside.py",
    "reviews:outside-language": "links open without a session", "reviews:remove-external": "too late",
    "questionnaires:import": "see tests/questionnaires/test_import.py", "competencies:import": "see tests/competencies/test_import.py",
}
# Two people who do these have done two things.
MAKES_ANOTHER = {
    "people:add", "people:imports", "people:create-unit", "people:move-unit", "reviews:create", "reviews:send-link", "questionnaires:new", "questionnaires:duplicate", "questionnaires:add-section",
    "questionnaires:add-question", "questionnaires:move-question", "questionnaires:move-section", "questionnaires:copy-scale", "competencies:make-questionnaire",
    "competencies:add-to-questionnaire", "workspace:log_download",
}
EACH_TIME = {"workspace:log_download": "each copy of the log that is taken away is recorded"}


def doers(row: Row) -> list[str]:
    """Who may, HR first."""
    return [actor for actor in dict.fromkeys(("iris", *reversed(ACTORS))) if actor in row.cells["post"].may and actor != "gus"]


def page_of(row: Row, stage: Stage) -> str:
    """The address of the page the form stands on."""
    page, mine = ROWS[STANDS_ON.get(row.name, row.name)], words_of(row)
    keys = {name: stage.key(mine[name]) if name in mine else _key_beside(name, stage, mine) for name in words_of(page)}
    return reverse(page.name, kwargs=keys)


def _key_beside(name: str, stage: Stage, mine: dict[str, str]) -> str:
    """The key of what a thing on the stage belongs to: the cycle of a subject, the questionnaire of a question."""
    for thing in (stage[word] for word in mine.values()):
        for part in (thing, getattr(thing, "subject", None), getattr(thing, "section", None)):
            if hasattr(part, field := name if name.endswith("_id") else f"{name}_id"):
                return str(getattr(part, field))
    return stage.key(name)


def everything() -> dict[str, int]:
    """How many rows each of our tables has: the log, mails and notices among them."""
    tables = [model._meta.db_table for model in apps.get_models() if model.__module__.startswith("azimuth.")]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables))
        return dict(cursor.fetchall())



def prepared(row: Row, stage: Stage, client: Client) -> dict[str, Any] | None:
    """What somebody sends who has the page of a deed before them; nothing where the page does not offer it."""
    path, page = path_of(row, stage), page_of(row, stage)
    form = form_to(path, [(page, client.get(page).content.decode())])
    given = GIVEN[row.name](stage) if row.name in GIVEN else {}
    if form is None:
        return {"csrfmiddlewaretoken": "of this page", **row.form, **given} if row.name in NOTHING_TO_DO else None
    return {**form.filled(), **row.form, **given}


def rewound(sent: dict[str, Any]) -> dict[str, Any]:
    """The same once more: files from their beginning."""
    for value in sent.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return sent


def more_than(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """What was added or taken."""
    return {table: after[table] - before[table] for table in after if after[table] != before[table]}


def done_twice(row: Row, stage: Stage, client_of: Callable[[str], Client]) -> Iterator[str]:
    """One person sends a page twice, then another HR person sends what they saw before: what is wrong with that."""
    if row.name.startswith(NOT_OURS):
        return
    path, clients, pages = path_of(row, stage), [], []
    for actor in doers(row):
        client = client_of(actor)
        sent = prepared(row, stage, client)
        if sent is not None:
            clients, pages = [*clients, client], [*pages, sent]
        if len(pages) == (2 if actor in {"iris", "eve"} or not pages else 1):
            break
    if not pages:
        yield f"no form on {page_of(row, stage)} leads there: mend the page or STANDS_ON, or say in NOTHING_TO_DO why"
        return
    start, answer, done = everything(), clients[0].post(path, pages[0]), everything()
    if row.name not in NOTHING_TO_DO and answer.status_code not in {302, 200 if row.name in EACH_TIME else 302}:
        yield f"answers {answer.status_code} to {pages[0]}"
    echo = clients[0].post(path, rewound(pages[0]))
    if (more := more_than(done, everything())) and row.name not in EACH_TIME:
        yield f"sent twice it is done twice: {more}, the answer is {echo.status_code}, the first did {more_than(start, done)}"
    if len(pages) == 2:
        done, echo = everything(), clients[1].post(path, rewound(pages[1]))
        more = {table: n for table, n in more_than(done, everything()).items() if table in {"audit_entry", "notifications_mail", "notifications_notice"}}
        if more and row.name not in MAKES_ANOTHER:
            yield f"done again by a second person: {more}, the answer is {echo.status_code}"


def set_for(words: Iterable[str], members: Iterable[Row], stage: Stage) -> None:
    """Everything the forms of a group point at, and what GIVEN chooses from, is there before the first is tried."""
    chosen_from = ["competency"] if any(row.name.startswith("competencies:") for row in members) else []
    for word in (*words, "questionnaire", "scale", *chosen_from):
        stage[word]
