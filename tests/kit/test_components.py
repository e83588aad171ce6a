"""Components: what they escape, what they refuse, how they say it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Engine
from django.utils import timezone, translation

from azimuth.kit import signs
from azimuth.kit.components import blocks, buttons, lists

EVIL = '"><script>alert(1)</script>'


def render(source: str, **values: object) -> str:
    return Engine.get_default().from_string(source).render(Context(values))


@pytest.mark.parametrize("source", [
    "{% badge evil %}", "{% face evil evil evil %}", "{% button evil href=evil name=evil value=evil data_x=evil %}", "{% button evil confirm=evil %}",
    "{% button evil disabled_reason=evil %}", "{% page_head title=evil purpose=evil kicker=evil avatar=evil %}{{ evil }}{% endpage_head %}",
    "{% card title=evil note=evil id=evil %}{{ evil }}{% endcard %}", "{% callout title=evil %}{{ evil }}{% endcallout %}", "{% stat evil evil evil evil %}",
    "{% dialog id=evil title=evil %}{{ evil }}{% enddialog %}", "{% disclosure summary=evil %}{{ evil }}{% enddisclosure %}", "{% menu evil %}{{ evil }}{% endmenu %}",
    "{% progress 1 2 evil evil %}", "{% plain_table row table evil %}", "{% tabs three evil %}", "{% crumbs two %}", "{% steps step 'a' %}",
])
def test_everything_given_is_escaped(source: str) -> None:
    html = render(source, evil=EVIL, row=[EVIL], table=[[EVIL]], three=[(EVIL, EVIL, True)], two=[(EVIL, EVIL)], step=[("a", EVIL, EVIL), ("b", EVIL, EVIL)])
    assert "<script" not in html
    assert "&lt;script" in html


@pytest.mark.parametrize(("call", "word"), [
    (lambda: signs.badge("x", "purple"), "tone"), (lambda: buttons.button("x", kind="loud"), "kind"), (lambda: blocks.callout("x", tone="pink"), "tone"),
])
def test_an_unknown_variant_is_our_mistake(call: object, word: str) -> None:
    with pytest.raises((ValueError, KeyError), match=f"{word}|pink"):
        call()


@pytest.mark.parametrize(("name", "letters"), [("Ada Novak", "AN"), ("Ada", "A"), ("Juan Carlos de la Cruz", "JC"), ("  ", "?"), ("هدى المصري", "ها"), ("4 Ada", "A"), ("ßa", "SS")])
def test_initials(name: str, letters: str) -> None:
    assert signs.initials(name) == letters


def test_a_name_always_has_the_same_tint() -> None:
    assert signs.avatar("Ada Novak") == signs.avatar("Ada Novak")
    assert len({signs.avatar(f"Person {number}").split("tint-")[1][0] for number in range(60)}) == signs.TINTS


def test_days_are_short_and_full_on_hover() -> None:
    html = signs.day(date(2026, 3, 2))
    assert html == '<time datetime="2026-03-02" title="Monday 2 March 2026">2 Mar 2026</time>'
    with translation.override("de"):
        assert "Montag" in signs.day(date(2026, 3, 2))
    assert "none" in signs.day(None)


def test_moments_are_told_in_the_zone_asked_for() -> None:
    at = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert ">3 Mar 2026, 00:30 CET<" in signs.moment(at, "Europe/Berlin", with_zone=True)
    with timezone.override("America/New_York"):
        assert ">2 Mar 2026, 18:30<" in signs.moment(at)
    assert "Tuesday 3 March 2026, 00:30 CET" in signs.moment(at, "Europe/Berlin")
    assert "none" in signs.moment(None)


def test_progress_never_divides_by_nothing() -> None:
    assert 'max="1"' in signs.progress(0, 0)
    assert 'data-state="done"' in signs.progress(4, 4)
    assert 'data-state="done"' not in signs.progress(0, 0)


def test_a_button_that_cannot_be_used_says_why() -> None:
    html = buttons.button("Release", disabled_reason="The count is running.")
    assert 'aria-disabled="true"' in html
    assert "The count is running." in html
    assert 'type="submit"' not in html


def test_kinds_of_buttons_follow_what_they_do() -> None:
    assert "button--primary" in buttons.button("Keep")
    assert "button--secondary" in buttons.button("Back", href="/")
    assert 'href="#ask"' in buttons.button("Ask", dialog="ask")
    assert 'hx-get="/x"' in buttons.button("More", href="/x", hx_get="/x")
    assert " disabled" in buttons.button("Wait", disabled=True)
    assert "visually-hidden" in buttons.button("Edit", icon="pencil", icon_only=True)


def test_steps_know_what_is_behind_and_ahead() -> None:
    html = lists.steps([("a", "Who", "/a"), ("b", "What", "/b"), ("c", "When", None)], "b")
    assert html.index('data-state="done"') < html.index('data-state="current"') < html.index('data-state="ahead"')
    assert 'href="/a"' in html
    assert 'href="/b"' not in html
    assert "Step 2 of 3" in html


def test_a_dialog_with_faults_is_open_without_script() -> None:
    assert " open data-open" in blocks.dialog("x", "d", "Title", open=True)
    assert " open" not in blocks.dialog("x", "d", "Title")


def test_an_icon_is_hidden_from_readers_and_unknown_ones_are_our_mistake() -> None:
    assert 'aria-hidden="true"' in signs.icon("users")
    with pytest.raises(Exception, match="nothing-like-it"):
        signs.icon("nothing-like-it")
