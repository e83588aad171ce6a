"""Tests of running an installation: real processes, real servers."""
