"""Knows: what happened: hash-chained plain values.

Does not know: foreign keys, and anything that could link a rater to an answer.
Serves: auditors, and every action that must be accounted for.
"""
