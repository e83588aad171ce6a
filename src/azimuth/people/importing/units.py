"""Where people are placed: paths of unit names against the tree we have, spellings that mean the same, units to create."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.people.importing import spelling
from azimuth.people.importing.entries import Entries, Entry
from azimuth.people.importing.fields import Field
from azimuth.people.importing.mapping import MERGE_SIGN
from azimuth.people.importing.present import State
from azimuth.people.importing.problems import Problem

Path = tuple[str, ...]


@dataclass(slots=True)
class Node:
    """A unit of the tree as it will be. `count` is how many entries stand in it or below."""

    name: str
    above: Node | None = None
    id: UUID | None = None
    is_open: bool = True
    count: int = 0
    row: int | None = None
    children: dict[str, Node] = field(default_factory=dict)  # by name in lower case
    folded: dict[str, Node] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The names from the whole down to this unit."""
        return (*self.above.path, self.name) if self.above and self.above.name else (self.name,)

    @property
    def place(self) -> UUID | Path:
        """The key of a unit we have, the path of one to create."""
        return self.id or self.path

    def add(self, name: str, key: UUID | None = None, *, is_open: bool = True) -> Node:
        """A new unit below this one."""
        node = Node(name, self, key, is_open)
        self.children.setdefault(name.lower(), node)
        self.folded.setdefault(spelling.fold(name), node)
        return node

    def find(self, name: str) -> Node | None:
        """The unit below with this name, or with one that differs only in case, signs and accents."""
        return self.children.get(name.lower()) or self.folded.get(spelling.fold(name))


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """What an import does to the tree: paths of units to create, parents before children, and closed units to open again.

    `alike` are pairs of paths that may mean the same unit: the person is asked.
    """

    created: list[Path] = field(default_factory=list)
    opened: list[UUID] = field(default_factory=list)
    alike: list[tuple[Path, Path]] = field(default_factory=list)


def place(found: Entries, state: State, merges: Mapping[str, str], *, creates: bool) -> UnitPlan:
    """Give every entry its place, and say which units are spelled twice, new, or not to be had."""
    top = _tree(state)
    nodes = _grow(top, _paths(found.all, merges), found)
    unclear = _names_used_twice(top) - {spelling.fold(node.name) for node in top.children.values() if node.id}
    for entry in found.all:
        if entry.unit:
            entry.place = nodes[_merged(entry.unit, merges)].place
            if unclear and spelling.fold(entry.unit[0]) in unclear:
                found.fault(entry, "unit_unclear", Field.UNIT, entry.unit[0])
    new = [node for node in _all(top) if node.id is None and node.count]
    alike = _say_alike(found, top)
    if creates:
        named = {rare for rare, _usual in alike}
        _say_new(found, top, [node for node in new if node.path not in named])
    else:
        for entry in found.all:
            if isinstance(entry.place, tuple):
                found.fault(entry, "unit_not_known", Field.UNIT, MERGE_SIGN.join(entry.place))
    opened = [node.id for node in _all(top) if node.id and node.count and not node.is_open]
    return UnitPlan([node.path for node in new], opened, alike)


def created_for(plan: UnitPlan, entries: Sequence[Entry]) -> list[Path]:
    """The units to create that somebody who is really applied stands in or below."""
    used = {entry.place[:depth] for entry in entries if isinstance(entry.place, tuple) for depth in range(1, len(entry.place) + 1)}
    return [path for path in plan.created if path in used]


def _tree(state: State) -> Node:
    nodes: dict[UUID | None, Node] = {None: Node("")}
    for unit in sorted(state.units.values(), key=lambda unit: (unit.path.count("/"), not unit.is_open)):
        nodes[unit.id] = nodes[unit.parent].add(unit.name, unit.id, is_open=unit.is_open)
    return nodes[None]


def _merged(path: Path, merges: Mapping[str, str]) -> Path:
    """The path meant: the longest beginning the person joined with another unit is replaced."""
    for depth in range(len(path), 0, -1) if merges else ():
        target = merges.get(MERGE_SIGN.join(path[:depth]))
        if target:
            return (*target.split(MERGE_SIGN), *path[depth:])
    return path


