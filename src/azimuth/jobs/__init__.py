"""Knows: background work: progress, rescue of stalled jobs, schedules.

Does not know: what the work is about.
Serves: every app with long work.
"""
