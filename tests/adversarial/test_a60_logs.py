"""A60: no log of ours holds what lets anybody in, even with every logger at its most talkative that we set."""

import logging
import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from tests.factories.signing_in import (
    PASSWORD,
    allow,
    authorize_path,
    bearer,
    browser_of,
    code_in,
    exchange,
    make_member,
    register,
    submit,
)

from openrounds.accounts.models import Visibility
from openrounds.jobs.models import Happening
from openrounds.posts.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]


def test_a60_nothing_secret_is_logged_nor_kept_in_the_outbox(
    caplog: pytest.LogCaptureFixture, run_jobs: Callable[[], int], post_as: Callable[..., Post]
) -> None:
    caplog.set_level(logging.DEBUG)
    dana = make_member()
    browser = browser_of()
    app = register()
    code = code_in(allow(browser, authorize_path(app)))
    token = exchange(app, code).json()["access_token"]
    exchange(app, code)
    exchange(app, "never", client_secret="a-wrong-secret-of-an-app")
    bearer(token).get("/api/v1/apps/verify_credentials")
    submit(Client(), "/auth/sign_in", login="dana", password="a-wrong-password")
    submit(Client(), "/auth/password/new", email="dana@example.org")
    post_as(dana, "words for one alone", visibility=Visibility.DIRECT)
    run_jobs()
    link = re.search(r"/auth/password/reset/(\S+)", mail.outbox[-1].body)
    assert link
    logging.getLogger("openrounds.test").debug("the log is being read")
    assert "the log is being read" in caplog.text
    outbox = "".join(Happening.objects.values_list("payload", flat=True))
    secrets = [
        PASSWORD,
        code,
        token,
        app["client_secret"],
        link[1],
        "a-wrong-password",
        "a-wrong-secret-of-an-app",
    ]
    for secret in [*secrets, browser.cookies["session"].value, "words for one alone"]:
        assert secret not in caplog.text
        assert secret not in outbox


@pytest.mark.parametrize(
    "logger", ["authlib.oauth2.rfc6749.grants.authorization_code", "allauth.account.adapter"]
)
def test_a60_libraries_that_log_secrets_when_debugging_are_held_back(logger: str) -> None:
    """authlib writes each issued token out at DEBUG."""
    assert not logging.getLogger(logger).isEnabledFor(logging.DEBUG)
