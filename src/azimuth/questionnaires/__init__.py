"""Knows: questions, scales, the shape of an answer.

Does not know: who answers, and about whom.
Serves: ballots, competencies, reviews, surveys.
"""
