"""Knows: home, navigation, what needs me today.

Does not know: tables: it owns none.
Serves: everybody who signs in.
"""
