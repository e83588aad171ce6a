"""Deeds on persons, lines, units, grants and accounts. A module per noun."""
