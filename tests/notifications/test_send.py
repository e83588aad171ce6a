"""Sending what waits, through a real server."""

from __future__ import annotations

import ssl
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.mail import send_mail
from django.db import connection
from pytest_django import Settings

from azimuth.jobs import actions as jobs
from azimuth.jobs import worker
from azimuth.jobs.tasks import Progress
from azimuth.notifications import actions, sending, smtp, tasks
from azimuth.notifications.models import Mail
from tests.cast import Cast
from tests.jobs import kill
from tests.notifications.conftest import MONDAY, Make
from tests.smtp import Office, office

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def send(office: Office, at: datetime = AT) -> None:
    with smtp.Post(smtp.server(office.url)) as post:
        while sending.send_batch(post, at=at):
            pass


def today() -> date:
    return datetime.now(tz=UTC).date()


def test_mails_arrive_over_one_connection(cast: Cast, message: Make, smtp: Office) -> None:
    actions.tell([message(cast.ada), message(cast.bo)], on=today())
    tasks.send(Progress())
    assert sorted(mail["To"] for mail in smtp.mails) == ["Ada Novak <ada@example.org>", "Bo Lindqvist <bo@example.org>"]
    assert [part.get_content_type() for part in smtp.mails[0].iter_parts()] == ["text/plain", "text/html"]
    assert set(Mail.objects.values_list("state", "sent_on")) == {("sent", today())}
    assert smtp.sessions == 1
    tasks.send(Progress())
    assert len(smtp.mails) == 2


def test_without_a_server_mails_wait(cast: Cast, message: Make, settings: Settings) -> None:
    settings.SMTP_URL = ""
    actions.tell([message(cast.ada)], on=today())
    tasks.send(Progress())
    assert Mail.objects.get().state == "waiting"


def test_in_the_demo_mails_stay_here(cast: Cast, message: Make, smtp: Office, settings: Settings) -> None:
    settings.DEMO = True
    actions.tell([message(cast.ada)], on=today())
    tasks.send(Progress())
    assert not smtp.mails


def test_a_server_that_is_away_costs_no_try(cast: Cast, message: Make, smtp: Office, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    actions.tell([message(cast.ada)], on=today())
    tasks.send(Progress())
    mail = Mail.objects.get()
    assert (mail.state, mail.attempts) == ("waiting", 0)
    assert "mails wait" in caplog.text
    settings.SMTP_URL = smtp.url
    tasks.send(Progress())
    assert len(smtp.mails) == 1


def test_what_is_postponed_is_tried_later_and_later(cast: Cast, message: Make, smtp: Office) -> None:
    smtp.answer = lambda address: "451 not now"
    actions.tell([message(cast.ada)], on=MONDAY)
    pauses = []
    at = AT
    while (mail := Mail.objects.get()).state == "waiting":
        send(smtp, at)
        send(smtp, at)
        mail.refresh_from_db()
        assert "not now" in mail.error
        if mail.next_try_at and mail.state == "waiting":
            pauses.append(int((mail.next_try_at - at) / timedelta(minutes=1)))
            at = mail.next_try_at
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert (mail.state, mail.attempts) == ("failed", 12)


def test_what_is_refused_for_good_is_given_up(cast: Cast, message: Make, smtp: Office) -> None:
    smtp.answer = lambda address: "550 nobody of that name" if address.startswith("ada") else "250 OK"
    actions.tell([message(cast.ada), message(cast.bo)], on=MONDAY)
    send(smtp)
    assert Mail.objects.get(person=cast.ada).error == "nobody of that name"
    assert dict(Mail.objects.values_list("to", "state")) == {"ada@example.org": "failed", "bo@example.org": "sent"}


@pytest.mark.parametrize(("reply", "state"), [("554 no", "failed"), ("452 full", "waiting")])
def test_the_server_may_refuse_the_mail_itself(cast: Cast, message: Make, smtp: Office, reply: str, state: str) -> None:
    smtp.reply = reply
    actions.tell([message(cast.ada)], on=MONDAY)
    send(smtp)
    assert Mail.objects.get().state == state


def test_a_server_that_says_good_bye_is_unreachable(cast: Cast, message: Make, smtp: Office) -> None:
    from azimuth.notifications.smtp import Unreachable

    smtp.reply = "421 closing"
    actions.tell([message(cast.ada)], on=MONDAY)
    with pytest.raises(Unreachable):
        send(smtp)
    assert Mail.objects.get().attempts == 0


def test_a_name_that_would_break_the_head_stops_nobody_else(cast: Cast, message: Make, smtp: Office) -> None:
    cast.ada.name = "Ada\r\nBcc: dan@example.org"
    cast.ada.save()
    actions.tell([message(cast.ada), message(cast.bo)], on=MONDAY)
    send(smtp)
    assert [mail["To"] for mail in smtp.mails] == ["Bo Lindqvist <bo@example.org>"]
    assert Mail.objects.get(person=cast.ada).state == "failed"


def test_a_stale_mail_is_not_sent(cast: Cast, message: Make, smtp: Office) -> None:
    actions.tell([message(cast.ada)], on=MONDAY - timedelta(days=8))
    send(smtp)
    assert not smtp.mails
    assert Mail.objects.get().state == "failed"


def test_djangos_own_mails_go_the_same_way_and_leave_no_secret(cast: Cast, smtp: Office) -> None:
    send_mail("Your code", "ABC-DEF", None, ["ada@example.org"])
    assert Mail.objects.get().text == "ABC-DEF"
    tasks.send(Progress())
    assert "ABC-DEF" in smtp.mails[0].get_body(("plain",)).get_content()
    assert Mail.objects.get().text == ""


def test_old_mails_are_forgotten_waiting_ones_not(cast: Cast, message: Make, smtp: Office) -> None:
    actions.tell([message(cast.ada)], on=today())
    tasks.send(Progress())
    actions.tell([message(cast.bo)], on=today())
    later = datetime.now(tz=UTC) + timedelta(seconds=1)
    assert actions.forget_old(before=later - timedelta(days=1), digests_before=today()) == 0
    assert actions.forget_old(before=later, digests_before=today()) == 1
    tasks.forget_old(Progress())
    assert Mail.objects.get().person == cast.bo


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", smtp.Server("mail.example.com", 587)),
        ("smtp://ada:p%40ss@mail.example.com:2525", smtp.Server("mail.example.com", 2525, "ada", "p@ss")),
        ("smtps://ada:secret@mail.example.com", smtp.Server("mail.example.com", 465, "ada", "secret", "tls")),
        ("smtp://localhost", smtp.Server("localhost", 25, security="none")),
    ],
)
def test_the_server_is_read_from_its_url(url: str, server: smtp.Server) -> None:
    assert smtp.server(url) == server


