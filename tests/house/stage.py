"""What the addresses of the site point at: one builder for each word a parameter or a row of permissions.toml uses.

To let the house tests visit `/things/<uuid:thing>/`, add a builder here:

    @prop("thing")
    def thing(stage: Stage) -> object:
        return Thing.objects.create(owner=stage.cast.ada, ...)

A builder returns a model instance (its key goes into the address) or a string. `stage["cycle"]` gives what another one built.
The stage is set for Ada: things are hers, or in her unit, unless the word says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import models
from django.utils import timezone

from azimuth.competencies import actions as competencies
from azimuth.competencies.models import Competency
from azimuth.jobs import actions as jobs
from azimuth.jobs.models import Job
from azimuth.notifications.links import proof
from azimuth.notifications.models import Mail, Notice
from azimuth.people.actions import imports as people_imports
from azimuth.people.importing.mapping import ColumnMap, Options, Reach
from azimuth.people.models import Attribute, Grant, Person, ReportingLine
from azimuth.questionnaires import actions as questionnaires
from azimuth.questionnaires.models import Question, Questionnaire, RatingScale, Section
from azimuth.reviews import actions as reviews
from azimuth.reviews.actions.links import hash_of
from azimuth.reviews.counting import count as count_cycle
from azimuth.reviews.models import (
    Assignment,
    CohortReport,
    ExternalRater,
    RaterLink,
    Report,
    ReportPdf,
    ReviewCycle,
    Subject,
)
from azimuth.reviews.queries import list_of
from tests.cast import Cast
from tests.cast import person as cast_person
from tests.cast import unit as cast_unit
from tests.reviews.conftest import GROUPS, basic_questionnaire

Builder = Callable[["Stage"], object]
PROPS: dict[str, Builder] = {}


class Stage:
    """The cast and what was built for it, each thing once."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.cast, self.now = cast, now
        self._built: dict[str, object] = {}

    def __getitem__(self, word: str) -> object:
        if word not in self._built:
            assert word in PROPS, (
                f"No prop {word!r}: add a builder to tests/house/stage.py, or name one in the row:  with = {{ {word} = \"...\" }}"
            )
            self._built[word] = PROPS[word](self)
        return self._built[word]

    def key(self, word: str) -> str:
        """What goes into the address for this word."""
        thing = self[word]
        return str(thing.pk) if isinstance(thing, models.Model) else str(thing)


def prop(word: str) -> Callable[[Builder], Builder]:
    """Register a builder under a word."""

    def register(build: Builder) -> Builder:
        assert word not in PROPS, f"Two props are called {word!r}."
        PROPS[word] = build
        return build

    return register


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


@prop("cycle_id")
def cycle_id(stage: Stage) -> object:
    """A draft."""
    cycle = reviews.create(
        name="Spring 360", scope=stage.cast.workshop, by=stage.cast.eve, at=stage.now, questionnaire=stage["questionnaire"],
        closes_at=timezone.now() + timedelta(weeks=3), opens_at=stage.now,
    )
    reviews.add_subjects(cycle, people=[stage.cast.ada.pk], by=stage.cast.eve, at=stage.now)
    cycle.refresh_from_db()
    return cycle


@prop("questionnaire")
def questionnaire(stage: Stage) -> object:
    return Questionnaire.objects.first() or basic_questionnaire()


@prop("remedy")
def remedy(stage: Stage) -> object:
    return "without_lead"


@prop("subject_id")
def subject_id(stage: Stage) -> object:
    """Ada, in the draft."""
    return Subject.objects.get(cycle=stage["cycle_id"])


@prop("open cycle")
def open_cycle(stage: Stage) -> object:
    stage["colleagues"]
    cycle = ReviewCycle.objects.get(pk=stage.key("cycle_id"))
    reviews.launch(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now)
    reviews.carry_out_launch(cycle, at=stage.now, step=lambda done, total, note: None)
    return ReviewCycle.objects.get(pk=cycle.pk)


@prop("assignment_id")
def assignment_id(stage: Stage) -> object:
    """Cleo's form about Ada."""
    return Assignment.objects.get(subject__cycle=stage["open cycle"], rater=stage.cast.cleo)


@prop("counted subject")
def counted_subject(stage: Stage) -> object:
    cycle = ReviewCycle.objects.get(pk=stage.key("open cycle"))
    reviews.close(cycle, by=None, at=stage.now)
    count_cycle(ReviewCycle.objects.select_related("box").get(pk=cycle.pk), at=stage.now, step=lambda done, total, note: None)
    return Subject.objects.get(cycle=cycle)


