"""What is marked for translation, and the catalogues that hold it: `make words` brings them up to date.

Extraction knows Python (by its syntax tree), Django's templates with our own tags, and the meanings of recorded actions. A
catalogue is written in one order, without line numbers and dates, so that it changes only when words do.
"""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.trans_real import DjangoTranslation

from azimuth.operations.words import LOCALE, Message, read

SOURCE = Path("src/azimuth")
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
PLURAL_IN_CONTEXT = {"npgettext", "npgettext_lazy"}
_QUOTED = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
_CONSTANT = re.compile(rf"(?<!\w)_\(\s*({_QUOTED})\s*\)")
_TAG = re.compile(rf"(?:trans|translate)\s+({_QUOTED})")
_CONTEXT = re.compile(rf"\scontext\s+({_QUOTED})")

Found = Mapping[Message, set[str]]  # a message without words, and the files that say it


class Unextractable(ValueError):
    """Something is marked that can never be found in a catalogue."""


def extract(source: Path = SOURCE) -> dict[Message, set[str]]:
    """Every marked message below `source`, with the files (told from there) in which it stands."""
    found: dict[Message, set[str]] = defaultdict(set)
    for path in sorted(source.rglob("*")):
        for message in _messages_of(path):
            found[message].add(str(path.relative_to(source)))
    return dict(found)


def _messages_of(path: Path) -> Iterable[Message]:
    if path.suffix == ".py":
        return of_python(path.read_text("utf-8"), str(path))
    if path.suffix in {".html", ".txt"} and "templates" in path.parts:
        return of_template(path.read_text("utf-8"))
    if path.name == "actions.toml":
        return [Message(row["meaning"]) for row in tomllib.loads(path.read_text("utf-8"))["actions"].values()]
    return []


def of_python(source: str, name: str = "") -> Iterator[Message]:
    """The messages of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (called := _called(node)):
            words = [part.value if isinstance(part, ast.Constant) else None for part in node.args]
            made = _message(called, words)
            if made is None and not _is_handed_on(node):
                msg = f"{name}, line {node.lineno}: {ast.unparse(node)[:80]} marks no plain text"
                raise Unextractable(msg)
            if made:
                yield made


def _called(node: ast.Call) -> str:
    named = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
    return named if named in SINGULAR | PLURAL | IN_CONTEXT | PLURAL_IN_CONTEXT else ""


def _message(called: str, words: list[object]) -> Message | None:
    wanted = 1 + (called not in SINGULAR) + (called in PLURAL_IN_CONTEXT)
    texts = [word for word in words[:wanted] if isinstance(word, str)]
    if len(texts) < wanted:
        return None
    context = texts.pop(0) if called in IN_CONTEXT | PLURAL_IN_CONTEXT else ""
    return Message(texts[0], texts[1] if len(texts) > 1 else "", context)


def _is_handed_on(node: ast.Call) -> bool:
    """Whether what is looked up is a value that was marked elsewhere, such as an action's meaning."""
    return bool(node.args) and isinstance(node.args[0], ast.Attribute)


def of_template(source: str) -> Iterator[Message]:
    """The messages of a template: translate, blocktranslate, and `_("...")` in any tag or variable."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        name = token.contents.split(" ", 1)[0] if token.token_type == TokenType.BLOCK else ""
        if name == "comment":
            _until("endcomment", tokens)
        elif name in {"trans", "translate"} and (found := _TAG.match(token.contents)):
            yield Message(ast.literal_eval(found[1]), context=_context(token))
        elif name in {"blocktrans", "blocktranslate"}:
            yield _block(token, tokens)
        if token.token_type in {TokenType.BLOCK, TokenType.VAR}:
            yield from (Message(ast.literal_eval(text)) for text in _CONSTANT.findall(token.contents))


def _until(end: str, tokens: Iterator[Token]) -> list[Token]:
    inside = []
    for token in tokens:
        if token.token_type == TokenType.BLOCK and token.contents.split(" ", 1)[0] in {end, end.replace("translate", "trans")}:
            return inside
        inside.append(token)
    msg = f"{end} is missing"
    raise Unextractable(msg)


def _context(token: Token) -> str:
    found = _CONTEXT.search(token.contents)
    return ast.literal_eval(found[1]) if found else ""


def _block(token: Token, tokens: Iterator[Token]) -> Message:
    is_trimmed = "trimmed" in token.split_contents()
    forms: list[str] = [""]
    for part in _until("endblocktranslate", tokens):
        if part.token_type == TokenType.BLOCK:
            forms.append("")
        elif part.token_type == TokenType.VAR:
            forms[-1] += f"%({part.contents})s"
        else:
            forms[-1] += part.contents.replace("%", "%%")
    texts = [trim_whitespace(form) if is_trimmed else form for form in forms]
    return Message(texts[0], texts[1] if len(texts) > 1 else "", _context(token))


# ---- catalogues


def languages() -> list[str]:
    """Those that need a catalogue: all but the one the source speaks."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def path_of(language: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> list[Message]:
    """A language's messages, without its header."""
    path = path_of(language)
    return [message for message in read(path.read_text("utf-8")) if message.id] if path.exists() else []


def merged(known: Iterable[Message], found: Found, forms: int) -> list[Message]:
    """What is marked, with the words that are known; words of what is marked no longer fall away."""
    words = {message.key: message for message in known}
    return [words.get(message.key) or _empty(message, forms) for message in sorted(found, key=lambda message: message.key)]


def _empty(message: Message, forms: int) -> Message:
    return Message(message.id, message.plural, message.context, ("",) * (forms if message.plural else 1))


def plural_rule(language: str) -> str:
    """The language's rule of plurals, as Django's own catalogue has it."""
    return str(DjangoTranslation(language).info()["plural-forms"])


def number_of_forms(language: str) -> int:
    """How many forms a message with a plural has."""
    return int(re.match(r"nplurals=(\d+)", plural_rule(language))[1])  # type: ignore[index]


def written(language: str, messages: Iterable[Message]) -> str:
    """The text of a catalogue."""
    header = f"Language: {language}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nPlural-Forms: {plural_rule(language)}\n"
    return "\n".join(_entry(message) for message in (Message("", words=(header,)), *messages))


def _entry(message: Message) -> str:
    lines = ["#, fuzzy"] if message.is_fuzzy else []
    lines += [_line("msgctxt", message.context)] if message.context else []
    lines += [_line("msgid", message.id)]
    lines += [_line("msgid_plural", message.plural)] if message.plural else []
    names = [f"msgstr[{place}]" for place in range(len(message.words))] if message.plural else ["msgstr"]
    return "\n".join([*lines, *(_line(name, said) for name, said in zip(names, message.words, strict=True)), ""])


def _line(name: str, text: str) -> str:
    """One line; a text of several lines is written below its name, a line each."""
    parts = text.splitlines(keepends=True)
    if len(parts) < 2:
        return f"{name} {_quoted(text)}"
    return "\n".join([f'{name} ""', *map(_quoted, parts)])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return f'"{escaped}"'


def up_to_date(language: str, found: Found) -> str:
    """The text a language's catalogue should have."""
    return written(language, merged(catalogue(language), found, number_of_forms(language)))


def main() -> None:
    """Bring every catalogue up to date; say how much is left to translate."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "azimuth.settings")
    django.setup()
    found = extract()
    for language in languages():
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(up_to_date(language, found), "utf-8")
        left = sum(not message.is_translated for message in catalogue(language))
        print(f"{language}: {len(found)} messages, {left} to translate")


if __name__ == "__main__":
    main()
