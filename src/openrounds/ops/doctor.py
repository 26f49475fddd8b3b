"""What is wrong with an installation, and what to do about it. Looks only; changes nothing."""

import os
import random
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import DatabaseError, connection
from django.db.models import Count, Max, Min, Q

from openrounds.accounts.models import Account, Rank, TeamRight, User
from openrounds.accounts.sessions import SessionStore
from openrounds.core import db
from openrounds.core.clock import ago, now
from openrounds.core.options import options
from openrounds.jobs.models import Job, Pause
from openrounds.media.models import MediaFile, State
from openrounds.media.rules import MediaError
from openrounds.media.sandbox import can_process_av, probe_confinement
from openrounds.media.store import path_of
from openrounds.ops.database import pending
from openrounds.push.models import PushSubscription
from openrounds.push.sealing import unseal
from openrounds.timelines.queries import feed_sizes

LOW_BYTES = 2 * 2**30
OTHERS = stat.S_IRWXO
LATE_MINUTES = 10
LONG_WAL_BYTES = 512 * 2**20
SAMPLE = 500
LONGEST_LOOK = 10  # seconds


@dataclass(frozen=True)
class Finding:
    """`error`: does not work, or is not safe. Otherwise a warning. `remedy` says what to do."""

    error: bool
    what: str
    remedy: str


def warning(what: str, remedy: str) -> Finding:
    return Finding(error=False, what=what, remedy=remedy)


def error(what: str, remedy: str) -> Finding:
    return Finding(error=True, what=what, remedy=remedy)


def examine() -> Iterator[tuple[str, list[Finding]]]:
    """Each check by name, with what it found."""
    reachable = True
    for name, check in CHECKS.items():
        if name in NEED_DATABASE and not reachable:
            continue
        found = list(_looked_at(check))
        reachable = reachable and not (name == "database" and found)
        yield name, found


