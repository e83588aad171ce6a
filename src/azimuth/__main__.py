"""`python -m azimuth` is `azimuth`."""

from azimuth.cli import main

main()
