"""Paging by key: each page begins after the last row of the one before, so it is stable and as quick on page 900 as on page 1."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, OrderBy, Q, QuerySet
from django.db.models.expressions import Col
from django.http import HttpRequest, QueryDict

COUNTED_AT_MOST = 2_000


@dataclass(frozen=True)
class Key:
    """One sort key: a field path or annotation of the rows, and its direction. Empty values come last."""

    name: str
    descends: bool = False


@dataclass(frozen=True)
class _Kind:
    to_python: Callable[[Any], Any]
    may_be_empty: bool


@dataclass(frozen=True)
class Page:
    """Some rows and the addresses of the pages beside them (empty where there is none)."""

    rows: Sequence[Any]
    previous_url: str = ""
    next_url: str = ""
    total: int | None = None
    has_more_than_total: bool = False

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class _Order:
    keys: tuple[Key, ...]
    kinds: tuple[_Kind, ...]

    def by(self, *, backwards: bool) -> list[OrderBy]:
        """ORDER BY of the keys, empty values last; all turned round for the page before."""
        return [_by(key, kind, backwards=backwards) for key, kind in zip(self.keys, self.kinds, strict=True)]

    def beyond(self, values: list[Any], *, backwards: bool) -> Q:
        """Rows strictly beyond a row with these key values."""
        beyond, equal = Q(pk__in=[]), Q()
        for key, kind, value in zip(self.keys, self.kinds, values, strict=True):
            beyond |= equal & _past(key, value, may_be_empty=kind.may_be_empty, backwards=backwards)
            equal &= Q(**{f"{key.name}__isnull": True}) if value is None else Q(**{key.name: value})
        first, value = self.keys[0], values[0]
        if value is not None and not self.kinds[0].may_be_empty:  # a plain bound as well: lets an index find the start
            beyond &= Q(**{f"{first.name}__{'lte' if first.descends != backwards else 'gte'}": value})
        return beyond


def page(
    request: HttpRequest, queryset: QuerySet[Any], keys: Sequence[str], *, size: int = 50, prefix: str = "", counted: QuerySet[Any] | None = None,
) -> Page:
    """The page of `queryset` the address bar asks for (`after`, `before`), in one query.

    `keys` are names, "-" before those that descend; the primary key is added so that the order is total. A cursor that cannot
    be read shows the first page. `counted` are the same rows without what they only carry to be shown: a second query says how many.
    """
    order = _order(queryset, keys)
    after, before = (_read(request.GET.get(f"{prefix}{word}", ""), order) for word in ("after", "before"))
    backwards = before is not None and after is None
    start = before if backwards else after
    found = queryset.order_by(*order.by(backwards=backwards))
    if start is not None:
        found = found.filter(order.beyond(start, backwards=backwards))
    rows = list(found[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_previous, has_next = (more, True) if backwards else (start is not None, more)
    total = counted.order_by()[: COUNTED_AT_MOST + 1].count() if counted is not None else None
    return Page(
        rows=rows,
        previous_url=_url(request, prefix, "before", order, rows[0]) if has_previous and rows else _first(request, prefix) if has_previous else "",
        next_url=_url(request, prefix, "after", order, rows[-1]) if has_next and rows else "",
        total=min(total, COUNTED_AT_MOST) if total is not None else None,
        has_more_than_total=total is not None and total > COUNTED_AT_MOST,
    )


def with_query(request: HttpRequest, **changes: object) -> str:
    """This page's query with some parts changed (None removes one)."""
    query: QueryDict = request.GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else request.path


def _order(queryset: QuerySet[Any], names: Sequence[str]) -> _Order:
    keys = tuple(Key(name.lstrip("-"), descends=name.startswith("-")) for name in names)
    pk = queryset.model._meta.pk.name
    if not any(key.name in {"pk", pk} for key in keys):
        keys += (Key(pk, descends=keys[-1].descends if keys else False),)
    return _Order(keys, tuple(_kind(queryset, key.name) for key in keys))


def _kind(queryset: QuerySet[Any], name: str) -> _Kind:
    if name in queryset.query.annotations:
        annotation = queryset.query.annotations[name]
        return _Kind(annotation.output_field.to_python, may_be_empty=_may_be_empty(queryset, annotation))
    model: Any = queryset.model
    may_be_empty = False
    for step in name.split("__"):
        found = model._meta.pk if step == "pk" else model._meta.get_field(step)
        may_be_empty = may_be_empty or found.null
        model = found.related_model
    return _Kind(found.to_python, may_be_empty=may_be_empty)


def _may_be_empty(queryset: QuerySet[Any], annotation: Any) -> bool:
    """An annotation that is a column of a row that must be there is empty only if the column may be; of all others nobody knows."""
    if not isinstance(annotation, Col):
        return True
    return annotation.target.null or getattr(queryset.query.alias_map[annotation.alias], "nullable", False)


def _by(key: Key, kind: _Kind, *, backwards: bool) -> OrderBy:
    first = True if kind.may_be_empty and backwards else None
    last = True if kind.may_be_empty and not backwards else None
    turned = F(key.name).desc if key.descends != backwards else F(key.name).asc
    return turned(nulls_first=first, nulls_last=last)


def _past(key: Key, value: Any, *, may_be_empty: bool, backwards: bool) -> Q:
    """Rows past this value of one key, empty values being last (or first, backwards)."""
    if value is None:
        return Q(**{f"{key.name}__isnull": False}) if backwards else Q(pk__in=[])
    past = Q(**{f"{key.name}__{'lt' if key.descends != backwards else 'gt'}": value})
    return past | Q(**{f"{key.name}__isnull": True}) if may_be_empty and not backwards else past


def _value(row: Any, name: str) -> Any:
    for step in name.split("__"):
        row = getattr(row, step, None) if row is not None else None
    return row


def _url(request: HttpRequest, prefix: str, word: str, order: _Order, row: Any) -> str:
    values = [_value(row, key.name) for key in order.keys]
    text = json.dumps([value if value is None or isinstance(value, (int, float, bool)) else str(value) for value in values])
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    other = "before" if word == "after" else "after"
    return with_query(request, **{f"{prefix}{word}": cursor, f"{prefix}{other}": None})


def _first(request: HttpRequest, prefix: str) -> str:
    return with_query(request, **{f"{prefix}after": None, f"{prefix}before": None})


def _read(cursor: str, order: _Order) -> list[Any] | None:
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(order.keys):
            return None
        return [None if value is None else kind.to_python(value) for kind, value in zip(order.kinds, values, strict=True)]
    except (ValueError, TypeError, ValidationError, binascii.Error, RecursionError, OverflowError):
        return None
