"""Quiet hours by every clock of the world: days of 23 and 25 hours, zones with half hours, days a zone left out."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azimuth.notifications.quiet import Quiet, zone_of

USUAL = Quiet((time(18), time(8)), frozenset({5, 6}))
ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("posix/", "right/")))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))

zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.integers(0, 15 * 365 * 24 * 60).map(lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
hours = st.none() | st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] != pair[1])
quiets = st.builds(Quiet, hours, st.frozensets(st.integers(0, 6), max_size=6))


@settings(max_examples=200, deadline=None)
@given(quiet=quiets, at=moments, zone=zones)
def test_mail_goes_out_at_the_first_moment_that_is_not_quiet(quiet: Quiet, at: datetime, zone: ZoneInfo) -> None:
    over = quiet.over(at, zone)
    assert over >= at
    assert not quiet.holds(over.astimezone(zone))
    if not quiet.holds(at.astimezone(zone)):
        assert over == at
    minutes = int((over - at) / timedelta(minutes=1))
    skipped = [at + timedelta(minutes=n) for n in range(0, minutes - 60, 7)]  # an end of quiet that a clock leaves out may cost an hour
    assert all(quiet.holds(moment.astimezone(zone)) for moment in skipped)


@settings(max_examples=150, deadline=None)
@given(at=moments, zone=zones)
def test_as_usual_it_waits_for_the_next_working_morning(at: datetime, zone: ZoneInfo) -> None:
    local = USUAL.over(at, zone).astimezone(zone)
    assert local.weekday() < 5
    assert 8 <= local.hour < 18
    if USUAL.over(at, zone) > at:
        assert (local.hour, local.minute) == (8, 0)


@pytest.mark.parametrize(
    ("zone", "at", "morning"),
    [
        ("Europe/Berlin", "2026-03-28T20:00", "2026-03-30T06:00"),     # the night of Sunday has 23 hours: 8:00 is 6:00 UTC from now on
        ("Europe/Berlin", "2026-10-23T20:00", "2026-10-26T07:00"),     # and 25 in autumn
        ("Asia/Kathmandu", "2026-03-02T20:00", "2026-03-03T02:15"),    # 5:45 ahead
        ("America/St_Johns", "2026-03-02T03:00", "2026-03-02T11:30"),  # 3:30 behind
        ("Australia/Lord_Howe", "2026-04-05T12:00", "2026-04-05T21:30"),  # half an hour of summer time, which ended that day
        ("Pacific/Kiritimati", "2026-03-02T09:00", "2026-03-02T18:00"),   # 14 ahead: 23:00 there
        ("Pacific/Apia", "2011-12-30T05:00", "2012-01-01T18:00"),      # Friday the 30th was left out there
    ],
)
def test_mornings_by_hand(zone: str, at: str, morning: str) -> None:
    began = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert USUAL.over(began, ZoneInfo(zone)) == datetime.fromisoformat(morning).replace(tzinfo=UTC)


def test_without_quiet_mail_goes_at_any_hour() -> None:
    sunday_night = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
    assert Quiet(None, frozenset()).over(sunday_night, ZoneInfo("UTC")) == sunday_night


def test_six_quiet_days_leave_the_seventh() -> None:
    over = Quiet((time(9), time(8)), frozenset({0, 1, 2, 3, 4, 5})).over(datetime(2026, 3, 1, 9, 0, tzinfo=UTC), ZoneInfo("UTC"))
    assert over == datetime(2026, 3, 8, 8, 0, tzinfo=UTC)


def test_no_hour_at_all_is_a_mistake() -> None:
    with pytest.raises(LookupError):
        Quiet(None, frozenset(range(7))).over(datetime(2026, 3, 1, tzinfo=UTC), ZoneInfo("UTC"))


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "Europe"])
def test_a_zone_nobody_knows_is_the_installations_own(name: str) -> None:
    assert zone_of(name) == ZoneInfo("UTC")
    assert zone_of("Asia/Kathmandu") == ZoneInfo("Asia/Kathmandu")
