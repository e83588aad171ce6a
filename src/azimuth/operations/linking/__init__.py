"""The linking attack: who wrote what, from everything an installation stores? Run by `azimuth attack linking`."""
