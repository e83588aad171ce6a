"""From rows of cells to entries: one per person, each cell read, everything that is wrong with it named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from azimuth.kit.search import plain
from azimuth.people.importing import decoding, values
from azimuth.people.importing.commas import BrokenRow
from azimuth.people.importing.fields import LONGEST, LONGEST_ATTRIBUTE, TEXTS, AttributeField, Field
from azimuth.people.importing.mapping import ColumnMap
from azimuth.people.importing.present import Known
from azimuth.people.importing.problems import Problem, shown
from azimuth.people.importing.reading import Sheet

_DATES = (Field.STARTED_ON, Field.ENDED_ON)
_WITHOUT_FORMULA = frozenset({Field.LANGUAGE, Field.TIME_ZONE, *_DATES})  # whatever is no date or code is named anyway


@dataclass(slots=True)
class Entry:
    """One person as the file has them. `values` hold only mapped fields; an empty cell is None, or "" where that empties the field."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    unit: tuple[str, ...] = ()
    lead: str = ""
    dotted: tuple[str, ...] = ()
    is_faulty: bool = False
    person: UUID = field(default_factory=uuid4)  # of the person known already, once matched
    known: Known | None = None
    place: UUID | tuple[str, ...] | None = None  # the unit meant: its key, or the path of one to create
    lead_id: UUID | None = None
    dotted_ids: frozenset[UUID] = frozenset()
    keeps_lead: bool = False  # the lead the file names cannot be had: whoever leads today stays lead
    is_passed_over: bool = False

    @property
    def employee_id(self) -> str:
        """The employee number, or nothing."""
        return self.values.get(Field.EMPLOYEE_ID) or ""

    @property
    def email(self) -> str:
        """The address, or nothing."""
        return self.values.get(Field.EMAIL) or ""

    @property
    def name(self) -> str:
        """The name, or nothing."""
        return self.values.get(Field.NAME) or ""

    def has_left(self, on: date) -> bool:
        """Whether the file itself says that the person no longer works here on this day."""
        ended = self.values.get(Field.ENDED_ON)
        return ended is not None and ended <= on

    @property
    def called(self) -> str:
        """What a problem calls this person: the name and the key."""
        key = self.employee_id or self.email
        return shown(f"{self.name} ({key})" if self.name and key else self.name or key)


@dataclass(slots=True)
class Entries:
    """All entries of a file and what is wrong with them so far. `columns` says what the file calls each field."""

    all: list[Entry]
    columns: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def fault(self, entry: Entry, code: str, where: str = "", value: object = "", **says: object) -> None:
        """Note a problem of an entry; faults mark it."""
        problem = Problem(code, entry.row, self.columns.get(where), shown(value), says)
        self.problems.append(problem)
        entry.is_faulty = entry.is_faulty or problem.is_fault

    def sound(self) -> list[Entry]:
        """The entries that can be applied."""
        return [entry for entry in self.all if not entry.is_faulty and not entry.is_passed_over]


def collect(sheet: Sheet, chosen: ColumnMap, attributes: Sequence[AttributeField] = ()) -> Entries:
    """Read every row with this mapping, name what is wrong inside rows, and keys that are used twice."""
    reader = _Reader(sheet, chosen, {item.code: item for item in attributes})
    for number, cells in sheet.rows:
        reader.read(number, cells)
    found = reader.found
    _twice(found, Field.EMPLOYEE_ID, "duplicate_id", lambda entry: entry.employee_id)
    _twice(found, Field.EMAIL, "duplicate_email", lambda entry: entry.email.casefold())
    return found


