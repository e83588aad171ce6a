"""Signing in: allauth's pages in our words, the first administrator, invitations, the demo's door."""
