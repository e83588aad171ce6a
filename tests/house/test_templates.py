"""Every template keeps the house style: nothing inline, every hx- with a way without script, words marked for translation, short."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import engines
from django.template.base import TemplateSyntaxError

SOURCE = Path("src/azimuth")
MAIL_FRAME = SOURCE / "notifications/templates/notifications/mail/frame.html"  # no page: mail has no other place for its style
TEMPLATES = sorted(path for path in SOURCE.rglob("templates/**/*.html") if path != MAIL_FRAME)
PYTHON = sorted(SOURCE.rglob("*.py"))
ASKS = {"hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete"}
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
TRANSLATED = re.compile(r"\{%\s*block body_class\b.*?endblock\s*%\}|\{%\s*blocktrans(late)?\b.*?\{%\s*endblocktrans(late)?\s*%\}|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}", re.DOTALL)
SILENT = {"script", "style", "svg", "code", "kbd", "pre", "title"}
SPOKEN_ATTRIBUTES = {"aria-label", "placeholder", "alt", "title"}
UNTRANSLATED_NAMES = {"Azimuth", "CSV", "XLSX", "JSON", "YAML", "PDF"}
BUTTON_WORDS = re.compile(r"\{%\s*(button|page_head|card|callout|empty_state|dialog|disclosure|menu|stat|progress)\s[^%]*?(?<![\w(])(?:(?:title|purpose|summary|label|note|confirm)=)?\"([A-Z][^\"]*[a-z ][^\"]*)\"")


class Page(HTMLParser):
    """Collects what breaks a rule in one template whose tags were taken out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _value in attrs}
        where = f"<{tag}> in line {self.getpos()[0]}"
        if tag in SILENT:
            self.inside.append(tag)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.faults.append(f"{where}: nothing inline, the content policy refuses it")
        self.faults += [f"{where}: {name} is refused by the content policy" for name in names if name == "style" or name.startswith(("on", "hx-on"))]
        if names & ASKS and not names & {"href", "action", "formaction"}:
            self.faults.append(f"{where}: {names & ASKS} without href or action beside it")
        self.faults += [f"{where}: {name}={value!r} is not translated" for name, value in attrs if name in SPOKEN_ATTRIBUTES and _speaks(value or "")]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.inside and _speaks(data):
            self.faults.append(f"line {self.getpos()[0]}: {' '.join(data.split())[:60]!r} is not translated")


def _speaks(text: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", text)
    return bool(words) and not all(word in UNTRANSLATED_NAMES for word in words)


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def faults_of(source: str) -> list[str]:
    """What breaks a rule in a template."""
    page = Page()
    page.feed(TAG.sub(_blank, TRANSLATED.sub(_blank, source)))
    return page.faults + [f"{found[2]!r} in {{% {found[1]} %}} is not translated: use _(\"…\")" for found in BUTTON_WORDS.finditer(source)]


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_template_keeps_the_rules(path: Path) -> None:
    source = path.read_text()
    assert not faults_of(source)
    assert len(source.splitlines()) < 120, "Split it: a part that two pages share, or a partial."


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_template_compiles_so_every_tag_is_known(path: Path) -> None:
    try:
        engines["django"].from_string(path.read_text())
    except TemplateSyntaxError as error:
        pytest.fail(f"{path}: {error}")


@pytest.mark.parametrize("bad", [
    '<p style="color:red">', "<script>x()</script>", '<a href="#" onclick="x()">', '<button hx-post="/x">', "<p>Hello there</p>", '<input placeholder="Your name">',
    '<a href="/" hx-on:click="x">', '{% button "Save it" %}', '{% card title="Open now" %}',
])
def test_the_rules_find_what_they_forbid(bad: str) -> None:
    assert faults_of(bad)


@pytest.mark.parametrize("good", [
    '<p>{% translate "Hello" %}</p>', '<a href="/x" hx-get="/x">{{ name }}</a>', "{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}",
    '{% button _("Save it") kind="primary" %}', "<p>Azimuth · 360°</p>", '<script type="module" src="x"></script>', '{% icon "users" %}',
])
def test_the_rules_leave_the_rest_alone(good: str) -> None:
    assert not faults_of(good)


@pytest.mark.parametrize("path", [path for path in PYTHON if "kit" not in path.relative_to(SOURCE).parts[:1]], ids=str)
def test_markup_is_called_safe_in_kit_only(path: Path) -> None:
    assert not re.search(r"\b(mark_safe|SafeString|format_html|format_html_join)\(|\bautoescape off\b", path.read_text()), "Make it a part of kit, or a template."


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_no_template_calls_text_safe(path: Path) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape off", path.read_text())


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("static/**/js/*.js")), ids=str)
def test_behaviour_is_small(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) < 120
    assert not re.search(r"\beval\(|new Function|innerHTML|outerHTML\s*=|document\.write|\.style\b", source)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("static/**/*.css")), ids=str)
def test_sheets_keep_the_rules(path: Path) -> None:
    source = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert "!important" not in source
    assert not re.search(r"(?<![\w-])(margin|padding|border|inset)-(left|right|top|bottom)\b|(?<![\w-])(left|right|top|bottom)\s*:", source), "Logical properties only."
    assert len(source.splitlines()) <= 300
    if path.name != "tokens.css" and "chart" not in path.name and "avatar" not in path.name:
        assert not re.search(r"#[0-9a-f]{3,8}\b(?=[^{]*[;}])", source), "Colours have names in tokens.css."


def test_every_sheet_is_named_by_the_entry() -> None:
    entry = (SOURCE / "kit/static/kit/css/azimuth.css").read_text()
    folder = SOURCE / "kit/static/kit/css"
    missing = [path.name for path in folder.rglob("*.css") if path.name != "azimuth.css" and f'"{path.relative_to(folder)}"' not in entry]
    assert missing == []


def test_utilities_are_few() -> None:
    names = set(re.findall(r"^\.([a-z-]+)", (SOURCE / "kit/static/kit/css/utilities.css").read_text(), re.MULTILINE))
    assert len(names) <= 40
