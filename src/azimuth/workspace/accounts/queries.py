"""What pages about accounts show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from azimuth.people.models import Person


def demo_cast(on: date) -> Sequence[Person]:
    """The people one may step into in the demo: those whose attribute `demo` says what they will see."""
    cast = Person.objects.present(on).filter(attributes__has_key="demo", account__is_active=True).select_related("unit", "account")
    return list(cast.order_by("search_text"))
