"""A competency as plain values, and its way from and to YAML and sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from azimuth.kit.forms import visible
from azimuth.questionnaires import documents, outlines, translations
from azimuth.questionnaires.documents import Problems
from azimuth.questionnaires.models import RaterGroup
from azimuth.questionnaires.outlines import QuestionOutline
from azimuth.questionnaires.translations import Catalogue

MOST = 500  # competencies in one file
MOST_LEVELS, MOST_ITEMS, MOST_PROMPTS = 7, 12, 6
LONGEST_CODE, LONGEST_NAME, LONGEST_DEFINITION, LONGEST_ANCHOR, LONGEST_COLLECTION, LONGEST_LEVEL = (
    60,
    120,
    2000,
    1000,
    80,
    60,
)
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
Part = TypeVar("Part")
ITEM, PROMPT, LEVEL, COMPETENCY, TRANSLATION = "item", "prompt", "level", "competency", "translation"


@dataclass(frozen=True, slots=True)
class LevelOutline:
    """What a competency looks like at one level; levels stand lowest first."""

    name: str
    anchor: str


@dataclass(frozen=True, slots=True)
class CompetencyOutline:
    """A whole competency. `code` may be empty for a new one: it is made of the name. `translations` is what a file brings along."""

    code: str
    name: str
    definition: str
    collection: str = ""
    levels: tuple[LevelOutline, ...] = ()
    items: tuple[QuestionOutline, ...] = ()
    prompts: tuple[QuestionOutline, ...] = ()
    language: str = settings.LANGUAGE_CODE
    translations: Catalogue = field(default_factory=dict)

    @property
    def sources(self) -> list[str]:
        """All its words."""
        words = [self.name, self.definition, self.collection]
        words += [text for level in self.levels for text in (level.name, level.anchor)]
        return words + [text for question in (*self.items, *self.prompts) for text in question.sources]


# ---- YAML


def read_yaml(text: str, problems: Problems) -> tuple[CompetencyOutline, ...]:
    """The competencies of a document; those that could be read, with every problem noted."""
    document = documents.open_document(text, problems)
    if document is None:
        return ()
    collection = document.text("collection", LONGEST_COLLECTION)
    language = translations.read_language(document)
    entries = document.mappings("competencies", MOST)
    found = tuple(_read_entry(entry, collection, language) for entry in entries)
    said = translations.read_translations(document, (text for outline in found for text in outline.sources))
    document.end()
    _refuse_doubles([(entry.line_of("code"), outline) for entry, outline in zip(entries, found, strict=True)], problems)
    if not found and not problems.found:
        problems.note(1, "competencies", "", _("There is no competency in it."))
    return tuple(with_its_own(outline, said) for outline in found)


def with_its_own(outline: CompetencyOutline, said: Catalogue) -> CompetencyOutline:
    """The outline with those translations that are of its own texts."""
    own = {code: {text: words[text] for text in outline.sources if text in words} for code, words in said.items()}
    return replace(outline, translations={code: words for code, words in own.items() if words})


def _read_entry(entry: documents.Mapping, collection: str, language: str) -> CompetencyOutline:
    outline = CompetencyOutline(
        code=entry.text("code", LONGEST_CODE),
        name=entry.text("name", LONGEST_NAME, required=True),
        definition=entry.text("definition", LONGEST_DEFINITION, required=True),
        collection=entry.text("collection", LONGEST_COLLECTION) or collection,
        levels=tuple(_read_level(level) for level in entry.mappings("levels", MOST_LEVELS)),
        items=tuple(_read_question(part, ITEM) for part in entry.mappings("items", MOST_ITEMS)),
        prompts=tuple(_read_question(part, PROMPT) for part in entry.mappings("prompts", MOST_PROMPTS)),
        language=translations.read_language(entry, language),
    )
    if outline.code and not CODE.fullmatch(outline.code):
        entry.problems.note(entry.line_of("code"), "code", outline.code, _code_remedy())
    _note_lacks(outline, entry.line, entry.problems)
    entry.end()
    return outline


def _read_level(entry: documents.Mapping) -> LevelOutline:
    level = LevelOutline(
        entry.text("name", LONGEST_LEVEL, required=True), entry.text("anchor", LONGEST_ANCHOR, required=True)
    )
    entry.end()
    return level


def _read_question(entry: documents.Mapping, kind: str) -> QuestionOutline:
    question = outlines.read_words(entry, kind)
    entry.end()
    return question


def _code_remedy() -> str:
    return _("Use small letters, digits and hyphens, such as “giving-feedback”, or leave it out for a new competency.")


def _note_lacks(outline: CompetencyOutline, line: int, problems: Problems) -> None:
    if not outline.items:
        problems.note(line, "items", outline.name, _("Write at least one item: a behaviour others can see."))


def _refuse_doubles(found: Sequence[tuple[int, CompetencyOutline]], problems: Problems) -> None:
    seen: dict[str, int] = {}
    for line, outline in found:
        key = outline.code or outline.name.casefold()
        if key in seen:
            problems.note(
                line,
                "code",
                key,
                _("This competency already stands in line %(line)d. Keep one of them.") % {"line": seen[key]},
            )
        seen.setdefault(key, line)


def write_yaml(competencies: Iterable[CompetencyOutline]) -> str:
    """Competencies as a document `read_yaml` reads again, with what is known of their words in other languages."""
    found = list(competencies)
    content = {"competencies": [_entry(outline) for outline in found]}
    said = translations.pairs(together(outline.translations for outline in found))
    return documents.write_document({**content, "translations": said} if said else content)


def together(catalogues: Iterable[Catalogue]) -> dict[str, dict[str, str]]:
    """Several catalogues as one."""
    found: dict[str, dict[str, str]] = {}
    for catalogue in catalogues:
        for code, words in catalogue.items():
            found.setdefault(code, {}).update(words)
    return found


def _entry(outline: CompetencyOutline) -> dict[str, Any]:
    return {
        "code": outline.code,
        "name": outline.name,
        "definition": outline.definition,
        "collection": outline.collection,
        "language": outline.language,
        "levels": [{"name": level.name, "anchor": level.anchor} for level in outline.levels],
        "items": [outlines.write_question(item) for item in outline.items],
        "prompts": [outlines.write_question(prompt) for prompt in outline.prompts],
    }


# ---- sheets: one row for each competency, level, item and prompt, and for each text with its translations, a column a language

COLUMNS = ("code", "part", "name", "text", "collection", *RaterGroup.values, "language", *translations.names())
_NAMES = {"competency": "code", "kind": "part", "label": "name", "wording": "text", "set": "collection"}
_PARTS = (COMPETENCY, LEVEL, ITEM, PROMPT, TRANSLATION)


def write_rows(competencies: Iterable[CompetencyOutline]) -> list[list[str]]:
    """Competencies as the rows of a sheet, headings first."""
    rows = [list(COLUMNS)]
    for outline in competencies:
        rows.append(_row(outline, COMPETENCY, name=outline.name, text=outline.definition, collection=outline.collection, language=outline.language))
        rows += [_row(outline, LEVEL, name=level.name, text=level.anchor) for level in outline.levels]
        for part, questions in ((ITEM, outline.items), (PROMPT, outline.prompts)):
            rows += [_row(outline, part, text=question.text, **question.wordings) for question in questions]
        rows += [_row(outline, TRANSLATION, **pair) for pair in translations.pairs(outline.translations)]
    return rows


def _row(outline: CompetencyOutline, part: str, **cells: str) -> list[str]:
    known = {"code": outline.code, "part": part, **cells}
    return [known.get(column, "") for column in COLUMNS]


def read_rows(
    header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], problems: Problems
) -> tuple[CompetencyOutline, ...]:
    """Competencies from the numbered rows of a sheet; those that could be read, with every problem noted."""
    names = [_NAMES.get(name, name) for name in (_cell(cell).casefold() for cell in header)]
    missing = [name for name in ("code", "part", "text") if name not in names]
    if missing:
        problems.note(
            1,
            ", ".join(missing),
            "",
            _("These columns are missing. The first row names the columns: %(all)s.") % {"all": ", ".join(COLUMNS)},
        )
        return ()
    found: dict[str, CompetencyOutline] = {}
    begun: dict[str, int] = {}
    for number, row in rows:
        cells = {name: _cell(cell) for name, cell in zip(names, row, strict=False) if name in COLUMNS}
        if any(cells.values()):
            _take_row(number, cells, found, begun, problems)
    for code, outline in found.items():
        _note_lacks(outline, begun[code], problems)
    return tuple(found.values())


def _cell(cell: object) -> str:
    """A cell's text; the apostrophe our own export puts before a text like a formula is taken away again."""
    text = visible(str(cell if cell is not None else "")).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in set("=+-@＝＋－＠") else text


