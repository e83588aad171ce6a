"""Knows: the inbox and the mail that goes out.

Does not know: any domain: it knows persons and channels.
Serves: every app with something to say.
"""
