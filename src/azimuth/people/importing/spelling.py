"""Whether two names are one name written twice: signs and accents forgiven, then slips of the finger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations

from azimuth.kit.search import plain

_FILLERS = frozenset({"and", "und", "et", "y", "e", "en", "the", "of", "de", "la", "le", "les", "des", "du", "der", "die", "das", "fur", "for"})
_SHORT = {
    "mgmt": "management", "mgt": "management", "dept": "department", "svc": "service", "svcs": "services", "admin": "administration",
    "ops": "operations", "eng": "engineering", "tech": "technology", "dev": "development", "fin": "finance", "mktg": "marketing",
    "comms": "communications", "corp": "corporate", "intl": "international", "natl": "national", "div": "division", "abt": "abteilung",
}
_COMPARED_AT_MOST = 400  # names in one bucket: beyond that pairs are not looked for


def fold(name: str) -> str:
    """What two spellings share that differ only in case, accents, signs, spaces, and "and" for "&"."""
    words = plain(name).replace("_", " ").split()
    return " ".join(word for word in words if word not in _FILLERS) or " ".join(words)


def alike(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of names that are probably one: a word mistyped or shortened, words joined or turned round."""
    pairs: dict[tuple[str, str], None] = {}
    for same in _buckets(names, lambda words: ["".join(words), " ".join(sorted(words))]):
        pairs.update(dict.fromkeys(combinations(same, 2)))
    for same in _buckets(names, _without_one_word):
        for first, second in combinations(same, 2) if len(same) <= _COMPARED_AT_MOST else ():
            if _differ_by_a_slip(first, second):
                pairs[first, second] = None
    return list(pairs)


def _buckets(names: Sequence[str], keys: Callable[[list[str]], list[str]]) -> list[list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for key in dict.fromkeys(keys(_words(name))):
            found[key].append(name)
    return [same for same in found.values() if len(same) > 1]


def _words(name: str) -> list[str]:
    return [_SHORT.get(word, word) for word in fold(name).split()]


def _without_one_word(words: list[str]) -> list[str]:
    return [f"{len(words)}:{place}:{' '.join(words[:place] + words[place + 1:])}" for place in range(len(words))]


def _differ_by_a_slip(first: str, second: str) -> bool:
    pairs = [(one, other) for one, other in zip(_words(first), _words(second), strict=True) if one != other]
    return len(pairs) == 1 and is_slip(*pairs[0])


def is_slip(one: str, other: str) -> bool:
    """Whether two words are one word mistyped: same first letter, no digits, one slip in five letters or two in eight.

    East and West, North and South, Wales and Sales, Team 1 and Team 2 are not.
    """
    shorter = min(len(one), len(other))
    if shorter < 5 or one[0] != other[0] or any(sign.isdigit() for sign in one + other):
        return False
    most = 2 if shorter >= 8 else 1
    return abs(len(one) - len(other)) <= most and _distance(one, other) <= most


def _distance(one: str, other: str) -> int:
    """Slips between two words: a letter missing, added, changed, or two neighbours swapped."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, sign in enumerate(other, start=1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != sign))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == sign:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]