class _Reader:
    """Reads rows into entries; knows where each field stands."""

    def __init__(self, sheet: Sheet, chosen: ColumnMap, attributes: Mapping[str, AttributeField]) -> None:
        self.sheet, self.chosen, self.attributes = sheet, chosen, attributes
        place = {name: number for number, name in enumerate(sheet.header)}
        self.places = {code: [place[name] for name in names] for code, names in chosen.columns.items()}
        self.width = len(sheet.header)
        self.found = Entries([], {code: " + ".join(names) for code, names in chosen.columns.items()})
        self.found.columns = {**self.found.columns, Field.NAME: self._names()}
        if chosen.has(Field.UNIT):
            self.found.columns[Field.UNIT] = chosen.of(Field.UNIT)[-1]
        self.paths: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.formulas: dict[int, set[int]] = defaultdict(set)
        for row, column in sheet.formulas:
            self.formulas[row].add(column)
        self.singles = [code for code in self.places if code not in {Field.UNIT, Field.DOTTED_LEAD, Field.FIRST_NAME, Field.LAST_NAME, Field.NAME}]
        self._say_ambiguous()

    def _names(self) -> str:
        return " + ".join(name for code in (Field.NAME, Field.FIRST_NAME, Field.LAST_NAME) for name in self.chosen.of(code))

    def _say_ambiguous(self) -> None:
        for code in (*_DATES, *(code for code, item in self.attributes.items() if item.kind == "date")):
            for place in self.places.get(code, ()):
                cells = [cell for cell in self.sheet.column(place) if cell]
                if not self.chosen.month_first and values.is_ambiguous(cells):
                    example = next(cell for cell in cells if values.is_ambiguous([cell]))
                    self.found.problems.append(Problem("ambiguous_date", None, self.sheet.header[place], shown(example)))

    def read(self, number: int, cells: list[str]) -> None:
        """One row."""
        entry = Entry(number)
        self.found.all.append(entry)
        if self._is_ragged(entry, cells):
            return
        for code, places in self.places.items():
            for place in places:
                self._check(entry, code, cells[place].strip(), place)
        entry.values[Field.NAME] = self._name(entry, cells)
        for code in self.singles:
            self._single(entry, code, cells[self.places[code][0]].strip())
        entry.unit = self._unit(entry, cells)
        entry.dotted = self._dotted(cells)
        if not entry.employee_id and not entry.email:
            where = Field.EMPLOYEE_ID if Field.EMPLOYEE_ID in self.places else Field.EMAIL
            self.found.fault(entry, "missing_id", where)
        self._order_of_dates(entry)

    def _is_ragged(self, entry: Entry, cells: list[str]) -> bool:
        """Whether cells are missing or too many: then nothing in the row is sure, and only its key is looked at."""
        extra = any(cell.strip() for cell in cells[self.width:])
        if not (extra or len(cells) < self.width or isinstance(cells, BrokenRow)):
            return False
        self.found.fault(entry, "ragged_row", value=", ".join(cells), cells=len(cells), columns=self.width)
        for code in (Field.EMPLOYEE_ID, Field.NAME):
            place = self.places.get(code, [self.width])[0]
            entry.values[code] = cells[place].strip() if place < len(cells) else ""
        return True

    def _check(self, entry: Entry, code: str, cell: str, place: int) -> None:
        """Whether the cell can be trusted at all: no formula, no broken letters."""
        if not cell and entry.row not in self.formulas:
            return
        where = self.sheet.header[place]
        if place in self.formulas.get(entry.row, ()) or (code not in _WITHOUT_FORMULA and not values.is_empty(cell) and values.is_formula(cell)):
            self._fault_at(entry, "formula", where, cell)
        if decoding.is_broken(cell):
            self._fault_at(entry, "encoding", where, cell)
        elif not cell.isascii() and decoding.MANGLED.search(cell):
            self._fault_at(entry, "unsure_letters", where, cell)

    def _fault_at(self, entry: Entry, code: str, column: str, value: str) -> None:
        problem = Problem(code, entry.row, column, shown(value))
        self.found.problems.append(problem)
        entry.is_faulty = entry.is_faulty or problem.is_fault

    def _name(self, entry: Entry, cells: list[str]) -> str:
        parts = [cells[place] for code in (Field.NAME, Field.FIRST_NAME, Field.LAST_NAME) for place in self.places.get(code, ())]
        name = " ".join(" ".join(parts).split())
        if self.chosen.family_name_first and name.count(",") == 1:
            last, first = name.split(",")
            name = f"{first.strip()} {last.strip()}".strip()
        if not name:
            self.found.fault(entry, "missing_name", Field.NAME)
        self._measure(entry, Field.NAME, name, LONGEST[Field.NAME])
        return name

    def _single(self, entry: Entry, code: str, cell: str) -> None:
        """One field that stands in one cell."""
        if code in TEXTS:
            entry.values[code] = "" if cell in {"-", "–", "—"} else " ".join(cell.split())
            self._measure(entry, code, entry.values[code], LONGEST[Field(code)])
        elif code == Field.LEAD:
            entry.lead = "" if values.is_empty(cell) else cell
        elif values.is_empty(cell):
            entry.values[code] = None
        elif code in self.attributes:
            entry.values[code] = self._attribute(entry, self.attributes[code], cell)
        else:
            entry.values[code] = self._parsed(entry, code, cell)

    def _parsed(self, entry: Entry, code: str, cell: str) -> Any:
        if code in LONGEST:
            self._measure(entry, code, cell, LONGEST[Field(code)])
        match code:
            case Field.EMAIL:
                return self._or_fault(entry, code, cell, cell if values.is_email(cell) else None, "bad_email")
            case Field.LANGUAGE:
                return self._or_fault(entry, code, cell, values.read_language(cell), "unknown_language")
            case Field.TIME_ZONE:
                return self._or_fault(entry, code, cell, values.read_time_zone(cell), "unknown_time_zone")
            case Field.STARTED_ON | Field.ENDED_ON:
                return self._or_fault(entry, code, cell, values.read_date(cell, month_first=self.chosen.month_first), "bad_date")
        return cell

    def _attribute(self, entry: Entry, item: AttributeField, cell: str) -> Any:
        match item.kind:
            case "number":
                return self._or_fault(entry, item.code, cell, values.read_number(cell), "bad_number")
            case "date":
                day = values.read_date(cell, month_first=self.chosen.month_first)
                return self._or_fault(entry, item.code, cell, day.isoformat() if day else None, "bad_date")
            case "choice":
                found = next((choice for choice in item.choices if plain(choice) == plain(cell)), None)
                return self._or_fault(entry, item.code, cell, found, "bad_choice", choices=", ".join(item.choices))
        self._measure(entry, item.code, cell, LONGEST_ATTRIBUTE)
        return cell

    def _or_fault(self, entry: Entry, code: str, cell: str, value: Any, fault: str, **says: object) -> Any:
        if value is None:
            self.found.fault(entry, fault, code, cell, **says)
        return value

    def _measure(self, entry: Entry, code: str, text: str, most: int) -> None:
        if len(text) > most:
            self.found.fault(entry, "too_long", code, text, length=len(text), most=most)

    def _unit(self, entry: Entry, cells: list[str]) -> tuple[str, ...]:
        """The path of unit names, from the whole down; a step that repeats the one above it is left out."""
        key = tuple(cells[place] for place in self.places.get(Field.UNIT, ()))
        if key in self.paths:
            return self.paths[key]
        said = len(self.found.problems)
        path = self._path(entry, cells)
        if len(self.found.problems) == said:  # what is wrong with a path is said at every row
            self.paths[key] = path
        return path

    def _path(self, entry: Entry, cells: list[str]) -> tuple[str, ...]:
        path: list[str] = []
        said = len(self.found.problems)
        for place in self.places.get(Field.UNIT, ()):
            cell = " ".join(cells[place].split())
            if cell and values.is_empty(cell):
                self._fault_at(entry, "no_unit", self.sheet.header[place], cell)
                continue
            for step in cell.split(self.chosen.unit_separator) if self.chosen.unit_separator else [cell]:
                name = step.strip()
                if name and (not path or plain(path[-1]) != plain(name)):
                    self._measure(entry, Field.UNIT, name, LONGEST[Field.UNIT])
                    path.append(name)
        if not path and Field.UNIT in self.places and len(self.found.problems) == said:
            self.found.fault(entry, "no_unit", Field.UNIT)
        return tuple(path)

    def _dotted(self, cells: list[str]) -> tuple[str, ...]:
        parts = [part.strip() for place in self.places.get(Field.DOTTED_LEAD, ()) for part in cells[place].split(";")]
        return tuple(dict.fromkeys(part for part in parts if not values.is_empty(part)))

    def _order_of_dates(self, entry: Entry) -> None:
        started, ended = entry.values.get(Field.STARTED_ON), entry.values.get(Field.ENDED_ON)
        if isinstance(started, date) and isinstance(ended, date) and ended < started:
            self.found.fault(entry, "ends_before_start", Field.ENDED_ON, ended.isoformat(), started=started.isoformat())


def _twice(found: Entries, where: Field, code: str, key: Callable[[Entry], Hashable]) -> None:
    """Name every row whose key another row has too: which of them is right, nobody can know."""
    rows: dict[Hashable, list[Entry]] = defaultdict(list)
    for entry in found.all:
        if key(entry):
            rows[key(entry)].append(entry)
    for same in rows.values():
        if len(same) > 1:
            numbers = ", ".join(str(entry.row) for entry in same[:20]) + (" …" if len(same) > 20 else "")
            for entry in same:
                found.fault(entry, code, where, entry.values[where], rows=numbers)
