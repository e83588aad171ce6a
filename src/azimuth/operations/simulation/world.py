"""An invented organisation with known truth: who leads whom, how good each is, how each rater errs. Pure, seeded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FIRST = ["Aino", "Amara", "Anselm", "Aram", "Beatriz", "Bilal", "Brigid", "Calder", "Carmen", "Chiara", "Daria", "Dmitri", "Edda", "Elif", "Emeka", "Esme", "Farah", "Felix", "Gita", "Goran", "Hanne", "Hugo", "Ilse", "Imran", "Inga", "Jamila", "Jonas", "Jun", "Kalina", "Kofi", "Lars", "Leila", "Linnea", "Luca", "Mads", "Maren", "Mateo", "Mei", "Mina", "Nadia", "Niko", "Noor", "Olive", "Omar", "Oskar", "Paloma", "Pavel", "Petra", "Quinn", "Rania", "Rasmus", "Renata", "Rohan", "Rosa", "Samir", "Sanna", "Selma", "Signe", "Sofia", "Soren", "Tamar", "Tariq", "Teodor", "Thea", "Tomas", "Ulla", "Vera", "Viktor", "Wanda", "Willem", "Xenia", "Yara", "Yusuf", "Zoe", "Zoran"]
LAST = ["Abebe", "Adler", "Aguirre", "Ahonen", "Albrecht", "Alvarez", "Bakker", "Banerjee", "Barros", "Bergman", "Bianchi", "Brandt", "Castell", "Chen", "Costa", "Dahl", "Demir", "Diaz", "Dorn", "Duarte", "Eriksen", "Esposito", "Farkas", "Fischer", "Fofana", "Fuentes", "Garcia", "Gruber", "Haddad", "Haas", "Hansen", "Hoffmann", "Ibarra", "Ito", "Ivanova", "Jansen", "Jokinen", "Kaya", "Keller", "Khan", "Kovac", "Kruger", "Lambert", "Larsen", "Lindgren", "Lopez", "Marin", "Mbeki", "Meyer", "Moreau", "Nair", "Neumann", "Novak", "Okoye", "Olsen", "Ortiz", "Park", "Pereira", "Petrov", "Quispe", "Ramos", "Rossi", "Saleh", "Santos", "Schmid", "Silva", "Sousa", "Suzuki", "Tanaka", "Toth", "Urban", "Vargas", "Vogel", "Weber", "Wolf", "Yamada", "Young", "Zeman", "Ziegler"]
FUNCTIONS = ["Finance", "Operations", "Engineering", "Sales", "Service", "Research", "Logistics", "Marketing", "Legal", "Quality", "People", "Design", "Purchasing", "Production", "Data"]
PLACES = ("Bergen", "Porto", "Leipzig", "Graz", "Utrecht")
GRADES = ("A", "B", "C", "D", "E", "F")
SPAN = 7

# Variances on a five-point scale (methods.md B.3): subjects, their profile over competencies, raters, pairs, single answers.
TRUE, PROFILE, SEVERITY, HALO, ERROR = 0.25, 0.20, 0.20, 0.15, 0.40
CENTRE = 3.6


@dataclass(frozen=True, slots=True)
class Somebody:
    """One invented person; numbers point into the world's lists."""

    number: int
    name: str
    title: str
    grade: str
    place: str
    unit: int
    lead: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """One invented unit."""

    name: str
    parent: int | None


@dataclass(frozen=True)
class World:
    """Units and people, each lead with about seven reports; the first person heads everything. `strictness`: variance of severity."""

    seed: int
    units: Sequence[Place]
    people: Sequence[Somebody]
    strictness: float = SEVERITY

    @property
    def competence(self) -> NDArray[np.float64]:
        """True competence of each person, mean 0, shape (people,)."""
        return np.random.default_rng([self.seed, 1]).normal(0, TRUE**0.5, len(self.people))

    @property
    def severity(self) -> NDArray[np.float64]:
        """What each rater adds to every rating (lenient above 0), shape (people,)."""
        return np.random.default_rng([self.seed, 2]).normal(0, self.strictness**0.5, len(self.people))


