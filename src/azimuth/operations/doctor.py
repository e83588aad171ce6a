"""Is all well with this installation? One finding per part, each bad one with the way to mend it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from azimuth import environment
from azimuth.operations import backup, database

if TYPE_CHECKING:
    import psycopg

State = Literal["good", "warning", "bad"]
OLDEST_SERVER = 15
LEAST_SPACE, SCARCE_SPACE = 2**29, 2**31     # bytes: nothing can be stored soon; worth a look
CLOCK_DRIFT, CLOCK_WRONG = 2.0, 30.0         # seconds between this machine and the database
MAIL_WAITS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one part; `remedy` says what to do unless it is good."""

    name: str
    state: State
    says: str
    remedy: str = ""


def examine() -> list[Finding]:
    """Look at every part; what cannot be looked at because of another fault is left out. The server must be running."""
    findings = [*settings(), *files(), *disk()]
    if any(finding.state == "bad" for finding in findings if finding.name == "settings"):
        return findings
    reached, connection = _reach()
    findings += reached
    if connection is None:
        return findings
    with connection:
        findings += [*server(connection), *clock(connection)]
        current = list(migrations(connection))
        in_use = _others(connection)
    findings += current
    if all(finding.state == "good" for finding in current):
        import django

        django.setup()
        findings += [*role(), *vault(), *worker(in_use), *mail(), *second_factors(), *audit_chain(), *release_ledger()]
    return findings


def settings() -> Iterator[Finding]:
    """What the environment says."""
    refusals = environment.refusals()
    for sentence in refusals:
        yield Finding("settings", "bad", "Azimuth does not start as it is set.", sentence)
    if environment.is_production() and not environment.text("AZIMUTH_URL"):
        yield Finding("settings", "warning", f"Mails will lead to {environment.public_url()}.", "Set AZIMUTH_URL if that is not the public address.")
    if not refusals:
        yield Finding("settings", "good", f"Set for {environment.text('AZIMUTH_ENV')} use.")


def files() -> Iterator[Finding]:
    """The data directory, and the faces of the pages."""
    home = environment.data_directory()
    open_ones = [path for path in (home, home / "postgres", home / "secret.key") if path.exists() and path.stat().st_mode & 0o077]
    for path in open_ones:
        yield Finding("files", "bad", f"Others on this machine can look into {path}.", f"Run: chmod go-rwx '{path}'")
    if not open_ones:
        yield Finding("files", "good", f"{home} is closed to others.")
    if not any((database.SOURCE / "kit" / "static" / "kit" / "fonts").glob("*.woff2")):
        yield Finding("files", "warning", "The faces of the pages are missing: another face is shown.", "Run: make setup")


def disk() -> Iterator[Finding]:
    """Room on the disk of the data directory."""
    home = environment.data_directory()
    free = shutil.disk_usage(home if home.exists() else home.parent).free
    says = f"{free / 2**30:.1f} GB are free where {home} lies."
    remedy = "Make room, or move the data directory (AZIMUTH_DATA) to a larger disk."
    yield Finding("disk", "good", says) if free > SCARCE_SPACE else Finding("disk", "bad" if free < LEAST_SPACE else "warning", says, remedy)


def _reach() -> tuple[list[Finding], psycopg.Connection[Any] | None]:
    import psycopg

    try:
        return [], database.connect()
    except psycopg.OperationalError as error:
        remedy = "Look whether the server runs and whether DATABASE_URL is right."
        return [Finding("database", "bad", f"The database does not answer: {str(error).strip()}", remedy)], None


