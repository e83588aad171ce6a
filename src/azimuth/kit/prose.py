"""Long texts written as Markdown files by us, made into markup our content policy accepts: no raw HTML, no inline style."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

_READER = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the second level and the anchor that leads to it."""

    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A text as a page shows it: title and first paragraph apart, as the page's head has places for them."""

    title: str
    lead: str
    headings: Sequence[Heading]
    body: SafeString


def read(source: str, *, address: Callable[[str], str]) -> Prose:
    """Markdown that begins with a title and a paragraph; `address` turns what a link or a picture points at into an address.

    Raises ValueError for a text without them, so that a page never lacks its head.
    """
    tokens = _READER.parse(source)
    if [token.type for token in tokens[:6:3]] != ["heading_open", "paragraph_open"] or tokens[0].tag != "h1":
        msg = "A text begins with a title (#) and a paragraph."
        raise ValueError(msg)
    title, lead, body = _plain(tokens[1]), _plain(tokens[4]), tokens[6:]
    headings = _anchored(body)
    for token in _with_children(body):
        _dress(token, address)
    return Prose(title, lead, headings, SafeString(_READER.renderer.render(body, _READER.options, {})))


def _anchored(tokens: Sequence[Token]) -> list[Heading]:
    """Give every heading an anchor of its own, made of its words; returns those of the second level."""
    taken: Counter[str] = Counter()
    found: list[Heading] = []
    for token, content in pairwise(tokens):
        if token.type != "heading_open":
            continue
        text = _plain(content)
        slug = slugify(text)
        taken[slug] += 1
        anchor = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"
        token.attrSet("id", anchor)
        if token.tag == "h2":
            found.append(Heading(anchor, text))
    return found


def _dress(token: Token, address: Callable[[str], str]) -> None:
    if token.type == "link_open":
        token.attrSet("href", address(str(token.attrGet("href"))))
    elif token.type == "image":
        token.attrSet("src", address(str(token.attrGet("src"))))
        token.attrSet("loading", "lazy")
        token.attrSet("class", "prose__picture")
    elif token.type == "table_open":
        token.attrSet("class", "table prose__table")


def _with_children(tokens: Sequence[Token]) -> list[Token]:
    return [token for outer in tokens for token in (outer, *(outer.children or ()))]


def _plain(token: Token) -> str:
    return "".join(child.content if child.type != "softbreak" else " " for child in token.children or ())
