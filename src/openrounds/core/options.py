"""Every setting of OpenRounds, typed, in one class.

Each comes from an environment variable `OPENROUNDS_<NAME>` or from the file `openrounds.toml` (in the data
directory, or where `OPENROUNDS_CONFIG` points); the variable wins. `DATABASE_URL` and `REDIS_URL` keep the names that every
host uses. `docs/operate/configure.md` is generated from this class.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from django.conf import settings
from msgspec import Meta

Positive = Annotated[int, Meta(ge=1)]
UNPREFIXED = {"database_url": "DATABASE_URL", "redis_url": "REDIS_URL"}
SWITCH_WORDS = {"on": True, "off": False, "yes": True, "no": False}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The settings; the text of each is its documentation."""

    data: Annotated[Path, Meta(description="Where the database, media, keys and run files live.")] = Path(
        "data"
    )
    domain: Annotated[
        str,
        Meta(
            description="The server's public name, e.g. `rounds.example.org`. Unset, it answers on 127.0.0.1 and localhost "
            "and URLs follow the request's Host."
        ),
    ] = ""
    https: Annotated[
        bool, Meta(description="Whether the public name is reached by https; only used with `domain`.")
    ] = True
    database_url: Annotated[
        str,
        Meta(
            description="`postgres://user:password@host/name`, with `?sslmode=require` and the like; empty means SQLite in the "
            "data directory. `?prepared_statements=off` for a pooler that cannot keep them (PgBouncer before 1.21)."
        ),
    ] = ""
    secret_key: Annotated[
        str, Meta(description="Signs sessions; made and kept in the data directory when empty.")
    ] = ""
    vapid_key: Annotated[
        str,
        Meta(
            pattern=r"^([A-Za-z0-9_-]{43}=?)?$",
            description="Private key of Web Push (32 bytes, base64url), the same on all machines; made and kept in the data "
            "directory when empty. With another key, every subscription is dead.",
        ),
    ] = ""
    node: Annotated[
        int, Meta(ge=0, le=15, description="This machine's number when several share one database.")
    ] = 0
    title: Annotated[str, Meta(description="The server's name for people.")] = "OpenRounds"
    description: Annotated[str, Meta(description="One or two sentences about the server.")] = (
        "A place to learn medicine together: staged cases, chats and journal clubs."
    )
    contact_email: Annotated[str, Meta(description="Where people write to the operators.")] = ""
    contact_account: Annotated[str, Meta(description="The user name of the operators' account.")] = ""
    languages: Annotated[
        list[str], Meta(description="Languages of the server, ISO 639-1, the main one first.")
    ] = msgspec.field(default_factory=lambda: ["en"])
    registrations: Annotated[
        Literal["approval", "invite", "open", "closed"], Meta(description="Who may sign up.")
    ] = "approval"
    confirm_email: Annotated[
        bool, Meta(description="Whether a new account must confirm its e-mail address before it can be used.")
    ] = True
    email_url: Annotated[
        str,
        Meta(
            description="`smtp://user:password@host:port` (or `smtps://`); empty writes mails as files into the data directory."
        ),
    ] = ""
    email_from: Annotated[str, Meta(description="The sender of mails.")] = "openrounds@localhost"
    rate_limits: Annotated[
        bool, Meta(description="Rate, new-account and media limits; `off` only for load tests on loopback.")
    ] = True
    streaming_port: Annotated[
        int,
        Meta(
            ge=0,
            le=65535,
            description="Where `serve` listens for streams; 0 takes a free port. With `domain`, the proxy must lead "
            "`/api/v1/streaming` there.",
        ),
    ] = 0
    redis_url: Annotated[
        str,
        Meta(
            description="`redis://host:6379/0` of a Redis or Valkey through which several machines that share one database "
            "wake each other at once. Without it they look twice a second."
        ),
    ] = ""
    trusted_proxies: Annotated[
        list[str],
        Meta(description="Networks whose `X-Forwarded-For` and `-Proto` are believed, e.g. `10.0.0.0/8`."),
    ] = []
    private_hosts: Annotated[
        list[str],
        Meta(
            description="Host names on private addresses that link previews and Web Push may reach; `doctor` warns when there "
            "are any."
        ),
    ] = []
    look_up_references: Annotated[
        bool,
        Meta(
            description="Whether the references of rounds are looked up (papers at doi.org and PubMed, pages at their own "
            "address). `off` leaves them plain links that say so."
        ),
    ] = True
    post_characters: Annotated[int, Meta(ge=140, description="How long a post may be.")] = 1000
    undo_seconds: Annotated[
        int,
        Meta(
            ge=0,
            le=60,
            description="How long a post written in the browser is held so that its writer can take it back; 0 sends it at "
            "once. Apps have their own.",
        ),
    ] = 0
    max_attachments: Annotated[Positive, Meta(description="Attachments per post.")] = 4
    max_mentions: Annotated[Positive, Meta(description="How many people one post may mention.")] = 20
    poll_options: Annotated[int, Meta(ge=2, le=8, description="Most options of a poll.")] = 8
    alt_text_characters: Annotated[Positive, Meta(description="Length of an alt text.")] = 1500
    image_megabytes: Annotated[Positive, Meta(description="Largest image upload.")] = 16
    video_megabytes: Annotated[Positive, Meta(description="Largest video or audio upload.")] = 99
    media_host: Annotated[
        str,
        Meta(
            description="A separate host name (with scheme) that serves uploaded files, e.g. `https://files.example.org`."
        ),
    ] = ""
    s3_bucket: Annotated[
        str, Meta(description="Keep files in this S3-compatible bucket instead of the data directory.")
    ] = ""
    s3_endpoint: Annotated[str, Meta(description="The S3 endpoint URL, for stores other than Amazon's.")] = ""
    s3_region: Annotated[str, Meta(description="The S3 region.")] = ""
    s3_access_key: Annotated[str, Meta(description="S3 access key id.")] = ""
    s3_secret_key: Annotated[str, Meta(description="S3 secret key.")] = ""
    leaving_days: Annotated[
        int,
        Meta(
            ge=0,
            le=365,
            description="For how many days somebody who has deleted the account may think again before it is erased.",
        ),
    ] = 14
    feed_length: Annotated[Positive, Meta(description="How many entries a home feed keeps.")] = 800
    cache_megabytes: Annotated[
        Positive,
        Meta(
            description="How much memory each process may keep written-out posts and profiles in; about 9,000 posts with "
            "all that is made of them in 48. More helps a large server whose readers are spread over many posts."
        ),
    ] = 48
    debug: Annotated[bool, Meta(description="Show errors in the browser; never on a public server.")] = False

    @property
    def base_url(self) -> str:
        """`https://rounds.example.org`, or "" when URLs follow the request."""
        return f"{'https' if self.https else 'http'}://{self.domain}" if self.domain else ""


