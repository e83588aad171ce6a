"""How much one account may look up in a day: against taking the organisation away page by page.

Knows which pages of people somebody opened today, as marks nobody can read, in the cache that all processes share; tomorrow they are gone.
Does not know what stands on those pages. Serves the middleware that asks before a page of a person is shown.
"""
