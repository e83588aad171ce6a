"""Figures as readers see them."""

from __future__ import annotations

from django.utils.formats import number_format


def shown(figure: float) -> str:
    """A figure with one decimal: more would pretend. Rounded first, as in the charts: Django's own format cuts off."""
    return number_format(round(figure, 1), 1)


def shown_share(figure: float) -> str:
    """A share or a reliability with two decimals, rounded as `shown` is."""
    return number_format(round(figure, 2), 2)


def signed(figure: float) -> str:
    """A difference with its sign; nought has none."""
    rounded = round(figure, 1)
    sign = "+" if rounded > 0 else "\u2212" if rounded < 0 else ""
    return f"{sign}{number_format(abs(rounded), 1)}"
