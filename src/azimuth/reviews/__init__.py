"""Knows: 360 cycles: subjects, raters, launch, answering, reports.

Does not know: how answers are sealed and counted: that is ballots.
Serves: people, leads, HR.
"""
