"""What the doctor finds."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from django.conf import settings as django_settings
from msgspec.structs import replace

from openrounds.accounts.models import Account, TeamMembership
from openrounds.accounts.sessions import SessionStore
from openrounds.core import db
from openrounds.core.clock import ago, now
from openrounds.jobs.actions import pause
from openrounds.jobs.models import Job
from openrounds.media import store
from openrounds.media.models import MediaFile, State
from openrounds.oauth.models import AccessToken, Application
from openrounds.ops import doctor
from openrounds.push.models import PushSubscription
from openrounds.push.sealing import seal

Openrounds = Callable[..., Result]


@pytest.fixture(autouse=True)
def _database_on_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' SQLite lives in memory, which has no journal to speak of."""
    monkeypatch.setattr(doctor, "_journal", lambda: "wal")


@pytest.fixture
def options(settings: Any) -> Callable[..., None]:
    def change(**changes: object) -> None:
        settings.OPENROUNDS = replace(django_settings.OPENROUNDS, **changes)

    return change


def test_doctor_warns_but_passes_a_server_without_a_name(openrounds: Openrounds) -> None:
    done = openrounds("doctor")
    assert done.exit_code == 0, done.output
    assert "OPENROUNDS_DOMAIN" in done.stdout
    assert "ok  database\n" in done.stdout


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"private_hosts": ["intranet"]}, "intranet"),
        ({"domain": "rounds.example.org"}, "OPENROUNDS_TRUSTED_PROXIES"),
        ({"registrations": "open", "confirm_email": False}, "OPENROUNDS_CONFIRM_EMAIL"),
        ({"email_url": "smtp://mail.example.org"}, "OPENROUNDS_EMAIL_FROM"),
    ],
)
def test_doctor_warns_of_settings(
    openrounds: Openrounds, options: Callable[..., None], changes: dict[str, object], said: str
) -> None:
    assert said not in openrounds("doctor").stdout.replace(
        "OPENROUNDS_EMAIL_URL and OPENROUNDS_EMAIL_FROM", ""
    )
    options(**changes)
    done = openrounds("doctor")
    assert said in done.stdout
    assert done.exit_code == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"rate_limits": False},
        {"debug": True},
        {"domain": "rounds.example.org", "https": False},
        {"contact_account": "nobody1"},
    ],
)
def test_doctor_refuses_what_is_not_safe(
    openrounds: Openrounds, options: Callable[..., None], changes: dict[str, object]
) -> None:
    options(**changes)
    assert openrounds("doctor").exit_code == 1


def test_doctor_names_a_team_with_one_owner(openrounds: Openrounds, alice: Account, bob: Account) -> None:
    team = Account.objects.create(username="Rounds", is_team=True)
    TeamMembership.objects.create(team=team, member=alice, right="owner")
    assert "@Rounds has one owner" in openrounds("doctor").stdout
    TeamMembership.objects.create(team=team, member=bob, right="owner")
    assert "@Rounds" not in openrounds("doctor").stdout


def test_doctor_shows_jobs_that_were_given_up_and_retries_them(openrounds: Openrounds) -> None:
    Job.objects.create(
        handler="x.y", payload="{}", queue="net", parked_at=now(), attempts=8, last_error="Trace\nBoom: dead"
    )
    assert "Boom: dead" in openrounds("doctor").stdout
    done = openrounds("doctor", "--retry-jobs")
    assert "1 jobs will be run again" in done.stdout
    assert "Boom" not in done.stdout
    assert Job.objects.get().attempts == 0


