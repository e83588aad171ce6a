"""Deriving raters: groups, even loads, edits by hand, and the forecast before launch."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from azimuth.reviews.planning import Asked, Edit, Organisation, Rules, derive, forecast

ALL = ("self", "manager", "peer", "report")


def sizes(most: int) -> dict[str, tuple[int, int]]:
    return {"peer": (min(3, most), most), "report": (0, most), "external": (0, 5)}


RULES = Rules(groups=ALL, sizes=sizes(8), minimum=3, seed="a seed")


def who(number: int) -> UUID:
    return UUID(int=number)


def team(lead: int, size: int) -> Organisation:
    return Organisation.of_lines([(who(lead + 1 + n), who(lead)) for n in range(size)])


def test_groups_follow_the_reporting_line() -> None:
    ada, bo, cleo, dee = who(1), who(2), who(3), who(4)
    organisation = Organisation.of_lines([(ada, bo), (cleo, bo), (dee, ada)])

    asked = derive([ada], organisation, RULES)

    assert set(asked) == {Asked(ada, ada, "self"), Asked(ada, bo, "manager"), Asked(ada, cleo, "peer"), Asked(ada, dee, "report")}


def test_a_group_that_is_switched_off_is_not_asked() -> None:
    asked = derive([who(1)], team(0, 4), Rules(("manager", "peer"), sizes(8), 3, "x"))

    assert {ask.group for ask in asked} == {"manager", "peer"}


def test_under_a_lead_with_300_reports_everybody_is_rated_eight_times_and_rates_about_eight() -> None:
    organisation = team(0, 300)
    subjects = [who(n) for n in range(1, 301)]

    peers = [ask for ask in derive(subjects, organisation, RULES) if ask.group == "peer"]

    assert set(Counter(ask.subject for ask in peers).values()) == {8}
    assert set(Counter(ask.rater for ask in peers).values()) <= {7, 8, 9}
    assert all(ask.rater != ask.subject for ask in peers)
    assert len(set(peers)) == len(peers)


@given(size=st.integers(1, 40), share=st.integers(1, 40), maximum=st.integers(3, 12))
def test_loads_differ_by_two_at_most_and_nobody_is_asked_twice_about_one_subject(size: int, share: int, maximum: int) -> None:
    subjects = [who(n) for n in range(1, min(size, share) + 1)]
    rules = Rules(("peer",), sizes(maximum), 3, "seed")

    asked = derive(subjects, team(0, size), rules)

    loads = Counter({who(n): 0 for n in range(1, size + 1)})
    loads.update(ask.rater for ask in asked)
    assert len({(ask.subject, ask.rater) for ask in asked}) == len(asked)
    assert set(Counter(ask.subject for ask in asked).values()) <= {min(maximum, size - 1)}
    assert max(loads.values()) - min(loads.values()) <= 2 or size <= maximum


def test_the_same_draft_derives_the_same_raters_and_another_seed_others() -> None:
    organisation, subjects = team(0, 50), [who(n) for n in range(1, 51)]

    once, again = derive(subjects, organisation, RULES), derive(subjects, organisation, RULES)
    other = derive(subjects, organisation, Rules(ALL, sizes(8), 3, "another"))

    assert once == again
    assert set(once) != set(other)


def test_edits_by_hand_win_over_what_is_derived() -> None:
    ada, bo, cleo, dan = who(1), who(2), who(3), who(9)
    organisation = Organisation.of_lines([(ada, bo), (cleo, bo)])

    asked = derive([ada], organisation, RULES, [Edit(ada, dan, "peer", is_added=True), Edit(ada, cleo, "", is_added=False)])

    assert {(ask.rater, ask.group) for ask in asked} == {(ada, "self"), (bo, "manager"), (dan, "peer")}


def test_forecast_counts_forms_minutes_heavy_raters_and_small_groups() -> None:
    organisation, subjects = team(0, 12), [who(n) for n in range(13)]
    minutes = {"self": 9, "manager": 8, "peer": 7, "report": 6}

    seen = forecast(derive(subjects, organisation, RULES), subjects, RULES, minutes)

    assert seen.forms_of[who(0)] == 1 + 12
    assert seen.minutes_of[who(0)] == 9 + 12 * 8
    assert [rater for rater, _forms in seen.heavy] == [who(0), *[r for r, _f in seen.heavy[1:]]]
    assert list(seen.without_lead) == [who(0)]
    assert not seen.shortfalls


def test_a_group_below_the_minimum_is_named_with_what_becomes_of_it() -> None:
    lead, ada = who(0), who(1)
    organisation = Organisation.of_lines([(ada, lead), (who(2), lead), (who(3), lead), (who(4), ada), (who(5), ada)])

    seen = forecast(derive([ada], organisation, RULES), [ada], RULES, {})

    assert [(s.group, s.invited, s.is_merged) for s in seen.shortfalls] == [("report", 2, True), ("peer", 2, True)]


def test_a_subject_without_any_colleague_is_named() -> None:
    seen = forecast(derive([who(1)], team(0, 1), RULES), [who(1)], RULES, {})

    assert [(s.group, s.invited, s.is_merged) for s in seen.shortfalls] == [("peer", 0, False)]


def test_a_nominated_group_is_left_to_the_hand_and_filled_up_to_its_least() -> None:
    rules = Rules(ALL, sizes(8), 3, "seed", frozenset({"peer"}))
    chosen, taken_off = who(2), who(3)
    edits = [Edit(who(1), who(900), "peer", is_added=True), Edit(who(1), chosen, "peer", is_added=True), Edit(who(1), taken_off, "", is_added=False)]

    asked = [ask.rater for ask in derive([who(1)], team(0, 9), rules, edits) if ask.group == "peer"]

    assert asked[:2] == [who(900), chosen]
    assert len(asked) == 3
    assert taken_off not in asked
    assert asked[2] in {who(n) for n in range(4, 10)}


def test_nobody_is_derived_for_a_group_from_outside() -> None:
    asked = derive([who(1)], team(0, 4), Rules(("peer", "external"), sizes(8), 3, "seed"), [Edit(who(1), who(77), "external", is_added=True)])

    assert [ask for ask in asked if ask.group == "external"] == [Asked(who(1), who(77), "external")]
