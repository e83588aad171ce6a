"""Fields sent along that no form of ours has: they change nothing, and nobody acts in another's name."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from tests.abuse.walk import Doors, Picture, stages, undone
from tests.cast import Cast
from tests.house.filling import form_to
from tests.house.permissions import Row
from tests.house.visits import first_who_may, path_of

ACTING = ("by", "actor", "actor_id", "employee", "manager", "manager_id", "user", "user_id", "viewer", "on_behalf_of", "is_staff", "is_superuser", "rating")

# Names a view reads without its page having shown them just now: the table of a deed, each tested where it lives.
READ = {
    "workspace:language": {"language"}, "workspace:log_download": {"form"}, "reviews:extend": {"rater", "subject"},
    "reviews:nudge": {"rater", "subject", "group", "unit"}, "reviews:release": {"subject"}, "reviews:nominate": {"rater"},
    "reviews:choose-growth": {"section"}, "reviews:assign-coach": {"subject", "coach"},
}


def attempts(cast: Cast) -> dict[str, str]:
    """A value for every field of every table of ours: the powerful choice where there is one."""
    made = dict.fromkeys(ACTING, str(cast.dan.pk))
    for model in apps.get_models():
        for field in model._meta.fields if model.__module__.startswith("azimuth.") else ():
            made |= {field.name: _value(field, cast), field.attname: _value(field, cast)}
    return made


def _value(field: models.Field[object, object], cast: Cast) -> str:
    if field.is_relation:
        return str(cast.dan.pk)
    if field.choices:
        return str(list(field.choices)[-1][0])
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateField):
        return "2020-01-01"
    return "1" if isinstance(field, models.IntegerField) else "sent along"


def form_of(client: Client, row: Row, path: str) -> dict[str, list[str]]:
    """What a browser would send: the form of the page at the address, else what the table says is sent along."""
    page = client.get(path, row.query) if "get" in row.cells else None
    form = form_to(path, [(path, page.content.decode())]) if page is not None and page.status_code == 200 else None
    return {**(form.filled() if form else {}), **{name: [value] for name, value in row.form.items()}}


def after(client: Client, path: str, sent: dict[str, list[str]], before: Picture) -> tuple[int, Counter[str]]:
    """What a POST answers, and how the database stands then."""
    with undone():
        return client.post(path, sent).status_code, before.now()


def test_no_field_of_a_table_is_taken_from_what_is_sent_along(cast: Cast, now: datetime) -> None:
    """A39, A40: `is_superuser`, `state`, `lead`, `person`, `by` ... beside any form: the rows end as without them, and so does who did it in the log."""
    doors, extras, faults, changing = Doors(cast), attempts(cast), [], 0
    assert len(extras) > 200
    for stage, those in stages(cast, now, "post"):
        before = Picture()
        for row in those:
            client, path = doors[first_who_may(row, "post") or "nobody"], path_of(row, stage)
            with undone():
                sent = form_of(client, row, path)
            more = {name: [value] for name, value in extras.items() if name not in sent and name not in READ.get(row.name, ())}
            plain, stuffed = after(client, path, sent, before), after(client, path, {**more, **sent}, before)
            changing += plain[1] != before.rows
            if plain != stuffed:
                faults.append(f"{row.name}: without {plain[0]} {list(plain[1] - stuffed[1])[:2]}, with {stuffed[0]} {list(stuffed[1] - plain[1])[:2]}")
    assert changing > 50, "most of the forms do something, else this proves nothing"
    assert not faults, "\n".join(faults)


def test_the_comparison_sees_a_field_that_is_taken(cast: Cast) -> None:
    """The control: a field the form has makes a difference."""
    client, path, before = Doors(cast)["ada"], reverse("people:preferences"), Picture()
    assert after(client, path, {"language": ["de"], "time_zone": ["UTC"]}, before) != after(client, path, {"language": ["ar"], "time_zone": ["UTC"]}, before)
