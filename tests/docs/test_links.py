"""Every link between our texts leads somewhere, down to the heading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.text import slugify

from tests.docs.texts import TEXTS, name, prose

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def anchors(path: Path) -> set[str]:
    return {slugify(re.sub(r"[`*]|\]\([^)]*\)", "", heading)) for heading in HEADING.findall(path.read_text("utf-8"))}


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    for link in LINK.findall(prose(path.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        target, _sign, anchor = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), f"{name(path)} links to {link}"
        assert not anchor or anchor in anchors(file), f"{name(path)} links to {link}: no such heading"


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_a_text_begins_with_its_title(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("# ")
    assert len(re.findall(r"^# ", prose(text), re.MULTILINE)) == 1


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_headings_are_in_sentence_case(path: Path) -> None:
    for heading in HEADING.findall(prose(path.read_text("utf-8"))):
        words = [word for word in re.findall(r"[A-Za-z]+", heading)[1:] if word[0].isupper() and not word.isupper()]
        names = {"Azimuth", "PostgreSQL", "Django", "Python", "Debian", "Markdown", "I"}
        assert set(words) <= names, f"{name(path)}: {heading!r} has capitals inside"


def test_the_test_sees_a_broken_link(tmp_path: Path) -> None:
    text = tmp_path / "text.md"
    text.write_text("# A\n\n## Where it is\n\n[there](#where-it-is) [not](gone.md)\n")
    assert anchors(text) == {"a", "where-it-is"}
    assert [link for link in LINK.findall(text.read_text()) if link.endswith(".md")] == ["gone.md"]
