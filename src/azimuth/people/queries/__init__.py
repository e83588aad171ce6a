"""Answers about people that are not a queryset."""
