"""The form in which texts are translated into one language: of questionnaires, scales and competencies alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, QueryDict
from django.utils.translation import get_language_info, ngettext

from azimuth.kit.components.lists import Tab
from azimuth.kit.forms import Form
from azimuth.questionnaires import texts as texts_of
from azimuth.questionnaires import translations
from azimuth.questionnaires.forms import RowField
from azimuth.questionnaires.outlines import fingerprint_of
from azimuth.questionnaires.texts import Standing, Text


@dataclass(frozen=True)
class Row:
    """A text with its field, and what somebody else saved meanwhile."""

    text: Text
    bound: forms.BoundField
    meanwhile: str


def name_of(text: Text) -> str:
    """The name of a text's field."""
    return f"text_{translations.key_of(text.source)}"


class TranslationForm(Form):
    """What texts say in one language: a field for each, which may stay empty.

    Not every text need be shown (?missing shows those without words): only what a request sends is read and written.
    """

    use_required_attribute = False

    def __init__(self, texts: Sequence[Text], *, language: str, written_in: str, sent: QueryDict | None, only_missing: bool) -> None:
        if language not in translations.others(written_in):
            raise Http404
        known = translations.catalogue(text.source for text in texts)
        self.known = known.get(language, {})
        self.texts = [text for text in texts if _is_shown(text, sent, self.known, only_missing=only_missing)]
        self.all = list(texts)
        self.language, self.written_in, self.only_missing = language, written_in, only_missing
        self.standings = texts_of.standings(texts, written_in, known)
        super().__init__(sent, initial={name_of(text): self.known.get(text.source, "") for text in self.texts})
        for text in self.texts:
            self.fields[name_of(text)] = RowField(label=text.source, required=False, max_length=text.longest, widget=self._widget())

    def _widget(self) -> forms.Textarea:
        direction = "rtl" if get_language_info(self.language)["bidi"] else "ltr"
        return forms.Textarea(attrs={"rows": 1, "data-short": "", "lang": self.language, "dir": direction})

    @property
    def now(self) -> str:
        """The fingerprint of what the shown texts say now."""
        return fingerprint_of({text.source: self.known[text.source] for text in self.texts if text.source in self.known})

    @property
    def seen(self) -> str:
        """The fingerprint of what they said when the page was opened."""
        return str(self.data.get("seen", "")) if self.is_bound else self.now

    @property
    def rows(self) -> Iterator[Row]:
        """Every shown text with its field, in order."""
        is_stale = self.seen != self.now
        for text in self.texts:
            bound, known = self[name_of(text)], self.known.get(text.source, "")
            yield Row(text, bound, known if is_stale and known != str(bound.value()).strip() else "")

    def clean(self) -> dict[str, Any]:
        """A translation keeps the place of the person's name."""
        data = super().clean() or {}
        for text in self.texts:
            if data.get(name_of(text)) and translations.loses_name(text.source, data[name_of(text)]):
                self.add_error(name_of(text), translations.keep_name())
        return data

    @property
    def words(self) -> dict[str, str]:
        """What each shown text says; empty where it is not translated."""
        return {text.source: self.cleaned_data[name_of(text)] for text in self.texts}

    @property
    def standing(self) -> Standing:
        """How far this language is."""
        return next(standing for standing in self.standings if standing.code == self.language)

    def faces(self, url_of: Callable[[str], str]) -> list[Tab]:
        """The languages as tabs, each with the number of texts it lacks."""
        return [Tab(row.name, url_of(row.code), row.code == self.language, row.missing or None) for row in self.standings]

    def kept(self) -> str:
        """What to say when it is saved."""
        left = self.standing.missing - sum(bool(said) for source, said in self.words.items() if source not in self.known)
        left += sum(not said for source, said in self.words.items() if source in self.known)
        return ngettext("Saved. %(n)d text is left to translate.", "Saved. %(n)d texts are left to translate.", left) % {"n": left}


def _is_shown(text: Text, sent: QueryDict | None, known: translations.Words, *, only_missing: bool) -> bool:
    if sent is not None:
        return name_of(text) in sent
    return not only_missing or text.source not in known
