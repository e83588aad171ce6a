"""The derivability attack: does anything about few people follow from all that is published? Run by `azimuth attack derivability`."""
