"""Azimuth: the open, self-hosted performance-management platform."""

__version__ = "0.1.0"
