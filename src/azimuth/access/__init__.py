"""Knows: the grammar of permission: Verdict, guards.

Does not know: persons and tables: it has none.
Serves: every app that shows or does anything.
"""