def _take_row(
    number: int,
    cells: Mapping[str, str],
    found: dict[str, CompetencyOutline],
    begun: dict[str, int],
    problems: Problems,
) -> None:
    code, part = cells.get("code", ""), cells.get("part", "").casefold()
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        problems.note(
            number,
            "code",
            code,
            _("Each row names its competency. Use small letters, digits and hyphens: “giving-feedback”."),
        )
        return
    if part not in _PARTS:
        problems.note(number, "part", part, _("Write one of: %(parts)s.") % {"parts": ", ".join(_PARTS)})
        return
    if part == COMPETENCY:
        _begin(number, code, cells, found, begun, problems)
    elif code not in found:
        problems.note(
            number,
            "code",
            code,
            _("The row “competency” with this code must stand above its levels, items and prompts."),
        )
    else:
        found[code] = _extended(number, part, found[code], cells, problems)


def _begin(
    number: int,
    code: str,
    cells: Mapping[str, str],
    found: dict[str, CompetencyOutline],
    begun: dict[str, int],
    problems: Problems,
) -> None:
    if code in found:
        problems.note(
            number,
            "code",
            code,
            _("This competency already stands in row %(row)d. Keep one of them.") % {"row": begun[code]},
        )
        return
    begun[code] = number
    found[code] = CompetencyOutline(
        code=code,
        name=_bounded(number, "name", cells, LONGEST_NAME, problems),
        definition=_bounded(number, "text", cells, LONGEST_DEFINITION, problems),
        collection=_bounded(number, "collection", cells, LONGEST_COLLECTION, problems, required=False),
        language=_language(number, cells, problems),
    )
    if len(found) > MOST:
        problems.note(number, "", "", _("At most %(most)d competencies fit in one file. Split it.") % {"most": MOST})


