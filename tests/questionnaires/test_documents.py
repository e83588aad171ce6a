"""Reading YAML people wrote by hand: line, key and remedy for every fault, and no tricks."""

from __future__ import annotations

import time

import pytest

from azimuth.questionnaires import documents
from azimuth.questionnaires.documents import Problems


def faults(text: str) -> list[tuple[int, str]]:
    problems = Problems()
    document = documents.open_document(text, problems)
    if document:
        for entry in document.mappings("things", 3):
            entry.text("name", 10, required=True)
            entry.number("value", 1, 5)
            entry.flag("good")
            entry.words("of", ["self", "peer"])
            if inner := entry.mapping("inner"):
                inner.end()
            entry.end()
        document.end()
    return [(problem.line, problem.key) for problem in problems.found]


GOOD = "things:\n  - name: no\n    value: 3\n    good: yes\n    of: [self]\n    inner: {}\n"


def test_a_good_document_has_no_fault_and_keeps_its_words() -> None:
    assert faults(GOOD) == []
    document = documents.open_document(GOOD, Problems())
    assert document is not None
    assert document.mappings("things", 3)[0].text("name", 10) == "no"


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("", 1, ""),
        ("- a list", 1, ""),
        ("just words", 1, ""),
        ("things: words", 1, "things"),
        ("things:\n  - words", 2, "things"),
        ("things:\n  - name: a\n    value: 9", 3, "value"),
        ("things:\n  - name: a\n    value: many", 3, "value"),
        ("things:\n  - value: 1", 2, "name"),
        ("things:\n  - name: ''\n    value: 1", 2, "name"),
        ("things:\n  - name: [a]\n    value: 1", 2, "name"),
        ("things:\n  - name: far too long a name\n    value: 1", 2, "name"),
        ("things:\n  - name: a\n    value: 1\n    good: perhaps", 4, "good"),
        ("things:\n  - name: a\n    value: 1\n    of: [everybody]", 4, "of"),
        ("things:\n  - name: a\n    value: 1\n    inner: words", 4, "inner"),
        ("things:\n  - name: a\n    value: 1\n    inner: {x: 1}", 4, "x"),
        ("things:\n  - nmae: a\n    value: 1", 2, "nmae"),
        ("things:\n  - name: a\n    name: b\n    value: 1", 3, "name"),
        ("other: 1", 1, "other"),
        ("things:\n  - {name: a, value: 1}\n  - {name: b, value: 1}\n  - {name: c, value: 1}\n  - {name: d, value: 1}", 2, "things"),
        ("things:\n  - name: a: b\n", 2, ""),
        ("things:\n\t- name: a", 2, ""),
        ("things: [", 1, ""),
        ("things: &a [*a]", 1, ""),
        ("a: &x {b: 1}\nthings: [*x]", 1, ""),
        ("things: !!python/object/apply:os.system ['true']", 1, ""),
    ],
)
def test_a_fault_names_its_line_and_key(text: str, line: int, key: str) -> None:
    assert (line, key) in faults(text)


def test_every_fault_has_a_remedy() -> None:
    problems = Problems()
    documents.open_document("things: 'open", problems)
    assert all(problem.remedy for problem in problems.found)
    assert len(problems.found) == 1


def test_multiplying_and_nesting_are_refused_at_once() -> None:
    """A54: a text that multiplies itself."""
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    begun = time.monotonic()
    assert faults(bomb)
    assert faults("[" * 3000)
    assert faults("x" * (documents.LARGEST + 1)) == [(1, "")]
    assert time.monotonic() - begun < 2


def test_invisible_signs_fall_away_and_visible_ones_stay() -> None:
    document = documents.open_document("name: 'a\u202eb \U0001f600 \u05e9\u200f <b>=1+1'\n", Problems())
    assert document is not None
    assert document.text("name", 80) == "ab \U0001f600 ש\u200f <b>=1+1"


def test_what_is_written_is_read_again() -> None:
    words = ["no", "~", "", "1", "a: b", "- c", "#d", "'", '"', "*x", "&y", "!z", "line\nline", "=1+1", "\U0001f600"]
    text = documents.write_document({f"k{n}": word for n, word in enumerate(words)})
    document = documents.open_document(text, Problems())
    assert document is not None
    assert [document.text(f"k{n}", 80) for n in range(len(words))] == words
