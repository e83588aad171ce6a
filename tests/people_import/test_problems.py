"""Every fault a file can have: named with row, column, value and remedy; the row is set aside and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from azimuth.people.importing import problems
from azimuth.people.importing.fields import AttributeField
from azimuth.people.importing.mapping import Reach
from tests.people_import import paper
from tests.people_import.paper import FIVE, HEADER, codes, five, known, organisation, plan, sheet, unit

DATED = "employee_id,name,email,started_on,ended_on,language,time_zone"


def problem(made: object, code: str) -> problems.Problem:
    return next(found for found in made.problems if found.code == code)  # type: ignore[attr-defined]


def test_a_clean_file_has_none() -> None:
    made = plan(sheet())
    assert made.problems == []
    assert made.counts["new"] == 5


def test_duplicate_ids_name_every_row() -> None:
    made = plan(sheet(FIVE + "3,Finn Aalto,finn@example.org,Maker,Works,2\n"))
    assert codes(made) == [(4, "duplicate_id"), (7, "duplicate_id")]
    assert problem(made, "duplicate_id").as_json() == {
        "row": 4, "column": "employee_id", "value": "3", "code": "duplicate_id",
        "remedy": "Rows 4, 7 have the same employee number. Keep one of them, or give each person their own number.",
    }
    assert (made.set_aside, made.counts["new"]) == (2, 4)


def test_duplicate_emails_whatever_their_case() -> None:
    assert codes(plan(sheet(FIVE + "6,Finn Aalto,CLEO@example.org,Maker,Works,2\n"))) == [(4, "duplicate_email"), (7, "duplicate_email")]


def test_missing_keys_and_names() -> None:
    made = plan("id,name,email\n,Ada,\n2,,\n,Bo,bo@example.org\n")
    assert codes(made) == [(2, "missing_id"), (3, "missing_name")]
    assert made.counts["new"] == 1


def test_people_without_a_lead_beside_the_head() -> None:
    made = plan(sheet(FIVE + "6,Finn Aalto,finn@example.org,Maker,Works,\n"))
    assert codes(made) == [(7, "missing_lead")]
    assert "Ada Novak (1)" in made.problems[0].remedy
    assert made.set_aside == 0


def test_a_file_without_any_lead_is_named_once() -> None:
    assert codes(plan("id,name,reports_to\n1,Ada,\n2,Bo,\n")) == [(None, "no_leads")]
    assert codes(plan("id,name\n1,Ada\n2,Bo\n")) == []


def test_a_lead_who_is_not_there() -> None:
    made = plan(sheet(FIVE + "6,Finn Aalto,finn@example.org,Maker,Works,99\n"))
    assert codes(made) == [(7, "lead_not_in_file")]
    assert made.problems[0].value == "99"


def test_a_lead_who_is_known_but_not_in_the_file_will_do() -> None:
    row = sheet("6,Finn Aalto,finn@example.org,Maker,Works,2\n")
    assert codes(plan(row, five(), reach=Reach.PART)) == []


def test_a_lead_who_leaves_with_the_same_file() -> None:
    without_bo = FIVE.replace("2,Bo Lind,bo@example.org,Lead,Works,1\n", "")
    made = plan(sheet(without_bo), five(), reach=Reach.ALL)
    assert [code for _row, code in codes(made)] == ["lead_ends"] * 3 + ["lead_leaves"] * 3
    assert "Bo Lind (2)" in problem(made, "lead_leaves").remedy


def test_a_lead_who_left_long_ago() -> None:
    state = organisation(known(9, "Gus Petrov", ended_on=date(2020, 1, 1)))
    assert codes(plan(sheet("1,Ada Novak,ada@example.org,Head,Board,9\n"), state)) == [(2, "lead_leaves")]


def test_leads_by_email_and_by_name() -> None:
    made = plan("id,name,email,reports_to\n1,Ada Novak,ada@example.org,\n2,Bo Lind,bo@example.org,ADA@example.org\n3,Cleo,c@example.org,ada novak\n4,Dan,d@example.org,\"Novak, Ada\"\n")
    assert codes(made) == []
    ada = made.outcomes[0].person
    assert [outcome.entry.lead_id for outcome in made.outcomes[1:]] == [ada, ada, ada]


def test_a_lead_whose_name_two_people_have() -> None:
    made = plan("id,name,reports_to\n1,Ada Novak,\n2,Ada Novak,1\n3,Bo,Ada Novak\n")
    assert codes(made) == [(4, "lead_unclear")]
    assert made.problems[0].remedy.startswith("2 people go by “Ada Novak”")


def test_their_own_lead() -> None:
    """A46: nobody leads themselves."""
    assert codes(plan(sheet(FIVE.replace("Works,1", "Works,2"))))[0] == (3, "self_lead")


def test_a_circle_is_named_whole_at_every_row() -> None:
    """A46: no loops."""
    made = plan("id,name,reports_to\n1,Ada,\n2,Bo,4\n3,Cleo,2\n4,Dan,3\n5,Eve,2\n")
    assert [(row, code) for row, code in codes(made) if code == "lead_cycle"] == [(3, "lead_cycle"), (4, "lead_cycle"), (5, "lead_cycle")]
    loop = problem(made, "lead_cycle").remedy
    assert "Bo (2) → Dan (4) → Cleo (3) → Bo (2)" in loop
    assert (6, "lead_set_aside") in codes(made)
    assert made.set_aside == 3


def test_a_circle_through_people_the_file_does_not_name() -> None:
    made = plan(sheet("1,Ada Novak,ada@example.org,Head,Board,3\n"), five(), reach=Reach.PART)
    assert codes(made) == [(2, "lead_cycle")]
    assert "Ada Novak (1) → Cleo Brandt (3) → Bo Lind (2) → Ada Novak (1)" in made.problems[0].remedy


def test_setting_a_row_aside_does_not_close_another_circle() -> None:
    """Ada's new lead is faulty, so she keeps Bo; Bo is to report to Ada: that must not stand."""
    state = organisation(known(1, "Ada", lead=2), known(2, "Bo"))
    made = plan("id,name,email,reports_to\n1,Ada,,9\n2,Bo,,1\n9,,bad,\n", state, reach=Reach.PART)
    assert (3, "lead_cycle") in codes(made)
    assert not any(outcome.has_new_lead for outcome in made.outcomes)


