"""What can be wrong with a sheet of people: a code, whether the row can still be applied, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHOWN_AT_MOST = 200  # signs of a value that are kept


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what stands there, why, and how to mend it.

    `row` counts as the spreadsheet does, the header being row 1; None means the whole file. A fault keeps its row from
    being applied (or, without a row, the file); anything else is only said. `says` fills the gaps of the remedy.
    """

    code: str
    row: int | None = None
    column: str | None = None
    value: str = ""
    says: Mapping[str, Any] = field(default_factory=dict)
    is_only_said: bool = False  # a fault that was set aside: the rest is applied

    @property
    def is_fault(self) -> bool:
        """Whether it keeps the row from being applied."""
        return self.code in FAULTS and not self.is_only_said

    @property
    def title(self) -> str:
        """The kind of problem, in words."""
        return str(TITLES[self.code])

    @property
    def remedy(self) -> str:
        """What is wrong and how to mend it, for the person who imports."""
        return str(REMEDIES[self.code]) % {**self.says, "value": self.value, "column": self.column or ""}

    def as_json(self) -> dict[str, object]:
        """The shape the command line prints."""
        return {"row": self.row, "column": self.column, "value": self.value, "code": self.code, "remedy": self.remedy}


class Unreadable(Exception):
    """The file as a whole cannot be read; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def shown(value: object) -> str:
    """A value as a problem shows it: not endless, no signs that cannot be seen or stored."""
    text = str(value)
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
    return text if len(text) <= SHOWN_AT_MOST else text[: SHOWN_AT_MOST - 1] + "…"


_FAULTS: dict[str, tuple[str | Promise, str | Promise]] = {
    # the file as a whole
    "too_large": (_("File too large"), _("This is more than an import takes: at most %(most)s. Split the file and import the parts one after "
                                         "another, choosing “Only the people in it”.")),
    "not_a_sheet": (_("Not a sheet"), _("This file is neither CSV nor XLSX. In your spreadsheet program choose “Save as” and one of the two.")),
    "old_workbook": (_("Old or locked workbook"), _("This is an old .xls file, or a workbook locked with a password. Save it as .xlsx without a password.")),
    "damaged": (_("Damaged workbook"), _("The workbook cannot be opened: it is damaged or was cut off. Save it anew and try again.")),
    "no_rows": (_("No rows"), _("The file has no people in it. It needs a row of column names and, below it, one row per person.")),
    "no_key": (_("No key"), _("No column tells people apart. Say which column holds the employee number or the e-mail.")),
    "no_name": (_("No names"), _("No column holds the names. Say which one does, or which hold first and last names.")),
    "unknown_column": (_("Unknown column"), _("The file has no column called “%(value)s”. Its columns are: %(columns)s.")),
    "unknown_field": (_("Unknown field"), _("There is no field called “%(value)s”. Fields are: %(fields)s.")),
    "ended_half": (_("Ends half the company"), _("%(leaving)s of %(of)s people are not in the file and would leave: nobody does before it is confirmed. "
                                                 "If the file holds everybody, confirm; if it holds only some of the people, say so.")),
    # a row
    "missing_id": (_("Missing number"), _("This row has no employee number and no e-mail, so nobody can be recognised by it. Add one of them.")),
    "missing_name": (_("Missing name"), _("This row has no name. Add it.")),
    "duplicate_id": (_("Number used twice"), _("Rows %(rows)s have the same employee number. Keep one of them, or give each person their own number.")),
    "duplicate_email": (_("E-mail used twice"), _("Rows %(rows)s have the same e-mail. Give each person their own address, or leave it empty.")),
    "email_taken": (_("E-mail belongs to somebody else"), _("This address already belongs to %(holder)s. Mend the address here, or theirs first.")),
    "id_of_another": (_("Number belongs to somebody else"), _("This number belongs to %(holder)s, whose name and e-mail are both different. If it is the "
                                                              "same person, change one of the two first; else give this row a number of its own.")),
    "address_guarded": (_("Address of an administrator"), _("%(holder)s holds a role you do not give, and an address opens an account. "
                                                            "Ask somebody who gives that role to change the address.")),
    "lead_not_in_file": (_("Lead not found"), _("Nobody in the file, and nobody who stays, goes by “%(value)s”. Add the lead to the file, or mend the entry.")),
    "lead_leaves": (_("Lead leaves"), _("%(lead)s has left, or leaves with this import. Name a lead who stays.")),
    "lead_unclear": (_("Lead unclear"), _("%(count)s people go by “%(value)s”. Name the lead by employee number or e-mail.")),
    "self_lead": (_("Their own lead"), _("This row reports to itself. Name another lead, or leave the cell empty for the head of the organisation.")),
    "lead_cycle": (_("Circle of leads"), _("These people lead each other in a circle: %(loop)s. Give one of them another lead.")),
    "unit_not_known": (_("Unknown unit"), _("There is no unit “%(value)s”, and this import may not create units. Mend the spelling, or allow new units.")),
    "unit_unclear": (_("Unit unclear"), _("There are several units called “%(value)s”. Write the path to the one you mean, from the top, in one column or several.")),
    "bad_date": (_("Not a date"), _("“%(value)s” is not a date we can read. Write it as 2026-03-31.")),
    "ends_before_start": (_("Ends before start"), _("The person would leave before they started, on %(started)s. Mend one of the two dates.")),
    "bad_email": (_("Not an e-mail"), _("“%(value)s” is not an e-mail address. Mend it, or leave the cell empty.")),
    "bad_number": (_("Not a number"), _("“%(value)s” is not a number. Mend it, or leave the cell empty.")),
    "bad_choice": (_("Not one of the choices"), _("“%(value)s” is not one of: %(choices)s. Mend it, or add the choice to the attribute.")),
    "unknown_language": (_("Unknown language"), _("“%(value)s” is not a language we know. Write a code such as en, de or fr.")),
    "unknown_time_zone": (_("Unknown time zone"), _("“%(value)s” is not a time zone. Write a name such as Europe/Berlin.")),
    "too_long": (_("Too long"), _("The text has %(length)s signs, and this field holds %(most)s. Shorten it.")),
    "formula": (_("Formula"), _("The cell holds a formula or what could be taken for one. Nothing is ever calculated here: put the value itself into the cell.")),
    "encoding": (_("Broken letters"), _("Some letters of this row were damaged when the file was saved. Save it anew as “CSV UTF-8” and mend them.")),
    "ragged_row": (_("Wrong number of cells"), _("This row has %(cells)s cells, the header %(columns)s. Probably a separator or a quotation mark is missing or too many.")),
}

_NOTES: dict[str, tuple[str | Promise, str | Promise]] = {
    "missing_lead": (_("No lead"), _("This person reports to nobody, and neither does %(head)s. That is fine for a second head; else name a lead.")),
    "no_leads": (_("No leads at all"), _("Nobody in the file has a lead. The lines of today would all end; leave the column out to keep them.")),
    "lead_set_aside": (_("Lead set aside"), _("The lead's own row has a fault. Without it this person keeps the lead they have, or has none.")),
    "lead_ends": (_("Loses the lead"), _("%(person)s is not changed by the file, but their lead %(lead)s leaves. They will have no lead until one is named.")),
    "unit_spelling": (_("Two spellings of a unit"), _("“%(value)s” (%(count)s) is almost “%(other)s” (%(others)s). %(done)s")),
    "unknown_unit": (_("New unit"), _("There is no unit “%(value)s” yet: it will be created for %(count)s. If it is one you have, mend the spelling.")),
    "no_unit": (_("No unit"), _("“%(value)s” is no name of a unit. The person is placed in the unit above it, or stays where they are.")),
    "ambiguous_date": (_("Day or month first"), _("Dates such as “%(value)s” can be read two ways. They are read with the day first.")),
    "left_already": (_("Has left already"), _("This person is new to us and left on %(value)s. The row is passed over.")),
    "keeps_last": (_("Stays for now"), _("%(person)s is not in the file but stays: %(why)s")),
    "unsure_letters": (_("Letters look damaged"), _("“%(value)s” looks as if it was saved in one encoding and opened in another. If so, export the file anew as UTF-8.")),
}

FAULTS = frozenset(_FAULTS)
TITLES = {code: words[0] for code, words in {**_FAULTS, **_NOTES}.items()}
REMEDIES = {code: words[1] for code, words in {**_FAULTS, **_NOTES}.items()}
