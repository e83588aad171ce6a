"""Knows: competencies, their levels and the starting library.

Does not know: who is rated on them.
Serves: reviews and development.
"""
