"""What the addresses of the site point at: one builder for each word a parameter or a row of permissions.toml uses.

To let the house tests visit `/things/<uuid:thing>/`, add a builder to a module here:

    @prop("thing")
    def thing(stage: Stage) -> object:
        return Thing.objects.create(owner=stage.cast.ada, ...)

A builder returns a model instance (its key goes into the address) or a string. `stage["cycle"]` gives what another one built.
The stage is set for Ada: things are hers, or in her unit, unless the word says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.house.stage import Stage

Builder = Callable[["Stage"], object]
PROPS: dict[str, Builder] = {}


def prop(word: str) -> Callable[[Builder], Builder]:
    """Register a builder under a word."""

    def register(build: Builder) -> Builder:
        assert word not in PROPS, f"Two props are called {word!r}."
        PROPS[word] = build
        return build

    return register
