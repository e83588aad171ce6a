"""The starting library: scales, three sets of competencies, three questionnaires, and what they say in other languages, as YAML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from azimuth.competencies import outlines
from azimuth.competencies.outlines import CompetencyOutline, together
from azimuth.questionnaires import documents
from azimuth.questionnaires.documents import Problems
from azimuth.questionnaires.models import RaterGroup
from azimuth.questionnaires.outlines import ScaleOutline, SectionOutline, read_scales, read_words
from azimuth.questionnaires.translations import Catalogue, read_translations

HERE = Path(__file__).parent
SETS = ("leadership", "colleagues", "service")
LANGUAGES = ("de", "ar")  # a file each: what the texts above say in it


@dataclass(frozen=True, slots=True)
class Choice:
    """A competency a ready questionnaire takes, and whom it asks (nobody named: all)."""

    code: str
    asked_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A ready questionnaire: the first items of the competencies it names."""

    code: str
    title: str
    purpose: str
    scale: str
    items_each: int
    competencies: tuple[Choice, ...]


def _text(name: str) -> str:
    return (HERE / f"{name}.yaml").read_text(encoding="utf-8")


def _checked(problems: Problems, name: str) -> None:
    if problems.found:
        first = problems.found[0]
        msg = f"library/{name}.yaml, line {first.line}, {first.key}: {first.remedy}"
        raise ValueError(msg)


@cache
def scales() -> tuple[ScaleOutline, ...]:
    """The scales."""
    problems = Problems()
    found = read_scales(_text("scales"), problems)
    _checked(problems, "scales")
    return found


@cache
def competencies() -> tuple[CompetencyOutline, ...]:
    """The competencies of all sets."""
    return tuple(outline for name in SETS for outline in _set(name))


def _set(name: str) -> tuple[CompetencyOutline, ...]:
    problems = Problems()
    found = outlines.read_yaml(_text(name), problems)
    _checked(problems, name)
    return found


@cache
def closing() -> SectionOutline:
    """The open questions every ready questionnaire ends with."""
    part = _recipes().mapping("closing")
    if part is None:
        msg = "library/questionnaires.yaml: no closing"
        raise ValueError(msg)
    prompts = tuple(read_words(entry, "prompt") for entry in part.mappings("prompts", 6))
    return SectionOutline(part.text("title", 160), part.text("description", 2000), questions=prompts)


@cache
def questionnaires() -> tuple[Recipe, ...]:
    """The ready questionnaires."""
    return tuple(_recipe(entry) for entry in _recipes().mappings("questionnaires", 20))


@cache
def translations() -> Catalogue:
    """What the library's texts say in other languages."""
    return together(_translations(language) for language in LANGUAGES)


def _translations(language: str) -> Catalogue:
    problems = Problems()
    document = documents.open_document(_text(language), problems)
    said = read_translations(document, sources()) if document else {}
    _checked(problems, language)
    return said


def sources() -> list[str]:
    """Every text of the library."""
    texts = [text for outline in competencies() for text in outline.sources]
    texts += [text for scale in scales() for text in scale.sources]
    ending = closing()
    texts += [ending.title, ending.description, *(text for prompt in ending.questions for text in prompt.sources)]
    return texts + [text for recipe in questionnaires() for text in (recipe.title, recipe.purpose)]


def _recipes() -> documents.Mapping:
    problems = Problems()
    document = documents.open_document(_text("questionnaires"), problems)
    _checked(problems, "questionnaires")
    if document is None:
        msg = "library/questionnaires.yaml cannot be read"
        raise ValueError(msg)
    return document


def _recipe(entry: documents.Mapping) -> Recipe:
    return Recipe(
        code=entry.text("code", 60),
        title=entry.text("title", 160),
        purpose=entry.text("purpose", 2000),
        scale=entry.text("scale", 60),
        items_each=entry.number("items_each", 1, 12),
        competencies=tuple(
            Choice(choice.text("code", 60), tuple(choice.words("asked_of", RaterGroup.values)))
            for choice in entry.mappings("competencies", 40)
        ),
    )
