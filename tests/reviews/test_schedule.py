"""When reminders go out: by the rater's own clock, never at quiet hours, never after the deadline; the clock is an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azimuth.notifications.quiet import Quiet
from azimuth.reviews.schedule import LATE, TO_ANSWER, due, last_day, moments
from tests.notifications.test_quiet import USUAL, ZONES

ALWAYS = Quiet(None, frozenset())
BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY_NIGHT = datetime(2026, 3, 21, 0, 0, tzinfo=BERLIN)  # open until the end of Friday the 20th
LONG_AGO = date(2020, 1, 1)

zones = st.sampled_from(ZONES).map(ZoneInfo)
deadlines = st.tuples(st.dates(date(2021, 1, 1), date(2034, 1, 1)), zones).map(lambda pair: datetime.combine(pair[0], time(0), pair[1]))
offsets = st.lists(st.integers(0, 40), max_size=6)


def days(closes_at: datetime, back: list[int], zone: ZoneInfo, quiet: Quiet = USUAL) -> list[str]:
    return [moment.at.astimezone(zone).strftime("%a %d %H:%M") for moment in moments(closes_at, back, zone, quiet)]


def test_they_come_in_the_morning_of_the_days_before() -> None:
    assert days(FRIDAY_NIGHT, [7, 2, 0], BERLIN) == ["Fri 13 08:00", "Wed 18 08:00", "Fri 20 08:00"]


def test_what_would_fall_on_a_weekend_comes_on_monday() -> None:
    assert days(FRIDAY_NIGHT, [6, 5], BERLIN) == ["Mon 16 08:00"]


def test_the_last_day_on_a_weekend_is_announced_on_friday() -> None:
    sunday_night = datetime(2026, 3, 23, 0, 0, tzinfo=BERLIN)
    assert days(sunday_night, [0], BERLIN) == ["Fri 20 08:00"]


def test_elsewhere_the_last_day_is_another() -> None:
    assert last_day(FRIDAY_NIGHT, ZoneInfo("America/Los_Angeles")) == date(2026, 3, 20)
    assert days(FRIDAY_NIGHT, [0], ZoneInfo("America/Los_Angeles")) == ["Fri 20 08:00"]  # it closes there at 16:00
    tokyo = ZoneInfo("Asia/Tokyo")
    assert last_day(FRIDAY_NIGHT, tokyo) == date(2026, 3, 21)  # at 8:00: too late for a morning's reminder
    assert days(FRIDAY_NIGHT, [0], tokyo, ALWAYS) == ["Fri 20 08:00"]


@settings(max_examples=200, deadline=None)
@given(closes_at=deadlines, back=offsets, zone=zones, quiet=st.sampled_from([USUAL, ALWAYS]))
def test_every_reminder_leaves_time_to_answer_and_keeps_quiet(closes_at: datetime, back: list[int], zone: ZoneInfo, quiet: Quiet) -> None:
    found = moments(closes_at, back, zone, quiet)
    assert len(found) <= len(set(back))
    assert bool(found) == bool(back)
    assert [moment.is_last for moment in found] == [False] * (len(found) - 1) + [True] * bool(found)
    assert len({moment.day for moment in found}) == len(found)
    for moment in found:
        assert moment.at + TO_ANSWER <= closes_at
        assert moment.day == moment.at.astimezone(zone).date()
        assert not quiet.holds(moment.at.astimezone(zone))


@settings(max_examples=60, deadline=None)
@given(closes_at=deadlines, back=offsets.filter(bool), zone=zones)
def test_a_worker_that_looks_every_quarter_of_an_hour_says_each_once(closes_at: datetime, back: list[int], zone: ZoneInfo) -> None:
    wanted = moments(closes_at, back, zone, USUAL)
    said = set()
    for moment in wanted:
        for quarter in range(-3, 5):
            at = moment.at + timedelta(minutes=15 * quarter + 7)
            if found := due(at, closes_at=closes_at, days=back, zone=zone, quiet=USUAL, invited_on=LONG_AGO):
                assert found.at <= at
                said.add(found.day)
    assert {moment.day for moment in wanted} <= said


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, 30, tzinfo=BERLIN)


def day_due(now: datetime, *, invited_on: date = LONG_AGO, back: tuple[int, ...] = (7, 2, 0)) -> int | None:
    moment = due(now.astimezone(UTC), closes_at=FRIDAY_NIGHT, days=back, zone=BERLIN, quiet=USUAL, invited_on=invited_on)
    return moment.day.day if moment else None


def test_one_is_due_from_its_morning_on() -> None:
    assert day_due(at(18, 7)) is None
    assert day_due(at(18, 8)) == 18
    assert day_due(at(18, 17)) == 18
    assert day_due(at(18, 18)) is None, "it is quiet now; tomorrow it is still due"
    assert day_due(at(19, 8)) == 18, "a worker that was down says it a day later"
    assert day_due(at(20, 7)) is None
    assert day_due(at(20, 8)) == 20


def test_what_is_too_late_is_not_said_any_more() -> None:
    assert timedelta(days=2) == LATE
    assert day_due(at(20, 9), back=(2,)) is None
    assert day_due(FRIDAY_NIGHT + timedelta(hours=9)) is None


def test_nobody_is_reminded_of_what_they_have_just_been_told() -> None:
    assert day_due(at(18, 9), invited_on=date(2026, 3, 17)) is None
    assert day_due(at(18, 9), invited_on=date(2026, 3, 16)) == 18


@pytest.mark.parametrize(("shift", "expected"), [(-1, [18]), (1, [18])])
def test_a_clock_put_back_or_forward_by_an_hour_changes_nothing_in_the_end(shift: int, expected: list[int]) -> None:
    seen = {day_due(at(18, hour) + timedelta(hours=shift)) for hour in range(9, 16)}
    assert [day for day in seen if day] == expected
