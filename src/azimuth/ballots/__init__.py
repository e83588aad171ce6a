"""Knows: boxes, sealed sheets, the count and what it may publish.

Does not know: cycles, templates and pages.
Serves: reviews and surveys.
"""