def _paths(entries: Sequence[Entry], merges: Mapping[str, str]) -> dict[Path, tuple[int, int]]:
    """Every path and each beginning of one: how many entries stand there or below, and the first row that says so."""
    seen: dict[Path, tuple[int, int]] = {}
    for path, (count, row) in _counted(entries).items():
        path = _merged(path, merges)
        for depth in range(1, len(path) + 1):
            before, first = seen.get(path[:depth], (0, row))
            seen[path[:depth]] = (before + count, min(first, row))
    return seen


def _counted(entries: Sequence[Entry]) -> dict[Path, tuple[int, int]]:
    counts = Counter(entry.unit for entry in entries if entry.unit)
    rows: dict[Path, int] = {}
    for entry in entries:
        if entry.unit:
            rows.setdefault(entry.unit, entry.row)
    return {path: (count, rows[path]) for path, count in counts.items()}


def _grow(top: Node, paths: Mapping[Path, tuple[int, int]], found: Entries) -> dict[Path, Node]:
    """Find or add the node of every path; at each level what most people use comes first, and other spellings join it."""
    nodes: dict[Path, Node] = {(): top}
    known: dict[str, list[Node]] = {}
    for one in _all(top):
        known.setdefault(spelling.fold(one.name), []).append(one)
    node: Node | None
    for path in sorted(paths, key=lambda path: (len(path), -paths[path][0], path)):
        count, row = paths[path]
        above, name = nodes[path[:-1]], path[-1]
        node = above.find(name) or (_anywhere(known, name) if above is top else None)
        if node is None:
            node = above.add(name)
        elif node.name != name:
            found.problems.append(_joined(node, name, row, count, found.columns.get(Field.UNIT)))
        node.count += count
        node.row = row if node.row is None else min(node.row, row)
        nodes[path] = node
    return nodes


def _anywhere(known: Mapping[str, list[Node]], name: str) -> Node | None:
    """A path that begins in the middle of the tree: the only unit of that name, wherever it stands."""
    same = known.get(spelling.fold(name), [])
    return same[0] if len(same) == 1 else None


def _joined(node: Node, name: str, row: int, count: int, column: str | None) -> Problem:
    says = {"count": _people(count), "other": node.name, "others": _in_use(node), "done": _("They are taken as one unit, spelled “%(name)s”.") % {"name": node.name}}
    return Problem("unit_spelling", row, column, name, says)


def _say_new(found: Entries, top: Node, new: Sequence[Node]) -> None:
    """Units nobody has heard of, where there are units already: only the highest of a new branch is named."""
    if not any(node.id for node in top.children.values()):
        return
    for node in new:
        if node.above is top or (node.above is not None and node.above.id):
            says = {"count": _people(node.count)}
            found.problems.append(Problem("unknown_unit", node.row, found.columns.get(Field.UNIT), MERGE_SIGN.join(node.path), says))


def _say_alike(found: Entries, top: Node) -> list[tuple[Path, Path]]:
    """Units beside one another whose names look like one name mistyped."""
    pairs = []
    for above in (top, *_all(top)):
        beside = [node for node in above.children.values() if node.count or node.id]
        if not any(node.id is None for node in beside):
            continue
        by_name = {node.name: node for node in beside}
        for first, second in spelling.alike(list(by_name)):
            rare, usual = sorted((by_name[first], by_name[second]), key=lambda node: (node.id is not None, node.count))
            if rare.id is None:
                pairs.append((rare.path, usual.path))
                says = {"count": _people(rare.count), "other": usual.name, "others": _in_use(usual),
                        "done": _("They are kept apart; if they are one unit, mend the spelling or join them in the preview.")}
                found.problems.append(Problem("unit_spelling", rare.row, found.columns.get(Field.UNIT), rare.name, says))
    return pairs


def _names_used_twice(top: Node) -> set[str]:
    counts = Counter(spelling.fold(node.name) for node in _all(top) if node.id and node.is_open)
    return {name for name, count in counts.items() if count > 1}


def _all(top: Node) -> list[Node]:
    """Every node below, parents before children."""
    nodes, at = list(top.children.values()), 0
    while at < len(nodes):
        nodes.extend(nodes[at].children.values())
        at += 1
    return nodes


def _in_use(node: Node) -> str:
    return _("a unit already") if node.id else _people(node.count)


def _people(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
