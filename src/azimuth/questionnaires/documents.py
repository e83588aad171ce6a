"""Reading YAML that people wrote by hand: bounded, without tricks, and every problem with its line and key.

Scalars are read as the text they are ("no" stays "no"), aliases and tags are refused: nothing can be made or multiplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import yaml
from django.utils.translation import gettext as _

from azimuth.kit.forms import visible

LARGEST = 1_000_000  # characters of one document: the whole starting library in three languages has about 250,000
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line of a document or a row of a sheet, and how to mend it."""

    line: int
    key: str
    value: str
    remedy: str


@dataclass
class Problems:
    """The problems met so far."""

    found: list[Problem] = field(default_factory=list)

    def note(self, line: int, key: str, value: str, remedy: str) -> None:
        """Write one down; long values are cut."""
        self.found.append(Problem(line, key, value if len(value) <= 80 else f"{value[:79]}…", remedy))


class Mapping:
    """A mapping of the document, read key by key; what nobody asked for is a problem when `end` is called."""

    def __init__(self, node: yaml.MappingNode, problems: Problems) -> None:
        self.line = node.start_mark.line + 1
        self.problems = problems
        self._nodes: dict[str, yaml.Node] = {}
        self._known: list[str] = []
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name in self._nodes:
                problems.note(key.start_mark.line + 1, name, "", _("This key stands here twice. Keep one of them."))
            self._nodes[name] = value

    def line_of(self, key: str) -> int:
        """The line a key's value begins in, or that of the mapping."""
        node = self._nodes.get(key)
        return node.start_mark.line + 1 if node else self.line

    def text(self, key: str, longest: int, *, required: bool = False) -> str:
        """A text, without surrounding blanks and invisible signs; empty when it is absent or faulty."""
        self._known.append(key)
        node = self._nodes.get(key)
        if node is not None and not isinstance(node, yaml.ScalarNode):
            self.problems.note(
                self.line_of(key),
                key,
                "",
                _("A text belongs here, not a list. Put it in quotation marks if it holds a colon."),
            )
            return ""
        given = visible(str(node.value)).strip() if node is not None and not _is_nothing(node) else ""
        if required and not given:
            self.problems.note(self.line_of(key), key, "", _("This must not be empty."))
        if len(given) > longest:
            self.problems.note(
                self.line_of(key),
                key,
                given,
                _("This has %(n)d characters; at most %(most)d fit.") % {"n": len(given), "most": longest},
            )
            return given[:longest]
        return given

    def flag(self, key: str) -> bool:
        """Yes or no; no when it is absent."""
        given = self.text(key, 20).lower()
        if given not in {"", "yes", "no", "true", "false"}:
            self.problems.note(self.line_of(key), key, given, _("Write yes or no."))
        return given in {"yes", "true"}

    def number(self, key: str, least: int, most: int) -> int:
        """A whole number within bounds; the least when it is faulty."""
        given = self.text(key, 20, required=True)
        if given and given.isdecimal() and least <= int(given) <= most:
            return int(given)
        if given:
            self.problems.note(
                self.line_of(key),
                key,
                given,
                _("Write a whole number from %(least)d to %(most)d.") % {"least": least, "most": most},
            )
        return least

    def words(self, key: str, allowed: Sequence[str]) -> list[str]:
        """A list of words out of those allowed."""
        self._known.append(key)
        node = self._nodes.get(key)
        if node is None or _is_nothing(node):
            return []
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        given = [str(part.value).strip() if isinstance(part, yaml.ScalarNode) else "?" for part in nodes]
        for word in given:
            if word not in allowed:
                self.problems.note(
                    self.line_of(key), key, word, _("Not known here. Use: %(words)s.") % {"words": ", ".join(allowed)}
                )
        return [word for word in dict.fromkeys(given) if word in allowed]

    def mappings(self, key: str, most: int) -> list[Mapping]:
        """A list of mappings; a bare text in it is read as {code: text} would be."""
        self._known.append(key)
        node = self._nodes.get(key)
        if node is None or _is_nothing(node):
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.problems.note(self.line_of(key), key, "", _("A list belongs here: lines that begin with a dash."))
            return []
        if len(node.value) > most:
            self.problems.note(
                self.line_of(key),
                key,
                "",
                _("There are %(n)d entries; at most %(most)d fit.") % {"n": len(node.value), "most": most},
            )
        made = []
        for part in node.value[:most]:
            if isinstance(part, yaml.MappingNode):
                made.append(Mapping(part, self.problems))
            else:
                self.problems.note(
                    part.start_mark.line + 1, key, str(part.value), _("Lines of the form “key: text” belong here.")
                )
        return made

    def mapping(self, key: str) -> Mapping | None:
        """A mapping inside this one; None when it is absent or faulty."""
        self._known.append(key)
        node = self._nodes.get(key)
        if node is None or _is_nothing(node):
            return None
        if isinstance(node, yaml.MappingNode):
            return Mapping(node, self.problems)
        self.problems.note(self.line_of(key), key, str(node.value), _("Lines of the form “key: text” belong here."))
        return None

    def end(self) -> None:
        """Name every key nobody asked for: it is probably misspelt."""
        for key in self._nodes:
            if key not in self._known:
                self.problems.note(
                    self.line_of(key),
                    key,
                    "",
                    _("This key is not known here. Known are: %(keys)s.") % {"keys": ", ".join(self._known)},
                )


def _is_nothing(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in {"", "~", "null"}


def open_document(text: str, problems: Problems) -> Mapping | None:
    """The document as a mapping; None, with the reason in `problems`, when it cannot be read at all."""
    if len(text) > LARGEST:
        problems.note(
            1,
            "",
            "",
            _("The text has %(n)d characters; at most %(most)d are read. Split it.")
            % {"n": len(text), "most": LARGEST},
        )
        return None
    text = visible(text)
    try:
        if not _is_plain(text, problems):
            return None
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.note(getattr(mark, "line", 0) + 1, "", "", _explained(error))
        return None
    except yaml.YAMLError:
        problems.note(1, "", "", _("This text cannot be read as YAML."))
        return None
    if not isinstance(node, yaml.MappingNode):
        problems.note(1, "", "", _("The text must begin with a key, such as “competencies:”."))
        return None
    return Mapping(node, problems)


def _is_plain(text: str, problems: Problems) -> bool:
    """Whether the document nests little and uses neither aliases nor tags, found before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        line = getattr(event.start_mark, "line", 0) + 1
        if depth > DEEPEST:
            problems.note(line, "", "", _("This is nested too deeply."))
            return False
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            problems.note(
                line,
                "",
                "",
                _("Anchors and aliases (& and *) are not read. Write the text out, or put it in quotation marks."),
            )
            return False
        if tag := getattr(event, "tag", None):
            problems.note(line, "", str(tag), _("Tags (with !) are not read. Put the text in quotation marks."))
            return False
    return True


def _explained(error: yaml.MarkedYAMLError) -> str:
    if error.problem and "mapping values are not allowed" in error.problem:
        return _("A colon inside a text: put the text in quotation marks.")
    if error.problem and ("\\t" in error.problem or "'\\t'" in error.problem):
        return _("A tab: use blanks to indent.")
    return _("The text is not well formed here: check indentation, dashes and quotation marks.")


class _Writer(yaml.SafeDumper):
    """Texts in one line, lists indented below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        super().increase_indent(flow, False)  # noqa: FBT003


def write_document(content: object) -> str:
    """Plain values as YAML people can read and edit."""
    return yaml.dump(content, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=120)