def _looked_at(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """A database that answers and still cannot be read (damaged, half made) is a finding like others."""
    try:
        yield from check()
    except DatabaseError as problem:
        yield error(f"The database could not be read: {problem}", "Restore a backup: docs/operate/backup.md.")


def check_data() -> Iterator[Finding]:
    if settings.DATA.stat().st_mode & OTHERS:
        yield warning(
            f"Other users of this machine may look into {settings.DATA}.", f"chmod o= {settings.DATA}"
        )
    for folder in (settings.DATA, settings.RUN, Path(settings.MEDIA_ROOT)):
        if folder.exists() and not os.access(folder, os.W_OK):
            yield error(f"{folder} cannot be written to.", "Give it to the user that the server runs as.")
    free = shutil.disk_usage(settings.DATA).free
    if free < LOW_BYTES:
        yield warning(f"Only {free // 2**20} MB are free for the data directory.", "Make room, or move it.")


def check_name() -> Iterator[Finding]:
    o = options()
    if not o.domain:
        yield warning(
            "The server has no public name and answers on 127.0.0.1 and localhost only.",
            "Set OPENROUNDS_DOMAIN before people come: links and names are made of it.",
        )
    elif not o.https:
        yield error(
            "The server is reached without https: passwords and tokens travel in the open.",
            "Put a proxy with TLS in front, and remove OPENROUNDS_HTTPS=off.",
        )
    if o.domain and not o.trusted_proxies:
        yield warning(
            "No proxy is trusted, so everybody seems to come from its address and shares one rate limit.",
            "Set OPENROUNDS_TRUSTED_PROXIES to your proxy's address, say 127.0.0.1/32.",
        )
    if o.domain and not o.media_host:
        yield warning(
            "Uploaded files are served under the server's own name.",
            "Set OPENROUNDS_MEDIA_HOST to a second host name, so that no file can act as a page.",
        )


def check_limits() -> Iterator[Finding]:
    o = options()
    if not o.rate_limits:
        yield error("Rate limits are off.", "Remove OPENROUNDS_RATE_LIMITS=off; it is for load tests.")
    if o.debug:
        yield error("Errors are shown to visitors, with settings in them.", "Remove OPENROUNDS_DEBUG.")
    if o.private_hosts:
        yield warning(
            f"Link previews and Web Push may reach private hosts: {', '.join(o.private_hosts)}.",
            "Anybody who posts can make the server read them. Empty OPENROUNDS_PRIVATE_HOSTS unless that is meant.",
        )
    if o.registrations == "open" and not o.confirm_email:
        yield warning(
            "Anybody may sign up without an address of his own.", "Set OPENROUNDS_CONFIRM_EMAIL=on."
        )


def check_mail() -> Iterator[Finding]:
    o = options()
    if not o.email_url:
        yield warning(
            "No mail is sent: confirmations and new passwords land as files in the data directory.",
            "Set OPENROUNDS_EMAIL_URL and OPENROUNDS_EMAIL_FROM.",
        )
    elif o.email_from.endswith("@localhost"):
        yield warning(f"Mail comes from {o.email_from}.", "Set OPENROUNDS_EMAIL_FROM.")
    if not o.contact_email:
        yield warning("People find no address to write to.", "Set OPENROUNDS_CONTACT_EMAIL.")


def check_database() -> Iterator[Finding]:
    try:
        db.row("SELECT 1")
        mode = _journal()
    except DatabaseError as problem:
        yield error(
            f"The database does not answer: {problem}",
            "Check DATABASE_URL and the data directory's rights; a file that is damaged is replaced by a backup.",
        )
        return
    if mode not in ("", "wal"):
        yield error(
            f"SQLite keeps its journal as '{mode}', so readers wait for writers.",
            "Put the data directory on a local disk: WAL does not work over a network file system.",
        )
    if damage := _damage():
        yield error(f"The database is damaged: {damage}", "Stop the server and restore the last good backup.")


def _damage() -> str:
    """What SQLite finds wrong in its file in the seconds that it is given; "" when nothing, and on PostgreSQL."""
    if db.is_postgres():
        return ""
    connection.ensure_connection()
    until = time.monotonic() + LONGEST_LOOK
    connection.connection.set_progress_handler(lambda: time.monotonic() > until, 100_000)
    try:
        found = str((db.row("PRAGMA quick_check(1)") or ("ok",))[0])
    except DatabaseError as problem:
        found = "ok" if "interrupted" in str(problem) else str(problem)
    finally:
        connection.connection.set_progress_handler(None, 0)
    return "" if found == "ok" else found


def _journal() -> str:
    """SQLite's way of keeping what is not written yet; "" on PostgreSQL."""
    return "" if db.is_postgres() else str((db.row("PRAGMA journal_mode") or ("",))[0])


def check_migrations() -> Iterator[Finding]:
    if waiting := pending():
        yield error(
            f"{len(waiting)} database changes wait, first {waiting[0]}.",
            "Start the server once: it makes them.",
        )


def check_jobs() -> Iterator[Finding]:
    if count := Job.objects.exclude(parked_at=None).count():
        latest = Job.objects.exclude(parked_at=None).order_by("-parked_at")[0]
        last_line = (latest.last_error.strip().splitlines() or [""])[-1]
        yield warning(
            f"{count} jobs were given up, the latest {latest.handler}: {last_line}",
            "Once the cause is gone, run them again: openrounds doctor --retry-jobs",
        )

    if pause := Pause.objects.first():
        yield warning(
            f"Jobs are paused since {pause.since:%Y-%m-%d %H:%M} UTC: {pause.reason}.",
            "Homes are not filled and no mail goes out. Let them go on: openrounds jobs release",
        )
    late = Job.objects.filter(parked_at=None, lease=None, run_at__lt=ago(minutes=LATE_MINUTES)).count()
    if late and not pause:
        yield warning(
            f"{late} jobs have waited for more than {LATE_MINUTES} minutes.",
            "Is the server running? If it is, its job worker does not keep up: see its log.",
        )


def check_size() -> Iterator[Finding]:
    """What is kept small by itself, if the job worker runs."""
    keep = options().feed_length
    if long := feed_sizes(2 * keep):
        yield warning(
            f"{len(long)} home feeds are more than twice as long as they should be ({keep}).",
            "They are trimmed every hour while jobs run: see whether jobs are paused or given up.",
        )
    wal = settings.DATA / "openrounds.sqlite3-wal"
    if not db.is_postgres() and wal.exists() and wal.stat().st_size > LONG_WAL_BYTES:
        yield warning(
            f"SQLite's write-ahead log has {wal.stat().st_size // 2**20} MB.",
            "Something reads for very long (a backup, a shell): end it. The log is emptied by itself afterwards.",
        )


def check_files() -> Iterator[Finding]:
    """The newest files and some of all others, so that the answer takes no longer with a million."""
    if options().s3_bucket:
        return
    newest = MediaFile.objects.filter(state=State.READY).exclude(name="").order_by("-pk")
    rows = [*newest.values_list("name", "preview")[:SAMPLE]]
    rows += newest.filter(pk__lt=_somewhere()).values_list("name", "preview")[:SAMPLE]
    names = [name for row in rows for name in row if name]
    missing = [name for name in dict.fromkeys(names) if path_of(name) is None]
    if missing:
        yield error(
            f"Of {len(set(names))} files looked for, {len(missing)} are missing, say {missing[0]}.",
            "Copy them into media/ from a backup.",
        )


def _somewhere() -> int:
    """A file's id between the oldest and the newest."""
    ends = MediaFile.objects.aggregate(first=Min("pk"), last=Max("pk"))
    return random.randint(ends["first"] or 0, ends["last"] or 0)  # noqa: S311 - a sample, no secret


def check_keys() -> Iterator[Finding]:
    """Whether what was signed and sealed here can still be opened."""
    store = SessionStore()
    sessions = Session.objects.filter(expire_date__gt=now()).order_by("-expire_date")
    signed = [_opens(data, store) for data in sessions.values_list("session_data", flat=True)[:SAMPLE]]
    phones = PushSubscription.objects.order_by("-pk").values_list("sealed_token", flat=True)[:SAMPLE]
    sealed = [unseal(token) is not None for token in phones]
    for what, good in (("sign-ins", signed), ("phones", sealed)):
        if lost := good.count(False):
            yield error(
                f"Of {len(good)} {what} looked at, {lost} were made with another secret key.",
                "If run/secret-key was lost or replaced, put it back from a backup and start again. Without it those "
                "concerned sign in anew.",
            )


def _opens(data: str, store: SessionStore) -> bool:
    try:
        signing.loads(data, salt=store.key_salt, serializer=store.serializer)
    except signing.BadSignature:
        return False
    return True


def check_machines() -> Iterator[Finding]:
    if options().redis_url and (problem := import_module("openrounds.core.broker").problem()):
        yield warning(
            f"Redis does not answer: {problem}",
            "Nothing is lost, but what is posted on one machine is up to half a second late on others. Check REDIS_URL.",
        )


def check_people() -> Iterator[Finding]:
    active = User.objects.filter(is_active=True)
    if not active.filter(rank__gte=Rank.ADMIN).exists():
        yield warning("Nobody is admin.", "openrounds account set-rank NAME admin")
    if active.exists() and not active.filter(rank__gte=Rank.MODERATOR).exists():
        yield warning("Nobody moderates.", "openrounds account set-rank NAME moderator")
    name = options().contact_account
    if name and not Account.objects.filter(domain="", username__iexact=name).exists():
        yield error(f"The contact account @{name} does not exist.", "Correct OPENROUNDS_CONTACT_ACCOUNT.")


def check_teams() -> Iterator[Finding]:
    owners = Count("memberships", filter=Q(memberships__right=TeamRight.OWNER))
    for team in Account.objects.filter(is_team=True, domain="").annotate(owners=owners).filter(owners__lt=2):
        yield warning(
            f"The team @{team.username} has {'one owner' if team.owners else 'no owner'}.",
            f"openrounds team add {team.username} PERSON --owner",
        )


def check_media() -> Iterator[Finding]:
    try:
        held = probe_confinement()
    except (MediaError, OSError) as problem:
        yield error(
            f"Images cannot be decoded: {problem}", "Check that the server may start child processes."
        )
        return
    if not held.network:
        yield warning(
            "The image decoder keeps the network.", "Allow user namespaces, or start the server as root."
        )
    if not held.files:
        yield warning(
            "The image decoder may read files of the server's user.", "Use a kernel with Landlock (5.13)."
        )
    if not held.user:
        yield warning(
            "The image decoder runs as the server's user.", "Start the server as root, or accept it."
        )
    if not can_process_av():
        yield warning("Video and audio are refused: there is no ffmpeg.", "Install ffmpeg.")


CHECKS: dict[str, Callable[[], Iterator[Finding]]] = {
    "data directory": check_data,
    "name and https": check_name,
    "limits": check_limits,
    "mail": check_mail,
    "database": check_database,
    "database changes": check_migrations,
    "jobs": check_jobs,
    "size": check_size,
    "files": check_files,
    "keys": check_keys,
    "other machines": check_machines,
    "people": check_people,
    "teams": check_teams,
    "media": check_media,
}
NEED_DATABASE = {"database changes", "jobs", "size", "files", "keys", "people", "teams"}


def retry_jobs() -> int:
    """Lets the jobs that were given up run again; how many."""
    return Job.objects.exclude(parked_at=None).update(parked_at=None, attempts=0)
