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
from datetime import datetime

from django.db import models

from azimuth.jobs import actions as jobs
from azimuth.jobs.models import Job
from azimuth.notifications.models import Notice
from tests.cast import Cast

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


@prop("unit")
def unit(stage: Stage) -> object:
    return stage.cast.workshop


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