def _language(number: int, cells: Mapping[str, str], problems: Problems) -> str:
    given = cells.get("language", "").casefold() or settings.LANGUAGE_CODE
    if given not in translations.names():
        problems.note(number, "language", given, _("Not known here. Use: %(words)s.") % {"words": ", ".join(translations.names())})
    return given


def _extended(
    number: int, part: str, outline: CompetencyOutline, cells: Mapping[str, str], problems: Problems
) -> CompetencyOutline:
    if part == LEVEL:
        level = LevelOutline(
            _bounded(number, "name", cells, LONGEST_LEVEL, problems),
            _bounded(number, "text", cells, LONGEST_ANCHOR, problems),
        )
        return replace(outline, levels=_one_more(number, outline.levels, level, MOST_LEVELS, problems))
    if part == TRANSLATION:
        return _translated(number, outline, cells, problems)
    question = QuestionOutline(
        text=_bounded(number, "text", cells, outlines.LONGEST_TEXT, problems),
        kind=part,
        wordings={
            group: _bounded(number, group, cells, outlines.LONGEST_TEXT, problems, required=False)
            for group in RaterGroup.values
            if cells.get(group)
        },
    )
    if part == ITEM:
        return replace(outline, items=_one_more(number, outline.items, question, MOST_ITEMS, problems))
    return replace(outline, prompts=_one_more(number, outline.prompts, question, MOST_PROMPTS, problems))


def _translated(
    number: int, outline: CompetencyOutline, cells: Mapping[str, str], problems: Problems
) -> CompetencyOutline:
    text = _bounded(number, "text", cells, translations.LONGEST, problems)
    said = {code: _bounded(number, code, cells, translations.LONGEST, problems, required=False) for code in translations.names()}
    found = together([outline.translations])
    translations.take(found, text, said, set(outline.sources), problems, number)
    return replace(outline, translations=found)


def _one_more(number: int, before: tuple[Part, ...], new: Part, most: int, problems: Problems) -> tuple[Part, ...]:
    if len(before) >= most:
        problems.note(number, "part", "", _("At most %(most)d of these fit in one competency.") % {"most": most})
        return before
    return (*before, new)


def _bounded(
    number: int, key: str, cells: Mapping[str, str], longest: int, problems: Problems, *, required: bool = True
) -> str:
    text = cells.get(key, "")
    if required and not text:
        problems.note(number, key, "", _("This must not be empty."))
    if len(text) > longest:
        problems.note(
            number, key, text, _("This has %(n)d characters; at most %(most)d fit.") % {"n": len(text), "most": longest}
        )
    return text[:longest]
