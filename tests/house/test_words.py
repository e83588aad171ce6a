"""Every marked word is in the catalogues; what is translated is whole; and a language said to be complete is complete."""

from __future__ import annotations

import re
from collections import defaultdict
from fnmatch import fnmatch

import pytest

from azimuth.operations.words import Message, Unreadable, compiled, read
from tests import words

# Languages whose promise below is kept: a word without translation there fails. Add a language once it is written.
COMPLETE = frozenset({"de", "ar"})

# What each language promises, as patterns of files: German everything; Arabic what a rater, a subject and somebody outside meet.
PROMISED = {
    "de": ("*",),
    "ar": (
        "kit/*", "notifications/*", "questionnaires/models.py",
        "questionnaires/templates/questionnaires/_*", "workspace/accounts/*", "workspace/templates/*", "workspace/home_*",
        "workspace/navigation.py", "workspace/search*", "workspace/policies.py", "access/*", "reviews/actions/*", "reviews/forms*",
        "reviews/policies*", "reviews/printing.py", "reviews/queries*", "reviews/reading.py", "reviews/states.py", "reviews/tasks.py",
        "reviews/views/answering.py", "reviews/views/reports.py", "reviews/views/nominations.py", "reviews/views/sharing.py",
        "reviews/views/sheet.py", "reviews/guards.py", "reviews/asking_forms.py", "reviews/changes_in_words.py", "reviews/debrief.py",
        "reviews/templates/reviews/_*", "reviews/templates/reviews/acknowledge*", "reviews/templates/reviews/answer*", "reviews/templates/reviews/decline*",
        "reviews/templates/reviews/guide*", "reviews/templates/reviews/list*", "reviews/templates/reviews/mail/*", "reviews/templates/reviews/mine*",
        "reviews/templates/reviews/not_open*", "reviews/templates/reviews/open_report*", "reviews/templates/reviews/outside/*",
        "reviews/templates/reviews/report*", "ballots/policies.py", "ballots/sheets.py", "people/templates/people/preferences*", "workspace/security/*",
    ),
}
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
FOUND = words.extract()


@pytest.mark.parametrize("language", words.languages())
def test_a_catalogue_is_what_make_words_would_write(language: str) -> None:
    assert words.path_of(language).read_text("utf-8") == words.up_to_date(language, FOUND), "Run: make words"


@pytest.mark.parametrize("language", words.languages())
def test_what_is_translated_is_whole(language: str) -> None:
    faults = [f"{message.id!r}: {fault}" for message in words.catalogue(language) if (fault := _fault(message))]
    assert faults == []


@pytest.mark.parametrize("language", words.languages())
def test_a_complete_language_lacks_no_word_it_promises(language: str) -> None:
    promised = {message.key for message, files in FOUND.items() if any(fnmatch(file, sign) for file in files for sign in PROMISED[language])}
    assert promised, "the patterns fit no file"
    left = [message.id for message in words.catalogue(language) if message.key in promised and not message.is_translated]
    assert language not in COMPLETE or left == []


def test_every_language_promises_something() -> None:
    assert set(PROMISED) == set(words.languages()) >= COMPLETE


@pytest.mark.parametrize("language", words.languages())
def test_no_promise_is_empty(language: str) -> None:
    speaking = set().union(*FOUND.values())
    assert [sign for sign in PROMISED[language] if not any(fnmatch(file, sign) for file in speaking)] == []


def _fault(message: Message) -> str:
    if message.is_fuzzy:
        return "fuzzy: look at it, then take the mark away"
    if not any(message.words):
        return ""
    if not all(message.words):
        return "some forms of the plural are missing"
    return "placeholders differ" if any(not _fits(message, said, is_last) for said, is_last in _forms(message)) else ""


def _forms(message: Message) -> list[tuple[str, bool]]:
    return [(said, place == len(message.words) - 1) for place, said in enumerate(message.words)]


def _fits(message: Message, said: str, is_last: bool) -> bool:
    """The same placeholders; a form of the plural may spell its number out ("one form"), the last one may not."""
    asked, given = set(PLACES.findall(message.plural or message.id)), set(PLACES.findall(said))
    if given != asked and (is_last or not given < asked):
        return False
    return "%(" not in message.id or bool(said % defaultdict(int))


# ---- the tools themselves


def test_python_is_read_by_its_syntax() -> None:
    source = '_("a" " b")\nngettext("%(n)d x", "%(n)d xs", n)\npgettext_lazy("month", "May")\nnpgettext("c", "one", "many", 2)\ngettext(row.meaning)\n'
    assert set(words.of_python(source)) == {Message("a b"), Message("%(n)d x", "%(n)d xs"), Message("May", context="month"), Message("one", "many", "c")}


def test_what_can_never_be_found_is_refused() -> None:
    with pytest.raises(words.Unextractable):
        list(words.of_python('_(f"Hello {name}")'))


def test_templates_are_read_with_our_own_tags() -> None:
    source = """{% translate "Read" context "verb" %}{% button _("Save it") name="x" %}{{ _('Or "that"') }}{% comment %}{% translate "No" %}{% endcomment %}
    {% blocktranslate count n=rows trimmed %}
      {{ n }} row,
      100 %{% plural %}{{ n }} rows{% endblocktranslate %}{# {% translate "No" %} #}"""
    assert set(words.of_template(source)) == {
        Message("Read", context="verb"), Message("Save it"), Message('Or "that"'), Message("%(n)s row, 100 %%", "%(n)s rows"),
    }


def test_words_are_kept_and_what_is_unmarked_falls_away() -> None:
    known = [Message("a", words=("A",)), Message("gone", words=("weg",))]
    found = {Message("b", "bs"): {"x.py"}, Message("a"): {"x.py"}}
    assert words.merged(known, found, 3) == [Message("a", words=("A",)), Message("b", "bs", words=("", "", ""))]


def test_a_catalogue_is_read_as_it_was_written() -> None:
    messages = [
        Message("a \"b\"\\\tc", words=("ä\nzweite\n",)), Message("n", "ns", "c", ("1", "2")), Message("x", words=("y",), is_fuzzy=True),
        Message("two\u2028lines", words=("",)),
    ]
    assert read(words.written("de", messages))[1:] == messages


@pytest.mark.parametrize("faulty", ['msgid "a"\nmsgstr "b', 'msgid a\nmsgstr "b"', '"a"\nmsgstr "b"'])
def test_a_broken_catalogue_is_named_with_its_line(faulty: str) -> None:
    with pytest.raises(Unreadable, match=r"line \d"):
        read(faulty)


def test_django_finds_what_was_compiled() -> None:
    from gettext import GNUTranslations
    from io import BytesIO

    text = words.written("de", [Message("a", words=("ä",)), Message("n", "ns", "c", ("eins", "viele")), Message("left", words=("",)), Message("doubt", words=("?",), is_fuzzy=True)])
    found = GNUTranslations(BytesIO(compiled(read(text))))
    assert (found.gettext("a"), found.npgettext("c", "n", "ns", 1), found.npgettext("c", "n", "ns", 5)) == ("ä", "eins", "viele")
    assert (found.gettext("left"), found.gettext("doubt")) == ("left", "doubt")
