"""Knows: the mathematics of fair evaluation, pure numpy and scipy.

Does not know: Django, the database, who anybody is.
Serves: the worker's jobs.
"""
