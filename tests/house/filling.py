"""Fills a form in as a browser holds it: what the page says, and something fitting in what must not stay empty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.utils import timezone

Attributes = dict[str, str]
FREE = {"text", "email", "search", "url", "tel", "password", "textarea"}
SENT_BY = {"submit", "image"}


@dataclass
class Control:
    """One field of a form: what kind it is, what it holds, what it offers."""

    name: str
    kind: str
    value: str
    is_on: bool
    attributes: Attributes
    offers: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form of a page."""

    action: str
    is_post: bool
    controls: list[Control] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """Where people write what they like."""
        return list(dict.fromkeys(control.name for control in self.controls if control.kind in FREE and control.name))

    @property
    def files(self) -> list[str]:
        """Where people hand in a file."""
        return [control.name for control in self.controls if control.kind == "file"]

    def filled(self) -> dict[str, list[str]]:
        """What a browser sends when somebody fills in what must not be empty, ticks the first of what is there to be ticked, and clicks."""
        sent: dict[str, list[str]] = {}
        for control in self.controls:
            if control.is_on and control.name:
                sent.setdefault(control.name, []).append(_fitting(control))
        for control in self.controls:
            if control.kind in {"radio", "checkbox"} and control.name not in sent:
                sent[control.name] = [control.value]
        button = next((control for control in self.controls if control.kind in SENT_BY), None)
        if button and button.name:
            sent[button.name] = [button.value]
        return sent


def _fitting(control: Control) -> str:
    """What the control holds, or something that fits where it must hold something."""
    if control.value or "required" not in control.attributes:
        return control.value
    if control.kind == "select":
        return next((offer for offer in control.offers if offer), "")
    today = timezone.localdate()
    return {
        "email": "somebody@example.org", "number": control.attributes.get("min", "1"), "date": str(today + timedelta(days=1)),
        "datetime-local": f"{today + timedelta(days=9)}T12:00",
    }.get(control.kind, "Something")


class Page(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.url, self.forms = url, []  # type: tuple[str, list[Form]]
        self._named: dict[str, Form] = {}
        self._loose: list[tuple[str, Control]] = []
        self._form: Form | None = None
        self._open: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(self._path(has.get("action", "")), has.get("method", "").lower() == "post")
            self.forms.append(self._form)
            self._named[has.get("id", "")] = self._form
        elif tag == "option" and self._open is not None:
            self._open.offers.append(has.get("value", ""))
            if "selected" in has:
                self._open.value = has.get("value", "")
        elif tag in {"input", "select", "textarea", "button"}:
            self._control(tag, has)

    def _control(self, tag: str, has: Attributes) -> None:
        kind = {"input": has.get("type", "text"), "button": has.get("type", "submit")}.get(tag, tag)
        is_on = "checked" in has if kind in {"radio", "checkbox"} else kind not in {*SENT_BY, "button", "file"}
        control = Control(has.get("name", ""), kind, has.get("value", "on" if kind == "checkbox" else ""), is_on and "disabled" not in has, has)
        if "formaction" in has and kind in SENT_BY and self._path(has["formaction"]) != (self._form.action if self._form else ""):
            twin = Form(self._path(has["formaction"]), True, [*(self._form.controls if self._form else []), control])
            self.forms.append(twin)
        elif "form" in has:
            self._loose.append((has["form"], control))
        elif self._form is not None:
            self._form.controls.append(control)
        if tag in {"select", "textarea"}:
            self._open = control

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif self._open is not None and tag == self._open.kind:
            self._open.value = self._open.value.removeprefix("\n")
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._open.kind == "textarea":
            self._open.value += data

    def _path(self, address: str) -> str:
        return urlsplit(urljoin(self.url, address)).path if address else urlsplit(self.url).path

    def finish(self) -> list[Form]:
        """The forms, with what stands outside them but belongs to them."""
        for name, control in self._loose:
            if name in self._named:
                self._named[name].controls.append(control)
        return self.forms


def forms_of(url: str, html: str) -> list[Form]:
    """The forms of a page."""
    page = Page(url)
    page.feed(html)
    return page.finish()


def form_to(path: str, pages: Iterable[tuple[str, str]]) -> Form | None:
    """The form that posts to an address, on the first page that has it; the richest where a page has several."""
    for url, html in pages:
        found = [form for form in forms_of(url, html) if form.is_post and form.action == path]
        if found:
            return max(found, key=lambda form: len(form.controls))
    return None
