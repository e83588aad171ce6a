"""Days and moments in words: one way, in every language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from azimuth.kit import days, signs
from tests import words

FRIDAY = date(2026, 4, 3)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("minutes", "en", "de"), [(1, "about 1 minute", "etwa 1 Minute"), (119, "about 119 minutes", "etwa 119 Minuten"), (249, "about 4 hours", "etwa 4 Stunden")])
def test_long_work_is_told_in_hours(minutes: int, en: str, de: str) -> None:
    assert days.lasting(minutes) == en
    with translation.override("de"):
        assert days.lasting(minutes) == de


@pytest.mark.parametrize(("language", "in_full", "spelled", "short", "month"), [
    ("en", "Friday 3 April 2026", "3 April 2026", "3 Apr 2026", "April 2026"),
    ("de", "Freitag, 3. April 2026", "3. April 2026", "3. April 2026", "April 2026"),
    ("ar", "الجمعة، 3 إبريل 2026", "3 إبريل 2026", "3 إبريل 2026", "إبريل 2026"),
])
def test_a_day_is_spelled_as_its_language_does(language: str, in_full: str, spelled: str, short: str, month: str) -> None:
    with translation.override(language):
        assert [days.in_full(FRIDAY), days.spelled(FRIDAY), days.short(FRIDAY), days.month(FRIDAY)] == [in_full, spelled, short, month]
        assert f'title="{in_full}">{short}<' in signs.day(FRIDAY)
        assert Template("{{ day|in_full }} / {{ day|spelled }}").render(Context({"day": FRIDAY})) == f"{in_full} / {spelled}"


@pytest.mark.parametrize(("language", "says"), [
    ("en", "Friday 3 April 2026, 09:05"), ("de", "Freitag, 3. April 2026, 09:05 Uhr"), ("ar", "الجمعة، 3 إبريل 2026، 09:05"),
])
def test_a_moment_has_its_time_and_its_zone(language: str, says: str) -> None:
    with translation.override(language):
        assert says in signs.moment(datetime(2026, 4, 3, 7, 5, tzinfo=UTC), "Europe/Berlin")


@pytest.mark.parametrize(("hour", "says"), [(22, "Friday 3 April 2026, 23:59 (Europe/Berlin)"), (12, "Friday 3 April 2026, 14:00 (Europe/Berlin)")])
def test_what_ends_at_midnight_is_over_a_minute_before(hour: int, says: str) -> None:
    assert days.deadline(datetime(2026, 4, 3, hour, tzinfo=UTC), BERLIN) == says


def test_formats_stand_in_the_catalogues_alone() -> None:
    with_format = [str(path) for path in words.SOURCE.rglob("*") if path.suffix in {".py", ".html", ".txt"} and path.name != "days.py" and "j F" in path.read_text("utf-8")]
    assert with_format == []
