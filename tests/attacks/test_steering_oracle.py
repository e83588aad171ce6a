"""Steering as an oracle: HR takes raters off, gives them time, nudges them, and watches. Whether Cleo or Per has answered must not show;
nor, once Cleo is taken off, whether she had answered at all, not even after the count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from azimuth.audit.models import Entry
from azimuth.people.models import Person
from azimuth.reviews import actions, progress_bands
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from tests.attacks.test_oracle import (
    View,
    _close_count_release,
    _crawl,
    _masked,
    _undone,
    _written,
)
from tests.cast import Cast
from tests.reviews.test_answer import sheet_of

SignIn = Callable[[Person], Client]


def answer(cycle: ReviewCycle, *, but: str, at: object) -> None:
    """Everybody submits everything, but one."""
    for form in Assignment.objects.filter(subject__cycle=cycle).select_related("subject__cycle__box", "rater").order_by("rater__name"):
        assert form.rater is not None
        if form.rater.name != but:
            actions.save(form, sheet_of(form, 3, "Fine."), seen=None, by=form.rater, at=at)
            actions.submit([form], by=form.rater, at=at)


def steer(client: Client, cycle: ReviewCycle, ada: Subject, cleo: Person, per: Person) -> Counter[str]:
    """What HR does through the pages, and every answer it gets."""
    at = f"/reviews/cycles/{cycle.pk}/"
    day = (timezone.now() + timedelta(days=400)).date().isoformat()
    deeds = [
        ("nudge/", {"rater": cleo.pk, "subject": ada.pk}), ("nudge/", {"rater": per.pk}), ("nudge/", {}), ("nudge/", {"rater": cleo.pk}), ("nudge/", {"group": "peer"}),
        ("extend/", {"rater": per.pk, "closes_on": day}), ("extend/", {"rater": cleo.pk, "closes_on": day}), ("extend/", {"subject": ada.pk, "closes_on": day}),
        (f"raters/{ada.pk}/stop-asking/{cleo.pk}/", {}), (f"raters/{ada.pk}/ask/", {"person": "cleo@example.org", "group": "report"}),
        (f"raters/{ada.pk}/ask/", {"person": "cleo@example.org", "group": "peer"}), (f"raters/{ada.pk}/replace/{per.pk}/", {"person": "dan@example.org"}),
        (f"raters/{ada.pk}/stop-asking/{cleo.pk}/", {}), ("changes/", {"change": f"rater_leaves:{cleo.pk}:None", "decision": "leave"}),
    ]
    seen: Counter[str] = Counter()
    for path, data in deeds:
        response = client.post(at + path, data, follow=True)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        seen[_masked(f"{path} {response.status_code} {response.redirect_chain} {response.content.decode()}")] += 1
    actions.remind(at=timezone.now())
    return seen


def watched(people: list[Person], as_person: SignIn, when: str) -> View:
    return {f"{when}, {who.name}: {path}": page for who in people for path, page in _crawl(as_person(who)).items()}


def audit() -> View:
    return {"audit": Counter(_masked(f"{e.actor_name} {e.action} {e.object_name} {e.detail}") for e in Entry.objects.all())}


@pytest.fixture
def ada(launched: ReviewCycle, cast: Cast) -> Subject:
    """Ada, in a cycle that is about Bo too, so that there are forms enough for bands."""
    actions.add_subject(launched, person=cast.bo, by=cast.eve, at=timezone.now())
    return Subject.objects.select_related("cycle__box").get(cycle=launched, person=cast.ada)


def test_hr_learns_from_no_deed_who_has_answered(ada: Subject, cast: Cast, as_person: SignIn) -> None:
    """A01, A06, A12: pages, counters and answers to every deed are byte-equal, whoever has answered."""
    cycle, per, now = ada.cycle, Person.objects.get(name="Per Holm"), timezone.now()
    watchers = [cast.eve, cast.iris, cast.jon, cast.finn, cast.ada, cast.bo]
    worlds = []
    for silent in ("Cleo Brandt", "Per Holm"):
        with _undone(cycle):
            answer(cycle, but=silent, at=now)
            progress_bands.write(at=now)
            world = watched(watchers, as_person, "before")
            world["deeds"] = steer(as_person(cast.eve), cycle, ada, cast.cleo, per)
            progress_bands.write(at=now + timedelta(days=1))
            progress_bands.write(at=now + timedelta(weeks=4))
            worlds.append(world | watched(watchers, as_person, "after") | audit())
    one, other = worlds
    assert any("forms" in fragment for path, page in one.items() if path.endswith("/progress/") for fragment in page), "there are bands to look at"
    assert any("/notifications/mails/" in path for path in one), "the system administrator looks at the mails"
    differing = {path: (one[path] - other[path], other[path] - one[path]) for path in one if one[path] != other.get(path)}
    assert set(one) == set(other)
    assert not differing, "\n".join(f"{path}: {fragments}" for path, fragments in list(differing.items())[:20])


@pytest.mark.parametrize("is_taken_off", [True, False])
def test_who_was_taken_off_might_as_well_never_have_answered(ada: Subject, cast: Cast, as_person: SignIn, is_taken_off: bool) -> None:
    """With `is_taken_off` False it is the control: somebody who is still asked makes a difference, and the comparison notices."""
    cycle, now = ada.cycle, timezone.now()
    watchers = [cast.eve, cast.iris, cast.jon, cast.ada, cast.bo]
    worlds = []
    for silent in ("Cleo Brandt", "nobody"):
        with _undone(cycle):
            Assignment.objects.filter(rater=cast.cleo).exclude(subject=ada).delete()  # about Ada only
            answer(cycle, but=silent, at=now)
            progress_bands.write(at=now)
            if is_taken_off:
                actions.stop_asking(ada, rater=cast.cleo.pk, by=cast.eve, at=now)
            progress_bands.write(at=now + timedelta(days=1))
            world = watched(watchers[:3], as_person, "open")
            _close_count_release(cycle, cast)
            written = _written()
            del written["notices"], written["mails"]  # a rater's own
            worlds.append(world | watched(watchers, as_person, "released") | written)
    assert (worlds[0] == worlds[1]) == is_taken_off, [path for path in worlds[0] if worlds[0][path] != worlds[1].get(path)][:20]
