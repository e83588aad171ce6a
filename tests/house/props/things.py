"""People and units, jobs and mails, competencies and questionnaires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from azimuth.competencies import actions as competencies
from azimuth.competencies.models import Competency
from azimuth.jobs import actions as jobs
from azimuth.jobs.models import Job
from azimuth.notifications.links import proof
from azimuth.notifications.models import Mail, Notice
from azimuth.people.actions import imports as people_imports
from azimuth.people.importing.mapping import ColumnMap, Options, Reach
from azimuth.people.models import Attribute, Grant, ReportingLine
from azimuth.questionnaires import actions as questionnaires
from azimuth.questionnaires.models import Question, Questionnaire, RatingScale, Section
from tests.cast import person as cast_person
from tests.cast import unit as cast_unit
from tests.house.props import prop
from tests.reviews.conftest import basic_questionnaire

if TYPE_CHECKING:
    from tests.house.stage import Stage


@prop("person")
def person(stage: Stage) -> object:
    return stage.cast.ada


@prop("kind of thing")
def kind_of_thing(stage: Stage) -> object:
    return "record"


@prop("unit")
def unit(stage: Stage) -> object:
    return stage.cast.workshop


@prop("empty unit")
def empty_unit(stage: Stage) -> object:
    return cast_unit("Attic", stage.cast.company)


@prop("attribute")
def attribute(stage: Stage) -> object:
    return Attribute.objects.create(key="shift", label="Shift")


@prop("grant")
def grant(stage: Stage) -> object:
    return Grant.objects.get(person=stage.cast.eve)


@prop("line")
def line(stage: Stage) -> object:
    return ReportingLine.objects.create(person=stage.cast.ada, lead=stage.cast.dan, kind="dotted", starts_on=stage.now.date())


@prop("passkey")
def passkey(stage: Stage) -> object:
    return Authenticator.objects.create(user=stage.cast.ada.account, type="webauthn", data={"name": "Blue key", "credential": {}})


@prop("session")
def session(stage: Stage) -> object:
    return UserSession.objects.create(user=stage.cast.ada.account, ip="192.0.2.7", session_key="elsewhere", user_agent="Firefox on Linux")


@prop("job")
def job(stage: Stage) -> object:
    return jobs.start("tests.nothing", key="stage", title="Counting stars", by=stage.cast.ada, at=stage.now)


@prop("failed job")
def failed_job(stage: Stage) -> object:
    job = jobs.start("tests.nothing", key="failed", title="Counting stars", by=stage.cast.ada, at=stage.now)
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, note="The sky was cloudy.")
    return job


@prop("notice")
def notice(stage: Stage) -> object:
    return Notice.objects.create(
        person=stage.cast.ada, key="stage", kind="reviews.answer", title="Feedback about Bo", url="/", told_on=stage.now.date()
    )


@prop("wrong key")
def wrong_key(stage: Stage) -> object:
    return "wrong"


@prop("imported")
def imported(stage: Stage) -> object:
    content = b"employee_id,name,email,job_title\nada,Ada Novak,ada@example.org,Astronomer\n"
    return people_imports.upload(name="people.csv", content=content, by=stage.cast.iris, at=stage.now)


@prop("checked import")
def checked_import(stage: Stage) -> object:
    new = imported(stage)
    options = Options(reach=Reach.PART)
    people_imports.check(new, columns=ColumnMap.from_json(new.columns), options=options, by=stage.cast.iris, at=stage.now)
    return people_imports.examine(new.pk, at=stage.now)


# ---- reviews: Eve runs a cycle of the workshop about Ada, who has five peers and three apprentices


@prop("cleo")
def cleo(stage: Stage) -> object:
    return stage.cast.cleo


@prop("colleagues")
def colleagues(stage: Stage) -> object:
    for name in ("Per Holm", "Quim Sala", "Rut Vik", "Sol Marin"):
        cast_person(name, stage.cast.workshop, "Instrument Maker", stage.cast.bo)
    return "there"


@prop("questionnaire")
def questionnaire(stage: Stage) -> object:
    return Questionnaire.objects.first() or basic_questionnaire()


@prop("bo")
def bo(stage: Stage) -> object:
    return stage.cast.bo


@prop("used questionnaire")
def used_questionnaire(stage: Stage) -> object:
    questionnaires.mark_used(stage["questionnaire"], on=stage.now.date())
    return stage["questionnaire"]


@prop("retired questionnaire")
def retired_questionnaire(stage: Stage) -> object:
    return questionnaires.retire(stage["questionnaire"], by=stage.cast.iris, at=stage.now)


@prop("section")
def section(stage: Stage) -> object:
    return Section.objects.filter(questionnaire=stage["questionnaire"])[1]


@prop("question")
def question(stage: Stage) -> object:
    return Question.objects.filter(section=stage["section"])[1]


@prop("scale")
def scale(stage: Stage) -> object:
    return RatingScale.objects.get(questionnaire=stage["questionnaire"])


@prop("retired scale")
def retired_scale(stage: Stage) -> object:
    questionnaires.retire_scale(stage["scale"], by=stage.cast.iris, at=stage.now)
    return stage["scale"]


@prop("competency")
def competency(stage: Stage) -> object:
    competencies.load_library(at=stage.now)
    return Competency.objects.get(code="deciding")


@prop("retired competency")
def retired_competency(stage: Stage) -> object:
    return competencies.retire(stage["competency"], by=stage.cast.iris, at=stage.now)


@prop("mail")
def mail(stage: Stage) -> object:
    return Mail.objects.create(key="stage", person=stage.cast.ada, to="ada@example.org", message_id="<stage@test>", created_on=stage.now.date())


@prop("proof of ada")
def proof_of_ada(stage: Stage) -> object:
    return proof(stage.cast.ada.pk)


@prop("help chapter")
def help_chapter(stage: Stage) -> object:
    return "employee"


@prop("language")
def language(stage: Stage) -> object:
    return "de"
