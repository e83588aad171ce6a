"""What a file changes: new, changed, moved, leaving, back, unchanged; whom it speaks for; who gains power."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from azimuth.people.importing.comparing import Kind
from azimuth.people.importing.fields import AttributeField
from azimuth.people.importing.mapping import Reach
from azimuth.people.importing.planning import Plan
from azimuth.people.importing.power import below
from tests.people_import.paper import FIVE, TODAY, codes, five, key, known, organisation, plan, sheet, unit


def counts(made: Plan) -> dict[str, int]:
    return {kind: count for kind, count in made.counts.items() if count}


def changes(made: Plan) -> dict[str, list[tuple[str, str, str]]]:
    return {outcome.name: [(change.field, change.before, change.after) for change in outcome.changes] for outcome in made.outcomes if outcome.changes}


def test_the_same_file_again_changes_nothing() -> None:
    made = plan(sheet(), five())
    assert (counts(made), made.does_nothing, made.gains) == ({"unchanged": 5}, True, [])


def test_everybody_is_new_in_an_empty_organisation() -> None:
    made = plan(sheet())
    assert counts(made) == {"new": 5, "units": 3}
    assert made.reach == Reach.PART


def test_changes_field_by_field() -> None:
    made = plan(sheet(FIVE.replace("Cleo Brandt,cleo@example.org,Maker", "Cleo Brandt,cleo@example.com,Master maker")), five())
    assert counts(made) == {"changed": 1, "unchanged": 4}
    assert changes(made) == {"Cleo Brandt": [("email", "cleo@example.org", "cleo@example.com"), ("job_title", "Maker", "Master maker")]}


def test_an_address_in_other_letters_is_no_change() -> None:
    assert plan(sheet(FIVE.replace("cleo@", "CLEO@")), five()).does_nothing


def test_moves_of_unit_and_lead() -> None:
    made = plan(sheet(FIVE.replace("Maker,Harbour,2", "Maker,Works,1")), five())
    assert counts(made) == {"moved": 1, "unchanged": 4}
    assert changes(made)["Eve Castell"] == [("unit", "Harbour", "Works"), ("lead", "Bo Lind (2)", "Ada Novak (1)")]


def test_one_person_can_be_changed_and_moved() -> None:
    made = plan(sheet(FIVE.replace("Maker,Harbour", "Captain,Works")), five())
    assert counts(made) == {"changed": 1, "moved": 1, "unchanged": 4}


def test_an_empty_cell_empties_texts_and_keeps_keys() -> None:
    made = plan("employee_id,name,email,job_title,unit,language,started_on\n3,Cleo Brandt,,,,,\n", five(), reach=Reach.PART)
    assert changes(made) == {"Cleo Brandt": [("job_title", "Maker", "")]}


def test_fields_without_a_column_are_left_alone() -> None:
    assert plan("id,name\n" + "".join(f"{number},{name}\n" for number, name in enumerate(["Ada Novak", "Bo Lind", "Cleo Brandt", "Dan Moreau", "Eve Castell"], 1)), five()).does_nothing


def test_people_are_recognised_by_address_and_given_their_number() -> None:
    state = organisation(known("", "Ada Novak"))
    made = plan("id,name,email\n17,Ada Novak,ADA@example.org\n", state)
    assert changes(made) == {"Ada Novak": [("employee_id", "", "17")]}


def test_people_who_are_missing_leave_where_the_file_speaks_for_all() -> None:
    made = plan(sheet("".join(FIVE.splitlines(keepends=True)[:4])), five())
    assert made.reach == Reach.ALL
    assert counts(made) == {"leaving": 1, "unchanged": 4}
    assert (made.leaving, made.spoken_for) == (1, 5)
    assert made.outcomes[-1].name == "Eve Castell"
    assert made.outcomes[-1].ends_on == TODAY


def test_nobody_leaves_where_the_file_speaks_for_some() -> None:
    assert counts(plan(sheet("".join(FIVE.splitlines(keepends=True)[:4])), five(), reach=Reach.PART)) == {"unchanged": 4}


def test_a_file_of_strangers_ends_nobody_by_itself() -> None:
    made = plan(sheet("71,Zora Quist,zora@example.org,Head,Works,\n"), five())
    assert (made.reach, made.leaving) == (Reach.PART, 0)


def test_a_file_with_organisations_speaks_for_those_it_names() -> None:
    state = organisation(
        known(1, "Ada", unit="Works"), known(2, "Bo", unit="Works"), known(3, "Cleo", unit="Works"), known(8, "Hana", unit="Other"),
        units=(unit("Meridian"), unit("Works", "Meridian"), unit("Other")),
    )
    made = plan("id,name,organisation,unit\n1,Ada,Meridian,Works\n2,Bo,Meridian,Works\n", state)
    assert made.reach == Reach.ROOTS
    assert [outcome.name for outcome in made.outcomes if Kind.LEAVING in outcome.kinds] == ["Cleo"]


def test_an_organisation_renamed_is_still_the_one_spoken_for() -> None:
    state = organisation(
        *(known(number, f"P{number}", unit="Works") for number in range(1, 6)), units=(unit("Meridian"), unit("Works", "Meridian")),
    )
    rows = "".join(f"{number},P{number},Meridian Group,Works\n" for number in range(1, 5))
    made = plan(f"id,name,organisation,unit\n{rows}", state)
    assert [outcome.name for outcome in made.outcomes if Kind.LEAVING in outcome.kinds] == ["P5"]


def test_people_without_a_number_are_not_ended_by_a_file_of_numbers() -> None:
    state = organisation(known("", "Finn Aalto"), known(1, "Ada Novak"), known(2, "Bo Lind"), known(3, "Cleo"))
    assert counts(plan("id,name\n1,Ada Novak\n2,Bo Lind\n3,Cleo\n", state, reach=Reach.ALL)) == {"unchanged": 3}


def test_people_whose_row_has_a_fault_do_not_leave() -> None:
    made = plan(sheet(FIVE.replace("cleo@example.org", "x").replace("4,Dan Moreau,dan@example.org", ",Dan Moreau,")), five())
    assert made.set_aside == 2
    assert made.leaving == 0


def test_whoever_imports_stays() -> None:
    made = plan(sheet("".join(FIVE.splitlines(keepends=True)[:4])), five(), by=key(5))
    assert made.leaving == 0
    assert [(problem.code, problem.says["why"]) for problem in made.problems] == [("keeps_last", "it is you who imports it.")]


def test_the_last_administrator_stays() -> None:
    state = organisation(*(known(number, f"P{number} X") for number in range(1, 6)), known(7, "Finn Aalto", roles="system_admin"), known(8, "Iris", roles="hr_admin"))
    rows = "".join(f"{number},P{number} X\n" for number in range(1, 6))
    made = plan(f"id,name\n{rows}", state, reach=Reach.ALL)
    assert (made.leaving, [problem.code for problem in made.problems]) == (0, ["keeps_last", "keeps_last"])
    assert plan(f"id,name\n{rows}8,Iris\n", state, reach=Reach.ALL).leaving == 0


def test_an_end_that_has_come_is_leaving_and_one_to_come_a_change() -> None:
    content = "id,name,ended_on\n3,Cleo Brandt,{}\n"
    made = plan(content.format("2026-02-28"), five(), reach=Reach.PART)
    assert counts(made) == {"leaving": 1}
    assert made.outcomes[0].ends_on == date(2026, 2, 28)
    assert counts(plan(content.format("2026-12-31"), five(), reach=Reach.PART)) == {"changed": 1}


def test_somebody_back_after_leaving() -> None:
    state = organisation(known(1, "Ada Novak"), known(9, "Gus Petrov", ended_on=date(2024, 6, 1)))
    made = plan("id,name\n1,Ada Novak\n9,Gus Petrov\n", state)
    assert counts(made) == {"back": 1, "unchanged": 1}
    assert changes(made) == {"Gus Petrov": [("ended_on", "2024-06-01", "")]}


def test_people_new_to_us_who_left_are_passed_over() -> None:
    made = plan("id,name,ended_on\n1,Ada,\n2,Bo,2020-01-01\n")
    assert (counts(made), codes(made)) == ({"new": 1}, [(3, "left_already")])


def test_a_leaver_known_as_such_is_no_change() -> None:
    state = organisation(known(9, "Gus Petrov", ended_on=date(2024, 6, 1)))
    assert plan("id,name,ended_on\n9,Gus Petrov,2024-06-01\n", state).does_nothing


def test_somebody_who_would_leave_before_starting_leaves_on_the_first_day() -> None:
    tomorrow = TODAY + timedelta(days=30)
    state = organisation(*(known(number, f"P{number} X") for number in range(1, 4)), known(7, "Late Starter", started_on=tomorrow))
    made = plan("id,name\n1,P1 X\n2,P2 X\n3,P3 X\n", state, reach=Reach.ALL)
    assert made.outcomes[-1].ends_on == tomorrow


def test_people_who_keep_a_lead_who_leaves_are_named() -> None:
    made = plan("id,name\n1,Ada Novak\n3,Cleo Brandt\n4,Dan Moreau\n5,Eve Castell\n", five(), reach=Reach.ALL)
    assert [code for _row, code in codes(made)] == ["lead_ends"] * 3
    assert set(made.leaderless) == {key(3), key(4), key(5)}


def test_dotted_lines_come_and_go() -> None:
    state = five()
    state.people[key(5)].dotted = frozenset({key(1)})
    made = plan("id,name,dotted line\n3,Cleo Brandt,4; Eve Castell\n5,Eve Castell,\n", state, reach=Reach.PART)
    assert counts(made) == {"moved": 2}
    assert changes(made)["Cleo Brandt"] == [("dotted_lead", "", "Dan Moreau (4), Eve Castell (5)")]
    assert changes(made)["Eve Castell"] == [("dotted_lead", "Ada Novak (1)", "")]


def test_who_gains_power() -> None:
    """A46: whoever comes to lead people is named before anything is applied, oneself by that word."""
    more = "".join(f"{number},New {number},n{number}@example.org,Maker,Works,3\n" for number in range(10, 16))
    made = plan(sheet(FIVE + more), five(), by=key(3))
    assert [(gain.kind, gain.name, gain.before, gain.after, gain.direct, gain.is_you) for gain in made.gains] == [
        ("more", "Ada Novak (1)", "4", "10", 1, False), ("more", "Bo Lind (2)", "3", "9", 3, False), ("lead", "Cleo Brandt (3)", "0", "6", 6, True),
    ]


def test_people_below_are_counted_through_all_steps() -> None:
    assert below({key(2): key(1), key(3): key(2), key(4): key(2)}) == {key(1): 3, key(2): 2}


@pytest.mark.parametrize("change", ["Master", "Works,1"])
def test_the_digest_tells_plans_apart(change: str) -> None:
    other = FIVE.replace("Maker,Harbour,2", f"Maker {change},Harbour,2" if change == "Master" else "Maker,Harbour,1")
    assert plan(sheet(), five()).digest == plan(sheet(), five()).digest
    assert plan(sheet(other), five()).digest != plan(sheet(), five()).digest


def test_custom_attributes_change_one_by_one() -> None:
    attributes = (AttributeField("shift", "Shift", "choice", ("Day", "Night")), AttributeField("fte", "FTE", "number"))
    state = organisation(known(3, "Cleo Brandt", attributes={"shift": "Day", "fte": 1, "parking": "B7"}))
    made = plan("id,name,shift,fte\n3,Cleo Brandt,night,\n", state, attributes=attributes, reach=Reach.PART)
    assert changes(made) == {"Cleo Brandt": [("attribute.shift", "Day", "Night"), ("attribute.fte", "1", "")]}
    assert made.outcomes[0].attributes == {"shift": "Night", "parking": "B7"}
    assert plan("id,name,shift,fte\n3,Cleo Brandt,Day,1.0\n", state, attributes=attributes, reach=Reach.PART).does_nothing


def test_an_end_that_was_to_come_can_be_taken_back_or_mended() -> None:
    state = organisation(known(3, "Cleo Brandt", ended_on=date(2026, 12, 31)), known(9, "Gus Petrov", ended_on=date(2024, 6, 1)))
    assert plan("id,name\n3,Cleo Brandt\n", state, reach=Reach.PART).does_nothing
    assert changes(plan("id,name,ended_on\n3,Cleo Brandt,\n", state, reach=Reach.PART)) == {"Cleo Brandt": [("ended_on", "2026-12-31", "")]}
    assert changes(plan("id,name,ended_on\n9,Gus Petrov,2024-07-01\n", state, reach=Reach.PART)) == {"Gus Petrov": [("ended_on", "2024-06-01", "2024-07-01")]}


def test_an_end_before_the_start_we_know_is_a_fault() -> None:
    state = organisation(known(3, "Cleo Brandt", started_on=date(2025, 1, 1)))
    assert codes(plan("id,name,ended_on\n3,Cleo Brandt,2024-01-01\n", state, reach=Reach.PART)) == [(2, "ends_before_start")]


def test_a_leaver_of_the_file_is_not_moved_and_leads_nobody() -> None:
    made = plan("id,name,reports_to,ended_on\n3,Cleo Brandt,99,2026-01-31\n4,Dan Moreau,3,\n", five(), reach=Reach.PART)
    assert codes(made) == [(3, "lead_leaves")]
    assert [outcome.kinds for outcome in made.outcomes] == [["leaving"], ["set_aside"]]


def test_half_that_ends_by_dates_in_the_file_is_withheld_too() -> None:
    content = "id,name,ended_on\n1,Ada Novak,\n2,Bo Lind,\n3,Cleo Brandt,2026-01-31\n4,Dan Moreau,2026-01-31\n5,Eve Castell,2026-01-31\n"
    assert plan(content, five()).counts["leaving"] == 3
    made = plan(content, five(), withholds_ending=True)
    assert (codes(made), made.blocking, made.does_nothing, made.leaving) == ([(None, "ended_half")], [], True, 3)


def test_names_with_the_family_name_first_are_turned_round() -> None:
    made = plan('id;name\n1;"Novak, Ada"\n2;"Lind, Bo"\n3;Cleo\n4;"Moreau, Dan"\n5;"Castell, Eve"\n')
    assert [outcome.name for outcome in made.outcomes] == ["Ada Novak", "Bo Lind", "Cleo", "Dan Moreau", "Eve Castell"]


def test_the_digest_of_new_people_does_not_depend_on_their_keys() -> None:
    assert plan(sheet()).digest == plan(sheet()).digest
