"""What opens an account besides password and mailed code: authenticator apps, passkeys, recovery codes; sessions and devices.

Knows allauth's authenticators and whose account they belong to; does not know how pages of signing in look (accounts does).
Serves the page *Security*, the second step of signing in, and the middleware that asks for a second factor where one is required.
"""