@prop("released subject")
def released_subject(stage: Stage) -> object:
    subject = Subject.objects.get(pk=stage.key("counted subject"))
    reviews.release(subject.cycle, subjects=None, by=stage.cast.eve, at=stage.now)
    ReportPdf.objects.create(report=Report.objects.get(subject=subject), language="en", file=b"%PDF-1.7")
    return Subject.objects.get(pk=subject.pk)


# ---- reviews: raters are proposed for Ada, who has chosen Cleo; and Hana is asked about her from outside


@prop("nominating cycle")
def nominating_cycle(stage: Stage) -> object:
    stage["colleagues"]
    cycle, ends = ReviewCycle.objects.get(pk=stage.key("cycle_id")), timezone.now() + timedelta(weeks=1)
    rules = {"nominator": "subject", "approver": "lead", "groups": GROUPS, "nominated": ["peer", "external"], "opens_at": None, "nominations_close_at": ends}
    reviews.update(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now, **rules)
    cycle.refresh_from_db()
    reviews.launch(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now)
    reviews.carry_out_launch(cycle, at=stage.now, step=lambda done, total, note: None)
    return ReviewCycle.objects.get(pk=cycle.pk)


@prop("list being chosen")
def list_being_chosen(stage: Stage) -> object:
    subject = Subject.objects.select_related("cycle__scope", "person").get(cycle=stage["nominating cycle"])
    for name in ("Cleo Brandt", "Per Holm", "Quim Sala"):
        reviews.nominate(subject, rater=Person.objects.get(name=name), by=stage.cast.ada, at=stage.now)
    return subject


@prop("proposed list")
def proposed_list(stage: Stage) -> object:
    subject = Subject.objects.select_related("cycle", "person").get(pk=stage.key("list being chosen"))
    return reviews.propose(subject, seen=list_of(subject).seen, by=stage.cast.ada, at=stage.now)


@prop("asked_id")
def asked_id(stage: Stage) -> object:
    return stage.cast.cleo


@prop("declined form")
def declined_form(stage: Stage) -> object:
    form = Assignment.objects.get(subject__cycle=stage["open cycle"], rater=stage.cast.cleo)
    reviews.decline(form, reason="No time.", replacement=stage.cast.dan, by=stage.cast.cleo, at=timezone.now())
    return form


@prop("outside cycle")
def outside_cycle(stage: Stage) -> object:
    cycle = ReviewCycle.objects.get(pk=stage.key("cycle_id"))
    reviews.update(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now, groups=GROUPS)
    subject = Subject.objects.select_related("cycle").get(cycle=cycle)
    reviews.add_external(subject, name="Hana Sato", email="hana@client.example", language="en", by=stage.cast.eve, at=stage.now)
    cycle.refresh_from_db()
    reviews.launch(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now)
    reviews.carry_out_launch(cycle, at=stage.now, step=lambda done, total, note: None)
    return ReviewCycle.objects.get(pk=cycle.pk)


@prop("outside form")
def outside_form(stage: Stage) -> object:
    return Assignment.objects.get(subject__cycle=stage["outside cycle"], group="external")


@prop("external_id")
def external_id(stage: Stage) -> object:
    return ExternalRater.objects.get(cycle=stage["outside cycle"])


@prop("token")
def token(stage: Stage) -> object:
    """What Hana's link holds."""
    word = "hanas-own-link"
    RaterLink.objects.create(external=stage["external_id"], token_hash=hash_of(word), made_on=stage.now.date())
    return word
@prop("counted cycle")
def counted_cycle(stage: Stage) -> object:
    cycle = Subject.objects.select_related("cycle").get(pk=stage.key("counted subject")).cycle
    CohortReport.objects.filter(cycle=cycle).update(pdf=b"%PDF-1.7")
    return cycle


@prop("unopened subject")
def unopened_subject(stage: Stage) -> object:
    """Ada, whose report waits until she opens it."""
    cycle = ReviewCycle.objects.get(pk=stage.key("cycle_id"))
    reviews.update(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now, releaser="subject")
    return stage["counted subject"]


@prop("shared subject")
def shared_subject(stage: Stage) -> object:
    """Ada, who shows her report to Bo."""
    stage["share"]
    return Subject.objects.get(pk=stage.key("released subject"))


@prop("share")
def share(stage: Stage) -> object:
    subject = Subject.objects.select_related("cycle__scope").get(pk=stage.key("released subject"))
    return reviews.share(subject, with_=stage.cast.bo, by=stage.cast.ada, at=stage.now)


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
