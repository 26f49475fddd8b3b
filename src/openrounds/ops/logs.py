"""One line on stderr for each thing that is logged, and no secret in any of them."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime

from openrounds.core.clock import iso

# What follows one of these words, in a header, a query, a form, JSON or a repr, is for its owner alone.
_NAMED = re.compile(
    r"""\b (authorization | (?:access_|refresh_|csrf|csrfmiddleware)?token | bearer | (?:client_)?secret(?:_key)? | code
    | code_verifier | otp(?:_attempt)? | passw(?:or)?d | private_key | cookie | sessionid | (?:access|secret)_key)
    (["']? \s* [=:] \s* (?:b?["'])? (?:(?:bearer|basic)\s+)? | \s+ (?=[^\s]{16}) )
    [^\s"'&,;)}\]]+""",
    re.IGNORECASE | re.VERBOSE,
)
_URL_PASSWORD = re.compile(r"(?<=://)([^\s:/@]*):[^\s@/]+@")
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)


def redact(text: str) -> str:
    """The text without tokens, codes, passwords and private keys."""
    text = _PEM.sub("[private key]", text)
    text = _URL_PASSWORD.sub(r"\1:[hidden]@", text)
    return _NAMED.sub(r"\1\2[hidden]", text)


class LineFormatter(logging.Formatter):
    """`time=… level=… logger=… pid=… msg="…"`, a traceback folded into `trace`: logfmt, as most collectors read it."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": iso(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "pid": str(record.process),
            "msg": json.dumps(redact(record.getMessage()), ensure_ascii=False),
        }
        if record.exc_info and record.exc_info[0]:
            trace = "".join(traceback.format_exception(*record.exc_info))
            said["trace"] = json.dumps(redact(trace), ensure_ascii=False)
        return " ".join(f"{key}={value}" for key, value in said.items())


def configure() -> None:
    """Sends every logger of this process to stderr; INFO from us, WARNING from others."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("openrounds").setLevel(logging.INFO)
    for name in ("django", "django.server"):  # Django set these up to speak for themselves
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.getLogger("django.request").setLevel(logging.ERROR)  # a page that is not there is no event