def test_doctor_refuses_a_database_without_a_write_ahead_log(
    openrounds: Openrounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_journal", lambda: "delete")
    done = openrounds("doctor")
    assert done.exit_code == 1
    assert "local disk" in done.stdout


def test_doctor_names_a_pause(openrounds: Openrounds) -> None:
    assert "paused" not in openrounds("doctor").stdout
    pause("restored from the backup of yesterday")
    said = openrounds("doctor").stdout
    assert "restored from the backup of yesterday" in said
    assert "openrounds jobs release" in said
    assert openrounds("jobs", "release").stdout == "Jobs run again.\n"
    assert "paused" not in openrounds("doctor").stdout


def test_doctor_names_jobs_that_nobody_runs(openrounds: Openrounds) -> None:
    Job.objects.create(handler="x", payload="{}", queue="default", run_at=ago(minutes=11))
    assert "1 jobs have waited" in openrounds("doctor").stdout


def test_doctor_names_feeds_that_are_not_trimmed(
    openrounds: Openrounds, options: Callable[..., None], alice: Account, post_as: Callable[..., Any]
) -> None:
    for number in range(3):
        post_as(alice, f"{number}")
    assert "home feeds" not in openrounds("doctor").stdout
    options(feed_length=1)
    assert "1 home feeds are more than twice" in openrounds("doctor").stdout


def test_doctor_names_files_that_are_missing(openrounds: Openrounds, alice: Account) -> None:
    assert "ok  files\n" in openrounds("doctor").stdout
    MediaFile.objects.create(owner=alice, state=State.READY, name=f"{7:032x}.jpg")
    done = openrounds("doctor")
    assert f"1 are missing, say {7:032x}.jpg" in done.stdout
    assert done.exit_code == 1


def test_doctor_names_a_directory_that_cannot_be_written_to(
    openrounds: Openrounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = store.directory()
    assert "cannot be written to" not in openrounds("doctor").stdout
    monkeypatch.setattr(doctor.os, "access", lambda path, _: path != media)
    done = openrounds("doctor")
    assert f"{media} cannot be written to" in done.stdout
    assert done.exit_code == 1


def test_doctor_names_small_pictures_that_are_missing(openrounds: Openrounds, alice: Account) -> None:
    kept = f"{8:032x}.jpg"
    (store.directory() / kept).touch()
    MediaFile.objects.create(owner=alice, state=State.READY, name=kept, preview=f"{9:032x}.jpg")
    assert f"Of 2 files looked for, 1 are missing, say {9:032x}.jpg" in openrounds("doctor").stdout


def test_doctor_names_a_lost_secret_key(openrounds: Openrounds, alice: Account, settings: Any) -> None:
    def sign_in() -> None:
        session = SessionStore()
        session["who"] = "alice"
        session.save()

    sign_in()
    token = AccessToken.objects.create(
        application=Application.objects.create(name="app"), account=alice, token_hash="x", scopes="push"
    )
    PushSubscription.objects.create(
        access_token=token, sealed_token=seal("token"), endpoint="https://push.example", standard=True
    )
    assert "ok  keys\n" in openrounds("doctor").stdout
    settings.SECRET_KEY = "another"
    sign_in()
    done = openrounds("doctor")
    assert "Of 2 sign-ins looked at, 1 were made with another secret key" in done.stdout
    assert "Of 1 phones looked at, 1 were made with another secret key" in done.stdout
    assert "run/secret-key" in done.stdout
    assert done.exit_code == 1


def test_doctor_names_a_broker_that_does_not_answer(
    openrounds: Openrounds, options: Callable[..., None]
) -> None:
    options(redis_url="redis://127.0.0.1:1/0")
    done = openrounds("doctor")
    assert "Redis does not answer" in done.stdout
    assert done.exit_code == 0
    options(redis_url="rubbish")
    assert "Redis does not answer" in openrounds("doctor").stdout


def test_doctor_goes_on_when_one_check_cannot_read(
    openrounds: Openrounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(doctor.CHECKS, "jobs", lambda: iter([db.row("SELECT nothing FROM nowhere")]))
    done = openrounds("doctor")
    assert "jobs: The database could not be read" in done.stdout
    assert "ok  media\n" in done.stdout
    assert done.exit_code == 1
