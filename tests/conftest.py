"""What every test may ask for: three people (Alice owns, Bob follows, Charlie is a stranger), API clients, jobs on demand."""

import secrets
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core.management.commands import migrate
from django.http import HttpResponse
from django.test import Client

from openrounds.accounts.models import Account, Follow, TeamMembership, TeamRight, User, Visibility
from openrounds.api import rendering
from openrounds.core import limits
from openrounds.core.clock import now
from openrounds.jobs import worker
from openrounds.oauth.access import hash_secret
from openrounds.oauth.models import AccessToken, Application
from openrounds.ops import database
from openrounds.posts.actions import Draft, create_post
from openrounds.posts.models import Post
from openrounds.rounds import actions as rounds
from openrounds.rounds.drafts import RoundDraft, StepDraft
from openrounds.rounds.models import Round, Step


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest) -> None:
    """The database of the tests is made as a new server's is; by migrations it would take each worker half a minute."""
    with mock.patch.object(migrate.Command, "handle", side_effect=lambda *_, **__: database.create()):
        request.getfixturevalue("django_db_setup")


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(request: pytest.FixtureRequest) -> None:
    """Each worker has a database of its own; SQLite's are in memory, which is not to be given a name. pytest-django knows that
    of Django's engine alone."""
    if settings.OPENROUNDS.database_url:
        request.getfixturevalue("django_db_modify_db_settings_xdist_suffix")


ALL_SCOPES = "read write follow push"


class ApiClient:
    """Speaks to the API with one token, or with none."""

    def __init__(self, token: str | None) -> None:
        self.token = token
        self._client = Client(headers={"Authorization": f"Bearer {token}"} if token else {})

    def get(self, path: str, data: Any = None, **extra: Any) -> HttpResponse:
        return self._client.get(path, data, **extra)

    def post(self, path: str, data: Any = None, **extra: Any) -> HttpResponse:
        return self._send("post", path, data, extra)

    def put(self, path: str, data: Any = None, **extra: Any) -> HttpResponse:
        return self._send("put", path, data, extra)

    def patch(self, path: str, data: Any = None, **extra: Any) -> HttpResponse:
        return self._send("patch", path, data, extra)

    def delete(self, path: str, data: Any = None, **extra: Any) -> HttpResponse:
        return self._send("delete", path, data, extra)

    def _send(self, verb: str, path: str, data: Any, extra: dict[str, Any]) -> HttpResponse:
        """JSON unless `form=True` (multipart, for files) is asked for."""
        if extra.pop("form", False) and verb == "post":
            return self._client.post(path, data or {}, **extra)
        return getattr(self._client, verb)(
            path, data if data is not None else {}, content_type="application/json", **extra
        )


def make_person(username: str, **profile: Any) -> Account:
    """A confirmed and approved person."""
    account = Account.objects.create(username=username, display_name=username.title(), **profile)
    user = User(
        account=account,
        username=username,
        email=f"{username}@example.org",
        confirmed_at=now(),
        approved_at=now(),
    )
    user.set_unusable_password()
    user.save()
    return account


def make_token(account: Account | None, scopes: str = ALL_SCOPES, *, person: User | None = None) -> str:
    """A token of a test application; `account` None makes one of the application alone."""
    application, _ = Application.objects.get_or_create(
        client_id="test-client",
        defaults={"name": "Tests", "client_secret_hash": hash_secret("secret"), "scopes": ALL_SCOPES},
    )
    token = secrets.token_urlsafe(32)
    AccessToken.objects.create(
        application=application,
        account=account,
        person=person or (account.user if account else None),
        scopes=scopes,
        token_hash=hash_secret(token),
    )
    return token


def follow(follower: Account, followee: Account) -> Follow:
    """A follow as a row, without anything that follows from it."""
    return Follow.objects.create(follower=follower, followee=followee)


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    rendering.forget_everything()
    yield
    rendering.forget_everything()


@pytest.fixture(autouse=True)
def _no_window_ends_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits count by the clock's half hours: who tests one just then would find it given twice."""
    begun = time.time()
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: begun))


@pytest.fixture
def alice(db: None) -> Account:
    return make_person("alice")


@pytest.fixture
def bob(db: None) -> Account:
    return make_person("bob")


@pytest.fixture
def charlie(db: None) -> Account:
    return make_person("charlie")


@pytest.fixture
def anonymous(db: None) -> ApiClient:
    return ApiClient(None)


@pytest.fixture
def client_of(db: None) -> Callable[..., ApiClient]:
    """`client_of(alice)`, `client_of(alice, "read")`, `client_of(None)` for an application's own token."""

    def make(account: Account | None, scopes: str = ALL_SCOPES) -> ApiClient:
        return ApiClient(make_token(account, scopes))

    return make


@pytest.fixture
def run_jobs(db: None) -> Callable[[], int]:
    """Runs whatever the queue holds, now."""
    return worker.run_due


@pytest.fixture
def post_as(db: None, run_jobs: Callable[[], int]) -> Callable[..., Post]:
    """`post_as(alice, "text", visibility=Visibility.DIRECT, …)`: a post with everything that follows from it."""

    def make(account: Account, text: str = "Hello", **more: Any) -> Post:
        more.setdefault("visibility", Visibility.PUBLIC)
        post = create_post(account, Draft(text=text, **more))
        run_jobs()
        return post

    return make


@pytest.fixture
def team(alice: Account) -> Account:
    """Alice owns the team that hosts."""
    account = Account.objects.create(username="haemteam", display_name="Haem Team", is_team=True)
    TeamMembership.objects.create(team=account, member=alice, right=TeamRight.OWNER)
    return account


@pytest.fixture
def make_case(alice: Account, team: Account) -> Callable[..., Round]:
    """`make_case(steps=3, commit_first=True)`: a draft case of the team's with that many stages."""

    def make(steps: int = 3, *, kind: str = "case", **step: Any) -> Round:
        start = now() + timedelta(hours=1)
        draft = RoundDraft(
            title="A man with bruises",
            hashtag="#HaemRounds",
            basis="fictional",
            specialty="Hematology",
            level="registrar",
            opens_at=start,
            closes_at=start + timedelta(days=7),
        )
        round = rounds.create_round(alice, team, kind, draft, base_url="http://testserver")
        for number in range(1, steps + 1):
            written = StepDraft(title=f"Stage {number}", text=f"Secret of stage {number}", **step)
            rounds.add_step(round, written, None, editor_id=alice.pk)
        return round

    return make


@pytest.fixture
def running(make_case: Callable[..., Round], alice: Account) -> Round:
    """A case whose first stage is out."""
    round = make_case()
    rounds.release_step(step(round, 1), alice)
    round.refresh_from_db()
    return round


def step(round: Round, position: int) -> Step:
    found = round.steps.get(position=position)
    found.round = round
    return found
