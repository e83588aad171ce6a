"""The tree: what hangs under what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from azimuth.kit.charts.svg import WIDTHS, Board, fitted

ROW, STEP = 44.0, 26.0


@dataclass(frozen=True)
class TreeNode:
    """A thing with a line of note and what hangs under it; `share` (0 to 1) draws how far it is."""

    label: str
    note: str = ""
    children: Sequence[TreeNode] = field(default=())
    share: float | None = None


def tree(roots: Sequence[TreeNode], *, title: str, desc: str = "", width: str = "wide") -> SafeString:
    """Nodes one under the other, indented, joined by lines: readable at any width."""
    whole = WIDTHS[width]
    board = Board(whole)
    y: float = 4
    for root in roots:
        y = _node(board, root, 0, y, whole)
    board.height = y
    return board.done(title, desc)


def _node(board: Board, node: TreeNode, depth: int, y: float, whole: float) -> float:
    x = 8 + depth * STEP
    top = y
    room = whole - x - (110 if node.share is not None else 18)
    board.circle(x, y + 14, 5, "accent" if depth == 0 else "soft", edge=None)
    board.text(x + 14, y + 18, fitted(node.label, room, 14), bold=depth == 0)
    if node.note:
        board.text(x + 14, y + 34, fitted(node.note, room, 13), size=13, colour="soft")
    if node.share is not None:
        board.rect(whole - 84, y + 10, 84, 8, "pale", radius=4)
        board.rect(whole - 84, y + 10, 84 * min(max(node.share, 0), 1), 8, "accent", radius=4)
    y += ROW if node.note else ROW - 14
    for child in node.children:
        board.path(f"M{x:.1f} {top + 22:.1f}V{y + 14:.1f}h{STEP - 8:.1f}", stroke="line", width=1.25)
        y = _node(board, child, depth + 1, y, whole)
    return y