def server(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    """The database server itself."""
    version = connection.info.server_version // 10000
    where = "the server of DATABASE_URL" if environment.text("DATABASE_URL") else "the embedded server"
    if version < OLDEST_SERVER:
        yield Finding("database", "bad", f"PostgreSQL {version} is too old.", f"Upgrade {where} to PostgreSQL {OLDEST_SERVER} or newer.")
    else:
        yield Finding("database", "good", f"PostgreSQL {version}, {where}.")
    if _one(connection, "SHOW fsync") != "on":
        yield Finding("database", "bad", "The server does not wait for the disk: a power cut can destroy everything.", "Set fsync = on in postgresql.conf.")


def migrations(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    """Whether the database is of this version."""
    if database.is_empty(connection):
        yield Finding("migrations", "bad", "The database is empty.", "Run: azimuth migrate")
    elif not database.is_current(connection):
        yield Finding("migrations", "bad", "The database is not of this version.", "Make a backup, then run: azimuth migrate")
    else:
        yield Finding("migrations", "good", "The database is of this version.")


def clock(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    """This machine's clock beside the database's: deadlines depend on both."""
    drift = abs((datetime.now(UTC) - _one(connection, "SELECT clock_timestamp()")).total_seconds())
    says = f"This machine and the database differ by {drift:.1f} seconds."
    state: State = "good" if drift <= CLOCK_DRIFT else "warning" if drift <= CLOCK_WRONG else "bad"
    yield Finding("clock", state, says, "" if state == "good" else "Keep both clocks by NTP (Debian: apt-get install systemd-timesyncd).")


def role() -> Iterator[Finding]:
    """Whether row-level security binds the role we connect as."""
    from azimuth.ballots import row_security

    problem = row_security.state().problem
    yield Finding("role", "bad", "Sealed answers are not kept apart by the database.", problem) if problem else Finding(
        "role", "good", "An ordinary role, bound by row-level security.")


def vault() -> Iterator[Finding]:
    """The keys of open cycles, all there; those of counted ones, all gone."""
    from azimuth.ballots import vault as keys
    from azimuth.ballots.models import Box

    problem = keys.problem()
    if problem:
        yield Finding("vault", "bad", "The vault cannot be used safely.", problem)
        return
    missing = [box for box in Box.objects.filter(key_destroyed_on=None) if not keys.has(box)]
    left = [box for box in Box.objects.exclude(key_destroyed_on=None) if keys.has(box)]
    known = {f"{key}.key" for key in Box.objects.values_list("pk", flat=True)}
    folder = backup.vault_directory()
    strange = [path.name for path in folder.glob("*.key") if path.name not in known] if folder.is_dir() else []
    if missing:
        yield Finding("vault", "bad", f"Keys of open cycles are missing: {len(missing)}. Without them these cycles cannot be counted.",
                      f"Bring the vault back from its last copy into {folder} (azimuth restore, or by hand).")
    if left:
        yield Finding("vault", "bad", f"Keys of counted cycles are still there: {len(left)}. They would open old backups.",
                      f"Delete in {folder}: {', '.join(f'{box.pk}.key' for box in left)}; and every copy of them.")
    if strange:
        yield Finding("vault", "warning", f"Keys that belong to no cycle of this database: {len(strange)}.",
                      f"If no other installation uses {folder}, delete {', '.join(strange[:5])}.")
    if not (missing or left or strange):
        yield Finding("vault", "good", "Holds the keys of open cycles and no other.")


def worker(in_use: int) -> Iterator[Finding]:
    """Whether somebody does the background work."""
    from azimuth.jobs.queries import worker_health

    health = worker_health()
    if health.is_alive(datetime.now(UTC)):
        yield Finding("worker", "good", f"Alive; {health.waiting} jobs wait, {health.running} run.")
    elif in_use:
        yield Finding("worker", "bad", "Azimuth is in use, but no worker gives signs of life: nothing is launched, counted or mailed.",
                      "Start one: azimuth worker (azimuth up does it by itself).")
    else:
        yield Finding("worker", "warning", "Azimuth is not running now.", "Start it: azimuth up")


def mail() -> Iterator[Finding]:
    """Whether mail leaves."""
    from azimuth.notifications import smtp
    from azimuth.notifications.models import Mail

    url = environment.text("AZIMUTH_SMTP_URL")
    stuck = Mail.objects.overdue(datetime.now(UTC) - MAIL_WAITS).count()
    if not url:
        state: State = "warning" if environment.is_production() or stuck else "good"
        says = f"No mail server is set: mails stay in the outbox ({stuck} wait for more than half an hour)."
        yield Finding("mail", state, says, "Set AZIMUTH_SMTP_URL." if state != "good" else "")
        return
    try:
        with smtp.Post(smtp.server(url)) as post:
            post.knock()
    except (smtp.Unreachable, ValueError) as error:
        yield Finding("mail", "bad", f"The mail server cannot be used: {error}", "Look at AZIMUTH_SMTP_URL, and whether a firewall is in the way.")
        return
    if stuck:
        yield Finding("mail", "warning", f"The mail server answers, but {stuck} mails wait for more than half an hour.", "Look whether a worker runs, and into its log.")
    else:
        yield Finding("mail", "good", "The mail server answers, and nothing waits for long.")


def second_factors() -> Iterator[Finding]:
    """Whether the secret key reads the secrets of second factors, and whether those who hold roles must have one."""
    from azimuth.workspace.security.queries import unreadable

    lost, former = unreadable()
    if lost:
        yield Finding("second factors", "bad", f"The secret key does not read {lost} secrets of second factors: their owners cannot use them.",
                      "Put the former key into AZIMUTH_SECRET_KEY_FALLBACKS, or let an administrator take these factors away.")
    if former:
        yield Finding("second factors", "warning", f"{former} secrets of second factors are still wrapped by a former secret key.",
                      "Leave AZIMUTH_SECRET_KEY_FALLBACKS as it is until a worker has wrapped them anew: it does so every quarter of an hour.")
    if environment.is_production() and environment.text("AZIMUTH_REQUIRE_SECOND_FACTOR") == "nobody":
        yield Finding("second factors", "warning", "HR and administrators may sign in without a second factor.", "Set AZIMUTH_REQUIRE_SECOND_FACTOR=privileged.")
    elif not lost and not former:
        yield Finding("second factors", "good", f"Required of: {environment.text('AZIMUTH_REQUIRE_SECOND_FACTOR')}. Their secrets are readable.")


def audit_chain() -> Iterator[Finding]:
    """Whether the log of deeds is whole."""
    from azimuth.audit.queries import verify_chain

    report = verify_chain()
    if report.is_whole:
        yield Finding("audit", "good", f"The log's chain of {report.rows} entries is whole.")
    else:
        yield Finding("audit", "bad", f"The log was tampered with: entry {report.first_bad} is {report.problem}.",
                      "Tell your auditors; compare with the last downloaded log or a backup. Do not delete anything.")


def release_ledger() -> Iterator[Finding]:
    """Whether what reports about all subjects show still gives nobody away: every decision in the ledger, audited anew."""
    from azimuth.ballots import ledger
    from azimuth.ballots.models import ReleaseDecision

    decisions = list(ReleaseDecision.objects.order_by("decided_on", "pk"))
    if any(not ledger.is_true(decision) for decision in decisions):
        yield Finding("release ledger", "bad", "What was decided about figures of all subjects together is not what the ledger says it was made from.",
                      "Somebody changed the database by hand: compare with a backup, and tell whoever answers for data protection.")
    else:
        yield Finding("release ledger", "good", f"{len(decisions)} decisions about figures of all subjects together, each checked again.")


def _others(connection: psycopg.Connection[Any]) -> int:
    """Connections of Azimuth's web processes and workers."""
    return int(_one(connection, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                                " AND application_name = 'azimuth'"))


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
