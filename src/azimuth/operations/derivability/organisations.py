"""Random small organisations and their cycles: who is in which unit, who is asked about whom, who answers what. No answers: only who gave one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

QUESTIONS = ("a", "b", "c")
SECTIONS = {"A": ("a", "b"), "B": ("c",)}
COLLEAGUES = ("peer", "report", "external")


@dataclass(frozen=True, slots=True)
class Rater:
    """Somebody asked about a subject. `place` names them among all who ever were; `given` are the questions answered, nothing when not submitted."""

    place: int
    group: str
    given: tuple[str, ...]


Form = tuple[Rater, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle: by subject, the raters and the path of the unit. Its close is within 120 days of the others of its organisation."""

    forms: dict[int, Form]
    paths: dict[int, str]


@dataclass(frozen=True, slots=True)
class Organisation:
    """Cycles over nearly the same people and the same questions, and the minimums they all promise."""

    cycles: list[Cycle]
    minimum: int
    subject_minimum: int


def draw(seed: int) -> Organisation:
    """One organisation; the same seed gives the same."""
    random = Random(seed)  # noqa: S311  invented people, not secrets
    paths = _paths(random)
    is_patchy = len(paths) < 20 and random.random() < 0.4
    cycles = [Cycle({subject: _form(random, is_patchy=is_patchy) for subject in paths}, paths)]
    while len(cycles) < 3 and random.random() < (0.4 if len(cycles) == 1 else 0.15):
        cycles.append(_again(cycles[-1], random, is_patchy=is_patchy))
    return Organisation(cycles, random.choice((3, 3, 3, 4, 5)), random.choice((5, 5, 6, 7)))


def _paths(random: Random) -> dict[int, str]:
    """Subjects and their units: mostly a dozen, sometimes enough for units that are shown by themselves."""
    units = [f"r/{top}/{low}/" for top in range(random.randint(1, 3)) for low in range(random.randint(1, 2))]
    if random.random() < 0.85:
        return {subject: random.choice(units) for subject in range(random.randint(4, 14))}
    sizes = [random.choice((1, 2, 4, 5, 12, 49, 50, 51, 58)) for _unit in units]
    return dict(enumerate(unit for unit, size in zip(units, sizes, strict=True) for _subject in range(size)))


def _form(random: Random, *, is_patchy: bool) -> Form:
    groups = ["self", *random.choice(((), ("manager",)))]
    groups += ["peer"] * random.randint(0, 6) + ["report"] * random.randint(0, 4) + ["external"] * random.choice((0, 0, 0, 1, 2, 3))
    return tuple(Rater(place, group, _given(random, is_patchy=is_patchy)) for place, group in enumerate(groups))


def _given(random: Random, *, is_patchy: bool) -> tuple[str, ...]:
    if not is_patchy:
        return QUESTIONS
    return () if random.random() < 0.12 else tuple(question for question in QUESTIONS if random.random() < 0.85)


def _again(before: Cycle, random: Random, *, is_patchy: bool) -> Cycle:
    """The next cycle: a subject more or fewer, some with a rater more, fewer, moved, or one who skips something."""
    forms, paths = dict(before.forms), dict(before.paths)
    change = random.random()
    if change < 0.5:
        new = max(paths) + 1
        forms[new], paths[new] = _form(random, is_patchy=is_patchy), random.choice(sorted(paths.values()))
    elif change < 0.7 and len(paths) > 4:
        gone = random.choice(sorted(paths))
        del forms[gone], paths[gone]
    share = 0.5 if len(paths) < 20 else 0.05
    changed = {subject: _changed(form, random, is_patchy=is_patchy) for subject, form in forms.items() if random.random() < share}
    return Cycle(forms | changed, paths)


def _changed(form: Form, random: Random, *, is_patchy: bool) -> Form:
    others = [rater for rater in form if rater.group in COLLEAGUES]
    deed = random.choice(("more", "more", "fewer", "moved", "skips"))
    if deed == "more" or not others:
        return (*form, Rater(max(rater.place for rater in form) + 1, random.choice(COLLEAGUES[:2]), _given(random, is_patchy=is_patchy)))
    one = random.choice(others)
    if deed == "fewer":
        return tuple(rater for rater in form if rater != one)
    now = replace(one, group=random.choice(COLLEAGUES)) if deed == "moved" else replace(one, given=one.given[1:])
    return tuple(now if rater == one else rater for rater in form)
