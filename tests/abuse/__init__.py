"""Abuse: what somebody might try against Azimuth, numbered as in docs/developer/abuse.md."""
