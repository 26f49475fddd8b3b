"""No secret reaches a log (A60)."""

import logging

import pytest

from openrounds.ops.logs import LineFormatter, redact

SECRET = "s3cr3tT0ken-0123456789abcdef"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"{{'Authorization': 'Bearer {SECRET}'}}",
        f'{{"access_token": "{SECRET}", "scope": "read"}}',
        f"GET /oauth/authorize?code={SECRET}&state=1",
        f"password={SECRET}&username=alice",
        f"client_secret: {SECRET}",
        f"Cookie: sessionid={SECRET}; csrftoken={SECRET}",
        f"bearer {SECRET}",
        f"postgres://rounds:{SECRET}@db.example.org/rounds",
        f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
        f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}",
    ],
)
def test_log_line_loses_its_secret(text: str) -> None:
    assert SECRET not in redact(text)


@pytest.mark.parametrize(
    "text",
    ["job 7 (posts.jobs.end_poll) failed, attempt 2", "web ended; starting it again", "status code 200"],
)
def test_log_line_without_a_secret_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


def test_traceback_is_folded_into_one_line_without_its_secret() -> None:
    problem = ValueError(f"token={SECRET}\nand more")
    about = (ValueError, problem, None)
    record = logging.LogRecord("openrounds", logging.ERROR, "f", 1, "failed with %s", ("x",), about)
    line = LineFormatter().format(record)
    assert "\n" not in line
    assert SECRET not in line
    assert "and more" in line
    assert 'msg="failed with x"' in line
    assert "level=error" in line
