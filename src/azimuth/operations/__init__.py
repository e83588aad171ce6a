"""Knows: running an installation: server, supervisor, backup, demo, simulation, attacks, bench.

Does not know: pages.
Serves: system administrators and tests.
"""
