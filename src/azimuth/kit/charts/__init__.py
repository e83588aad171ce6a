"""Charts as SVG text: the same string serves the page, the PDF and a mail.

Every function takes plain values, a `title` and a `desc` (what a reader who cannot see it should know), and a `width`:
"wide" (680 units) or "narrow" (340), laid out for each because text in an SVG shrinks with its box. Style is in presentation
attributes fit for print; classes (`c-` fill, `s-` stroke) let the page recolour them in the dark.
"""

from azimuth.kit.charts.bars import LikertRow, Part, distribution_strip, likert, shares
from azimuth.kit.charts.dots import Dot, DotRow, dot_plot
from azimuth.kit.charts.grids import NineBoxCell, heat_table, nine_box
from azimuth.kit.charts.lines import TrendPoint, sparkline, trend
from azimuth.kit.charts.trees import TreeNode, tree

__all__ = [
    "Dot", "DotRow", "LikertRow", "NineBoxCell", "Part", "TreeNode", "TrendPoint",
    "distribution_strip", "dot_plot", "heat_table", "likert", "nine_box", "shares", "sparkline", "tree", "trend",
]