@pytest.mark.parametrize("url", ["http://mail.example.com", "mail.example.com", "smtp://"])
def test_a_wrong_url_says_how_it_reads(url: str) -> None:
    with pytest.raises(ValueError, match="AZIMUTH_SMTP_URL reads smtp://"):
        smtp.server(url)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, signed by itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_is_encrypted_and_the_certificate_is_checked(
    cast: Cast, message: Make, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    options = {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    actions.tell([message(cast.ada)], on=MONDAY)
    with office(**options) as keeper:
        server = smtp.Server("127.0.0.1", int(keeper.url.rsplit(":", 1)[1]), security=security)
        with pytest.raises(smtp.Unreachable, match="CERTIFICATE_VERIFY_FAILED"), smtp.Post(server) as post:
            sending.send_batch(post, at=AT)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        with smtp.Post(server) as post:
            assert sending.send_batch(post, at=AT)
        assert len(keeper.mails) == 1


def test_a_password_never_goes_in_the_clear(cast: Cast, message: Make, smtp: Office) -> None:
    from azimuth.notifications.smtp import Post, Server, Unreachable

    actions.tell([message(cast.ada)], on=MONDAY)
    server = Server("127.0.0.1", int(smtp.url.rsplit(":", 1)[1]), "ada", "secret", "starttls")
    with pytest.raises(Unreachable, match="STARTTLS"), Post(server) as post:
        sending.send_batch(post, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_mail(cast: Cast, message: Make, smtp: Office) -> None:
    from django.db import transaction

    actions.tell([message(cast.ada), message(cast.bo)], on=MONDAY)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT id FROM notifications_mail ORDER BY queued_at, id LIMIT 1 FOR UPDATE")
            held = cursor.fetchone()[0]
        with transaction.atomic():
            send(smtp)
        assert len(smtp.mails) == 1
        assert Mail.objects.get(state="waiting").pk == held
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("at_step", "sent", "again"), [(2, 0, 0), (3, 0, 0), (4, 1, 1), (5, 2, 1), (6, 3, 1), (7, 3, 0)])
def test_a_killed_worker_loses_no_mail_and_repeats_only_the_same(
    cast: Cast, message: Make, smtp: Office, at_step: int, sent: int, again: int
) -> None:
    """Claiming all is two statements (2, 3), writing down that one is sent another (4 to 6). The gap between the server's yes and ours remains."""
    actions.tell([message(cast.ada), message(cast.bo), message(cast.cleo)], on=today())
    kill.run_and_kill(actions.SEND, at_step, settings={"SMTP_URL": smtp.url})
    assert len(smtp.mails) == sent
    assert kill.finish() == 1
    ids = [mail["Message-ID"] for mail in smtp.mails]
    assert len(ids) == 3 + again
    assert set(ids) == set(Mail.objects.values_list("message_id", flat=True))
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_again_and_again_none_is_lost_and_few_come_twice(cast: Cast, message: Make, smtp: Office) -> None:
    kills = 8
    for number in range(3 * kills):
        actions.queue(to=f"p{number}@example.org", subject="Your code", text=str(number), on=today())
    for number in range(kills):
        kill.run_and_kill(actions.SEND, at_step=4 + number % 3, settings={"SMTP_URL": smtp.url})
        actions.send_soon()
        worker.rescue(stalled_after=0)
    kill.finish()
    ids = [mail["Message-ID"] for mail in smtp.mails]
    assert set(ids) == set(Mail.objects.values_list("message_id", flat=True))
    assert len(ids) - len(set(ids)) <= kills
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}


def test_waking_twice_leaves_one_run_waiting(db: None) -> None:
    from azimuth.jobs.queries import worker_health

    jobs.nudge(actions.SEND)
    jobs.nudge(actions.SEND)
    assert worker_health().waiting == 1
