"""Knows: the look and the tools of pages: components, forms, tables, charts, PDF.

Does not know: any domain: not a person, not a cycle.
Serves: every app above it.
"""