def _from_environment(name: str, kind: Any) -> Any:
    variable = UNPREFIXED.get(name, f"OPENROUNDS_{name.upper()}")
    text = os.environ.get(variable)
    if text is None and (secret_file := os.environ.get(f"{variable}_FILE")):
        text = Path(secret_file).read_text(encoding="utf-8").strip()
    if text is None:
        return msgspec.UNSET
    bare = get_args(kind)[0]
    if get_origin(bare) is list:
        return [part.strip() for part in text.split(",") if part.strip()]
    return SWITCH_WORDS.get(text.lower(), text) if bare is bool else text


def settings_file() -> Path:
    """Where the settings file is, or would be."""
    data = Path(os.environ.get("OPENROUNDS_DATA", "data"))
    return Path(os.environ.get("OPENROUNDS_CONFIG", data / "openrounds.toml"))


def load() -> Options:
    """The settings of this process; `msgspec.ValidationError` names the one that is wrong."""
    path = settings_file()
    # A file that is named and missing is a mistake; one that is not named need not be there.
    given = path.is_file() or "OPENROUNDS_CONFIG" in os.environ
    found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if given else {}
    unknown = set(found) - set(Options.__struct_fields__)
    if unknown:
        raise msgspec.ValidationError(f"{path}: unknown settings: {', '.join(sorted(unknown))}")
    for field in msgspec.structs.fields(Options):
        value = _from_environment(field.name, field.type)
        if value is not msgspec.UNSET:
            found[field.name] = value
    return msgspec.convert(found, Options, strict=False, dec_hook=lambda kind, text: kind(text))


def options() -> Options:
    """The settings in force."""
    in_force: Options = settings.OPENROUNDS
    return in_force