def test_people_whose_lead_is_set_aside_are_named_and_keep_theirs() -> None:
    made = plan(sheet("6,Finn,not an address,Maker,Works,2\n3,Cleo Brandt,cleo@example.org,Maker,Works,6\n"), five(), reach=Reach.PART)
    assert codes(made) == [(2, "bad_email"), (3, "lead_set_aside")]
    assert made.counts["unchanged"] == 1


def test_placeholders_are_no_units() -> None:
    made = plan("id,name,organisation,unit\n1,Ada,Meridian,N/A\n")
    assert codes(made) == [(2, "no_unit")]
    assert made.created_units == [("Meridian",)]
    assert codes(plan("id,name,unit\n1,Ada,Works\n2,Bo,\n")) == [(3, "no_unit")]


def test_new_units_are_pointed_at_where_there_are_units_already() -> None:
    made = plan(sheet("6,Finn Aalto,finn@example.org,Maker,Foundry,2\n7,Gil,gil@example.org,Maker,Foundry,2\n"), five(), reach=Reach.PART)
    assert codes(made) == [(2, "unknown_unit")]
    assert "created for 2 people" in made.problems[0].remedy
    assert made.created_units == [("Foundry",)]


def test_new_units_are_faults_where_none_may_be_created() -> None:
    made = plan(sheet("6,Finn Aalto,finn@example.org,Maker,Foundry,2\n"), five(), reach=Reach.PART, creates_units=False)
    assert codes(made) == [(2, "unit_not_known")]
    assert made.created_units == []


def test_two_spellings_that_differ_in_signs_are_one_unit() -> None:
    made = plan("id,name,unit\n1,A,R&D\n2,B,R&D\n3,C,r and d\n")
    assert codes(made) == [(4, "unit_spelling")]
    assert "taken as one unit, spelled “R&D”" in made.problems[0].remedy
    assert made.created_units == [("R&D",)]


def test_two_spellings_that_differ_by_a_slip_are_kept_apart_until_joined() -> None:
    content = "id,name,unit\n1,A,Marketing\n2,B,Marketing\n3,C,Marketting\n"
    made = plan(content)
    assert codes(made) == [(4, "unit_spelling")]
    assert made.alike == [(("Marketting",), ("Marketing",))]
    joined = plan(content, merges={"Marketting": "Marketing"})
    assert (codes(joined), joined.created_units) == ([], [("Marketing",)])


def test_the_spelling_the_organisation_has_wins() -> None:
    made = plan(sheet("1,Ada Novak,ada@example.org,Head,BOARD,\n"), five(), reach=Reach.PART)
    assert codes(made) == [(2, "unit_spelling")]
    assert made.counts["unchanged"] == 1


def test_a_unit_deep_in_the_tree_is_found_by_its_name() -> None:
    state = organisation(units=(unit("Meridian"), unit("Works", "Meridian"), unit("Harbour", "Meridian")))
    assert plan(sheet("1,Ada,ada@example.org,Head,Works,\n"), state).created_units == []


def test_a_unit_name_that_stands_twice_in_the_tree_is_unclear() -> None:
    other = paper.KnownUnit(paper.key("other"), "Works", paper.key("Harbour"), "x/y/")
    state = organisation(units=(unit("Meridian"), unit("Works", "Meridian"), unit("Harbour"), other))
    assert codes(plan(sheet("1,Ada,ada@example.org,Head,Works,\n"), state))[0] == (2, "unit_unclear")