def make(people: int, seed: int, *, strictness: float = SEVERITY) -> World:
    """A world of so many people; the same seed gives the same world. Raises ValueError below one person."""
    if people < 1:
        raise ValueError("A company needs at least one person.")
    draw = np.random.default_rng([seed, 0])
    first, last = draw.integers(len(FIRST), size=people), draw.integers(len(LAST), size=people)
    place = draw.integers(len(PLACES), size=people)
    leads = (people - 2) // SPAN + 1 if people > 1 else 0
    units = [Place("Company", None)] + [Place(_unit_name(number), (number - 1) // SPAN) for number in range(1, leads)]
    return World(seed, units, [_somebody(n, leads, units, f"{FIRST[first[n]]} {LAST[last[n]]}", PLACES[place[n]]) for n in range(people)], strictness)


def _unit_name(number: int) -> str:
    return FUNCTIONS[number - 1] if number <= len(FUNCTIONS) else f"{FUNCTIONS[number % len(FUNCTIONS)]} {number}"


def _somebody(number: int, leads: int, units: Sequence[Place], name: str, place: str) -> Somebody:
    lead = (number - 1) // SPAN if number else None
    unit = number if number < max(leads, 1) else (lead or 0)
    depth = 0
    above = number
    while above:
        above, depth = (above - 1) // SPAN, depth + 1
    title = f"Head of {units[unit].name}" if number < leads else f"{units[unit].name.split()[0]} Specialist"
    return Somebody(number, name, title, GRADES[max(0, len(GRADES) - 1 - depth)], place, unit, lead)


def ratings(world: World, rater: int, subject: int, items: Sequence[int], points: int, *, missing: float) -> list[int | None]:
    """What this rater answers about this subject on a scale 1..`points`; None = not observed.

    `items` gives the competency of each item as a number. truth + profile + severity + halo of the pair + error, rounded
    to the scale. The same pair always answers alike.
    """
    draw = np.random.default_rng([world.seed, 3, rater, subject])
    profile = np.random.default_rng([world.seed, 4, subject]).normal(0, PROFILE**0.5, max(items, default=0) + 1)
    lift = 0.3 if rater == subject else 0.0  # people see themselves a little kinder
    level = CENTRE + world_value(world, subject, rater) + lift + draw.normal(0, HALO**0.5)
    answers = np.clip(np.rint((level + profile[list(items)] + draw.normal(0, ERROR**0.5, len(items))) * points / 5), 1, points).astype(int)
    gone = draw.random(len(items)) < missing
    return [None if absent else int(answer) for answer, absent in zip(answers, gone, strict=True)]


def truth(world: World, subject: int, competencies: int, points: int) -> list[float]:
    """The mean answer about this subject of raters who are neither strict nor lenient, a figure for each competency: what a report is after."""
    profile = np.random.default_rng([world.seed, 4, subject]).normal(0, PROFILE**0.5, competencies)
    spread = (world.strictness + HALO + ERROR) ** 0.5
    level = CENTRE + float(world.competence[subject]) + profile
    steps = [(point + 0.5) * 5 / points for point in range(1, points)]
    return [1 + sum(0.5 * math.erfc((step - one) / spread / 2**0.5) for step in steps) for one in level.tolist()]


_CACHE: dict[tuple[int, int, float], tuple[NDArray[np.float64], NDArray[np.float64]]] = {}


def world_value(world: World, subject: int, rater: int) -> float:
    """True competence of the subject plus severity of the rater."""
    key = (world.seed, len(world.people), world.strictness)
    if key not in _CACHE:
        _CACHE.clear()
        _CACHE[key] = world.competence, world.severity
    competence, severity = _CACHE[key]
    return float(competence[subject] + severity[rater])
