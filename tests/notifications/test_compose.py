"""What a mail says: that something waits, for whom, by when, a link; in the person's language; nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from azimuth.notifications import actions
from azimuth.notifications.composing import compose, envelope
from azimuth.notifications.models import Mail
from tests.cast import Cast
from tests.notifications.conftest import MONDAY, Make

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://azimuth.example.com"
    settings.MAIL_FROM = "Azimuth <azimuth@example.com>"


@pytest.fixture
def mail(cast: Cast, message: Make) -> Mail:
    """The mail Ada gets."""
    actions.tell([message(cast.ada)], on=MONDAY)
    return Mail.objects.select_related("person").get()


def test_both_parts_say_who_when_how_long_and_where(mail: Mail) -> None:
    letter = compose(mail)
    assert letter.subject == "Something waits for you"
    for part in (letter.text, letter.html):
        for words in ("Hello", "Ada Novak", "20 March 2026", "about 6 minutes", "https://azimuth.example.com/reviews/mine/"):
            assert words in part


def test_no_part_says_what_it_is_about(mail: Mail) -> None:
    whole = envelope(mail, at=AT).as_string()
    assert "CANARY" not in whole
    assert "Bo" not in whole


def test_the_head(mail: Mail) -> None:
    head = envelope(mail, at=AT)
    assert head["From"] == "Azimuth <azimuth@example.com>"
    assert head["To"] == "Ada Novak <ada@example.org>"
    assert head["Message-ID"] == mail.message_id
    assert head["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
    assert head["Auto-Submitted"] == "auto-generated"
    assert mail.message_id.endswith("@azimuth.example.com>")


def test_names_are_escaped_in_html_and_plain_in_text(mail: Mail) -> None:
    """A38: no markup in a mail."""
    assert mail.person is not None
    mail.person.name = "Ada <b>& Co"
    letter = compose(mail)
    assert "Ada &lt;b&gt;&amp; Co" in letter.html
    assert "<b>" not in letter.html
    assert "Ada <b>& Co" in letter.text


def test_a_link_of_evil_making_is_escaped(mail: Mail) -> None:
    mail.url = '/"><script>alert(1)</script>'
    assert "<script>" not in compose(mail).html


@pytest.mark.parametrize("name", ["Ada\r\nBcc: dan@example.org", "Ada\nBcc: dan@example.org"])
def test_a_name_cannot_add_to_the_head(mail: Mail, name: str) -> None:
    """A38: no line of a mail's head is made by a name."""
    assert mail.person is not None
    mail.person.name = name
    with pytest.raises(ValueError, match=r"."):
        envelope(mail, at=AT)


@pytest.mark.parametrize("field", ["to", "subject", "message_id"])
def test_no_field_can_add_to_the_head(mail: Mail, field: str) -> None:
    setattr(mail, field, "x@example.org\r\nBcc: dan@example.org")
    with pytest.raises(ValueError, match=r"."):
        envelope(mail, at=AT)


@pytest.mark.parametrize(("language", "dir_"), [("de", "ltr"), ("ar", "rtl"), ("tlh", "ltr"), ("", "ltr")])
def test_it_is_written_in_the_language_of_the_person(mail: Mail, language: str, dir_: str) -> None:
    assert mail.person is not None
    mail.person.language = language
    html = compose(mail).html
    assert f'<html lang="{language if language in {"de", "ar"} else "en"}" dir="{dir_}">' in html


def test_a_mail_with_words_of_its_own_has_both_parts(cast: Cast) -> None:
    mail = actions.queue(to="ADA@example.org", subject="Your code", text="Type <ABC>\n\nIt lasts ten minutes.", on=MONDAY)
    letter = compose(mail)
    assert mail.person == cast.ada
    assert letter.subject == "Your code"
    assert "Type <ABC>" in letter.text
    assert "<p>Type &lt;ABC&gt;</p>" in letter.html


def test_a_mail_to_somebody_unknown(db: None) -> None:
    mail = actions.queue(to="hana@example.net", subject="Hello", text="There.", on=MONDAY)
    assert mail.person is None
    assert envelope(mail, at=AT)["To"] == "hana@example.net"


@pytest.mark.parametrize("words", ["Grüße, 中文, مرحبا, 🎈", ".leading dot\n..and two", "x" * 3000, "=_azimuth --=_azimuth--", "trailing space \nFrom here on", "tab\there"])
def test_any_words_survive_the_wire(cast: Cast, words: str) -> None:
    mail = actions.queue(to="ada@example.org", subject="Ä code " * 20, text=words, on=MONDAY)
    wire = envelope(mail, at=AT).as_bytes()
    read = message_from_bytes(wire, policy=policy.default)
    assert isinstance(read, EmailMessage)
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == compose(mail).text
    assert html.get_content().replace("\r\n", "\n") == compose(mail).html
    assert read["Subject"] == ("Ä code " * 20)[:200]
    assert all(len(line) <= 998 and line.isascii() for line in wire.split(b"\r\n"))
    assert b"\n" not in wire.replace(b"\r\n", b"")
