"""Knows: persons, units, reporting lines, grants, accounts, the import of people.

Does not know: what people think of one another.
Serves: every app above it.
"""
