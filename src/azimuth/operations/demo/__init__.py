"""Knows: Meridian Instruments, a company of about 120 that makes navigation instruments, with the cast among its people.

Does not know: real people.
Serves: newcomers, screenshots, talks.
"""