@pytest.mark.parametrize(("row", "code", "column"), [
    ("1,Ada,ada@example.org,soon,,,", "bad_date", "started_on"),
    ("1,Ada,ada@example.org,2026-02-30,,,", "bad_date", "started_on"),
    ("1,Ada,ada@example.org,2027-05-01,2027-04-01,,", "ends_before_start", "ended_on"),
    ("1,Ada,ada at example,,,,", "bad_email", "email"),
    ("1,Ada,ada@example.org,,,Klingon,", "unknown_language", "language"),
    ("1,Ada,ada@example.org,,,,Mars/Base", "unknown_time_zone", "time_zone"),
    ("=1+1,Ada,ada@example.org,,,,", "formula", "employee_id"),
    ("1,@Ada,ada@example.org,,,,", "formula", "name"),
    (f"1,{'A' * 201},ada@example.org,,,,", "too_long", "name"),
])
def test_what_a_single_cell_can_have(row: str, code: str, column: str) -> None:
    made = plan(f"{DATED}\n{row}\n")
    assert [(found.code, found.column) for found in made.problems] == [(code, column)]
    assert (made.set_aside, made.counts["new"]) == (1, 0)


def test_dates_that_can_be_read_two_ways() -> None:
    made = plan("id,name,started_on\n1,Ada,03/04/2025\n2,Bo,05/06/2025\n")
    assert codes(made) == [(None, "ambiguous_date")]
    assert made.outcomes[0].values["started_on"] == date(2025, 4, 3)
    assert made.blocking == []


def test_custom_attributes_are_read_by_their_kind() -> None:
    attributes = (AttributeField("fte", "FTE", "number"), AttributeField("since", "Since", "date"), AttributeField("shift", "Shift", "choice", ("Day", "Night")))
    made = plan("id,name,fte,since,shift\n1,Ada,\"0,8\",31.3.2026,night\n2,Bo,much,soon,noon\n", attributes=attributes)
    assert made.outcomes[0].attributes == {"fte": 0.8, "since": "2026-03-31", "shift": "Night"}
    assert codes(made) == [(3, "bad_number"), (3, "bad_date"), (3, "bad_choice")]


def test_an_address_that_belongs_to_somebody_else() -> None:
    made = plan(sheet("6,Finn Aalto,ada@example.org,Maker,Works,2\n"), five(), reach=Reach.PART)
    assert codes(made) == [(2, "email_taken")]
    assert "Ada Novak (1)" in made.problems[0].remedy


def test_addresses_can_be_exchanged_in_one_file() -> None:
    made = plan("id,name,email\n3,Cleo Brandt,dan@example.org\n4,Dan Moreau,cleo@example.org\n", five(), reach=Reach.PART)
    assert (codes(made), made.counts["changed"]) == ([], 2)


def test_a_number_that_belongs_to_somebody_else() -> None:
    made = plan("id,name,email\n3,Zora Quist,zora@example.org\n", five(), reach=Reach.PART)
    assert codes(made) == [(2, "id_of_another")]


def test_somebody_who_married_keeps_the_number() -> None:
    made = plan("id,name,email\n3,Cleo Petrov,cleo.petrov@example.org\n", five(), reach=Reach.PART)
    assert (codes(made), made.counts["changed"]) == ([], 1)


def test_the_address_of_an_administrator_is_guarded() -> None:
    state = organisation(known(1, "Finn Aalto", roles="system_admin"))
    content = "id,name,email\n1,Finn Aalto,evil@example.org\n"
    assert codes(plan(content, state, guard=lambda roles: "system_admin" not in roles)) == [(2, "address_guarded")]
    assert [(gain.kind, gain.after) for gain in plan(content, state).gains] == [("address", "evil@example.org")]


def test_one_person_by_number_and_by_address() -> None:
    assert codes(plan("id,name,email\n3,Cleo Brandt,\n,Cleo Brandt,cleo@example.org\n", five(), reach=Reach.PART)) == [(2, "duplicate_id"), (3, "duplicate_id")]


def test_half_the_company_is_asked_about() -> None:
    made = plan(sheet("".join(FIVE.splitlines(keepends=True)[:2])), five())
    assert (None, "ended_half") in codes(made)
    assert made.blocking[0].remedy.startswith("3 of 5 people are not in the file and would leave: nobody does before")
    assert plan(sheet("".join(FIVE.splitlines(keepends=True)[:2])), five(), may_end_half=True).blocking == []


def test_no_key_and_no_name() -> None:
    made = plan("x,grade\n,A\n,B\n")
    assert codes(made) == [(None, "no_key"), (None, "no_name")]
    assert made.blocking


def test_every_problem_has_words_with_all_their_gaps() -> None:
    for code, remedy in problems.REMEDIES.items():
        assert str(remedy)[-1] in ".)s", code
        assert str(problems.TITLES[code])


def test_values_are_shown_short_and_without_invisible_signs() -> None:
    assert problems.shown("a\x00b" + "x" * 300) == "a\ufffdb" + "x" * 196 + "…"


def test_a_header_alone_maps_what_is_used(  # the unused are said, not silently dropped
) -> None:
    assert plan(sheet(FIVE.replace("\n", ",7\n"), HEADER + ",shoe size")).ignored == ["shoe size"]
