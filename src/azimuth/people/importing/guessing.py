"""Guessing what the columns mean: by the words of the header first, by what stands in them second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from azimuth.kit.search import plain
from azimuth.people.importing import fields, values
from azimuth.people.importing.fields import AttributeField, Field
from azimuth.people.importing.mapping import ColumnMap
from azimuth.people.importing.reading import Sheet

_SAMPLE = 2000
_MOST = 0.8  # so much of a column must look alike
_TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "herr", "frau", "m", "mme", "mlle"}
_SEPARATORS = ((" > ", 0.2), (" » ", 0.2), (" / ", 0.5), (" | ", 0.2), ("\\", 0.5), (" – ", 0.6), (" - ", 0.6), ("/", 0.8))


def guess(sheet: Sheet, attributes: Sequence[AttributeField] = ()) -> ColumnMap:
    """A mapping of this sheet, as good as we can: people correct it where we are wrong."""
    samples = {name: [cell for cell in sheet.column(place, _SAMPLE) if cell] for place, name in enumerate(sheet.header)}
    columns = _by_header(sheet.header, samples, attributes)
    _by_content(columns, samples)
    _names(columns)
    units = columns.get(Field.UNIT, ())
    return ColumnMap(
        columns={code: names for code, names in columns.items() if names},
        unit_separator=_separator(samples[units[-1]]) if units else "",
        month_first=any(values.is_month_first(samples[name]) for code in (Field.STARTED_ON, Field.ENDED_ON) for name in columns.get(code, ())),
        family_name_first=_share(samples[columns[Field.NAME][0]], lambda name: name.count(",") == 1) >= _MOST if columns.get(Field.NAME) else False,
    )


def _by_header(header: Sequence[str], samples: dict[str, list[str]], attributes: Sequence[AttributeField]) -> dict[str, tuple[str, ...]]:
    columns: dict[str, tuple[str, ...]] = {}
    own = {plain(word): item.code for item in attributes for word in (item.key, item.label)}
    for name in header:
        code = own.get(plain(name)) or fields.meaning(name)
        if code is None or (code == Field.JOB_TITLE and _share(samples[name], lambda cell: plain(cell) in _TITLES) > _MOST):
            continue
        if code == Field.UNIT or code not in columns:
            columns[code] = (*columns.get(code, ()), name)
        elif _is_better(code, samples[name], samples[columns[code][0]]):
            columns[code] = (name,)
    if Field.UNIT in columns:
        columns[Field.UNIT] = tuple(sorted(columns[Field.UNIT], key=fields.unit_rank))
    return columns


def _is_better(code: str, cells: list[str], others: list[str]) -> bool:
    """Whether a second column of the same heading tells more: a number that tells people apart; leads at all."""
    if code == Field.EMPLOYEE_ID:
        return _distinct(cells) > _distinct(others)
    return code == Field.LEAD and not others


def _by_content(columns: dict[str, tuple[str, ...]], samples: dict[str, list[str]]) -> None:
    """Fill what the header did not say: addresses, a key, references to the key."""
    free = [name for name in samples if samples[name] and not any(name in names for names in columns.values())]

    def take(code: Field, fits: Callable[[list[str]], bool]) -> None:
        if code not in columns:
            found = next((name for name in free if fits(samples[name])), None)
            if found is not None:
                columns[code] = (found,)
                free.remove(found)

    take(Field.EMAIL, lambda cells: _share(cells, values.is_email) >= _MOST and _distinct(cells) > _MOST)
    take(Field.EMPLOYEE_ID, lambda cells: _share(cells, _is_key) >= _MOST and _distinct(cells) > 0.95 and len(cells) > 2)
    keys = {cell.casefold() for code in (Field.EMPLOYEE_ID, Field.EMAIL, Field.NAME) for name in columns.get(code, ()) for cell in samples[name]}
    take(Field.LEAD, lambda cells: _share(cells, lambda cell: cell.casefold() in keys) >= _MOST and _distinct(cells) < _MOST)


def _names(columns: dict[str, tuple[str, ...]]) -> None:
    """One column of names is the whole name, whatever its header; first and last names are used when there is no whole one."""
    first, last = columns.get(Field.FIRST_NAME), columns.get(Field.LAST_NAME)
    if Field.NAME in columns and first and last:
        del columns[Field.NAME]
    elif Field.NAME in columns:
        columns.pop(Field.FIRST_NAME, None)
        columns.pop(Field.LAST_NAME, None)
    elif bool(first) != bool(last):
        columns[Field.NAME] = columns.pop(Field.FIRST_NAME if first else Field.LAST_NAME)


def _separator(cells: list[str]) -> str:
    """The sign between the steps of a path of units: enough names contain it, and they share their beginnings."""
    names = set(cells)
    for sign, needed in _SEPARATORS:
        cut = [name for name in names if sign in name]
        beginnings = Counter(name.split(sign)[0] for name in cut)
        if len(cut) >= 3 and len(cut) >= needed * len(names) and len(beginnings) <= len(cut) / 2:
            return sign
    return ""


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, cells)) / len(cells) if cells else 0.0


def _distinct(cells: Sequence[str]) -> float:
    return len(set(cells)) / len(cells) if cells else 0.0


def _is_key(cell: str) -> bool:
    return len(cell) <= 40 and " " not in cell and any(sign.isdigit() for sign in cell) and values.read_date(cell) is None
