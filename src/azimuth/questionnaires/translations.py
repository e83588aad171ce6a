"""What texts say in other languages: what is known of them, a snapshot as one reader hears it, and translations in files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _

from azimuth.questionnaires import documents
from azimuth.questionnaires.models import Translation

Words = Mapping[str, str]  # what is written -> what it says in one language
Catalogue = Mapping[str, Words]  # by language
MOST, LONGEST = 20_000, 2000
NAME = "{name}"  # stands in a question's words for the person it is about


def key_of(source: str) -> str:
    """By what a text is found: the database makes the same with MD5()."""
    return hashlib.md5(source.encode(), usedforsecurity=False).hexdigest()


def names() -> dict[str, str]:
    """The languages of this installation, by code, each in the reader's words."""
    return {code: str(name) for code, name in settings.LANGUAGES}


def others(language: str) -> dict[str, str]:
    """The languages to translate into what was written in this one."""
    return {code: name for code, name in names().items() if code != language}


def catalogue(sources: Iterable[str]) -> dict[str, dict[str, str]]:
    """What these texts say in every language it is known in; one query."""
    found: dict[str, dict[str, str]] = {}
    rows = Translation.objects.filter(key__in={key_of(source) for source in sources})
    for language, source, words in rows.order_by("language", "source").values_list("language", "source", "words"):
        found.setdefault(language, {})[source] = words
    return found


def words_in(language: str, sources: Iterable[str]) -> dict[str, str]:
    """What these texts say in one language, as far as it is known; one query."""
    rows = Translation.objects.filter(language=language, key__in={key_of(source) for source in sources})
    return dict(rows.values_list("source", "words"))


def new_in(given: Catalogue) -> dict[str, dict[str, str]]:
    """What of these translations is not known yet, or is known otherwise; one query."""
    known = catalogue({source for words in given.values() for source in words})
    fresh = {code: {source: said for source, said in words.items() if known.get(code, {}).get(source) != said} for code, words in given.items()}
    return {code: words for code, words in fresh.items() if words}


# ---- as a reader hears it


@dataclass(frozen=True)
class Speech:
    """Texts as one reader hears them: in their language where it is known, else as they were written."""

    do_not_call_in_templates: ClassVar[bool] = True  # the filter `said` does
    words: Words = field(default_factory=dict)
    language: str = ""
    written_in: str = ""

    def __call__(self, text: str) -> str:
        """The text in the reader's language, else as it was written."""
        return self.words.get(text, text)

    def language_of(self, text: str) -> str:
        """The code to mark a text with that is not in the reader's language; empty when it is, or is not asked."""
        return "" if text in self.words or self.written_in == self.language else self.written_in


def speech(snapshot: Mapping[str, Any], language: str) -> Speech:
    """How a snapshot sounds in a language; one taken before there were translations knows its own words only."""
    if not language:
        return Speech()
    return Speech(snapshot.get("translations", {}).get(language, {}), language, snapshot.get("language", language))


# ---- in files


def read_language(entry: documents.Mapping, otherwise: str = settings.LANGUAGE_CODE) -> str:
    """The language a document says it is written in; the installation's own when it says nothing."""
    return (entry.words("language", list(names())) or [otherwise])[0]


def read_translations(entry: documents.Mapping, sources: Iterable[str]) -> dict[str, dict[str, str]]:
    """The list `translations` of a document: a text as it stands above, and what it says in other languages; by language."""
    found: dict[str, dict[str, str]] = {}
    known = set(sources)
    for part in entry.mappings("translations", MOST):
        text = part.text("text", LONGEST, required=True)
        said = {code: part.text(code, LONGEST) for code in names()}
        part.end()
        take(found, text, said, known, part.problems, part.line)
    return found


def take(
    found: dict[str, dict[str, str]], text: str, said: Words, known: set[str], problems: documents.Problems, line: int
) -> None:
    """Add one text's translations to those found, with what is wrong with them noted."""
    if text and text not in known:
        problems.note(line, "text", text, _("No text of the file reads like this. Copy the original here exactly as it stands above."))
    for code, words in said.items():
        if words and loses_name(text, words):
            problems.note(line, code, words, keep_name())
        if words:
            found.setdefault(code, {})[text] = words


def loses_name(source: str, words: str) -> bool:
    """Whether a translation forgets whom the question is about."""
    return NAME in source and NAME not in words


def keep_name() -> str:
    """What to do about a lost name."""
    return _("The original says {name} where the person's name goes. Put {name} into the translation too.")


def pairs(given: Catalogue) -> list[dict[str, str]]:
    """Translations as a document has them: a text, then its languages."""
    sources = dict.fromkeys(source for words in given.values() for source in words)
    return [{"text": source, **{code: given[code][source] for code in sorted(given) if source in given[code]}} for source in sources]
