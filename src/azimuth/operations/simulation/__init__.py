"""Knows: invented organisations of any size whose truth is known, and how to write and answer for them.

Does not know: real people, pages.
Serves: tests, bench, and whoever wants to try a cycle at their own size.
"""
