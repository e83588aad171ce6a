"""Parts that hold other parts: page head, card, callout, empty state, dialog, disclosure, menu."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from azimuth.kit.signs import tone_of

_TONE_ICONS = {"neutral": "info", "good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert", "info": "info", "accent": "compass"}


def _block(name: str, content: str, **values: object) -> SafeString:
    return SafeString(render_to_string(f"kit/parts/{name}.html", {"content": SafeString(content.strip()), **values}))


def page_head(content: str, title: object, purpose: object = "", kicker: object = "", avatar: object = "") -> SafeString:
    """The head of a page: its title, one line of purpose, actions at the end; `avatar` is the name of the one it is about."""
    return _block("page_head", content, title=title, purpose=purpose, kicker=kicker, avatar=avatar)


def card(content: str, title: object = "", note: object = "", id: str = "", kind: str = "", level: int = 2) -> SafeString:  # noqa: A002
    """A sheet of paper on the page; `kind` may be "flush" (no padding, for tables and lists) or "plain" (no box)."""
    return _block("card", content, title=title, note=note, id=id, kind=kind, level=level)


def callout(content: str, tone: str = "info", title: object = "", icon: str = "") -> SafeString:
    """A remark that must not be missed."""
    return _block("callout", content, tone=tone_of(tone), title=title, icon=icon or _TONE_ICONS[tone])


def empty_state(content: str, title: object, icon: str = "compass") -> SafeString:
    """What stands where nothing is yet: what this is for, an example, the first action."""
    return _block("empty_state", content, title=title, icon=icon)


def dialog(content: str, id: str, title: object, open: object = False, size: str = "medium") -> SafeString:  # noqa: A002, FBT002
    """A native dialog, opened by any link to `#id`; without JavaScript it unfolds in the page. `open` shows it at once (a form with errors)."""
    return _block("dialog", content, id=id, title=title, open=bool(open), size=size)


def disclosure(content: str, summary: object, open: object = False, id: str = "") -> SafeString:  # noqa: A002, FBT002
    """More, for those who want it."""
    return _block("disclosure", content, summary=summary, open=bool(open), id=id)


def menu(content: str, label: object, icon: str = "", kind: str = "secondary", align: str = "end", icon_only: object = False) -> SafeString:  # noqa: FBT002
    """A short list of deeds behind one button; its content is links and buttons."""
    return _block("menu", content, label=label, icon=icon, kind=kind, align=align, icon_only=bool(icon_only))
