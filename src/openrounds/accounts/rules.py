"""What a profile and a sign-up may hold. Pure; what is already taken is asked of the database in `actions`."""

import re
from collections.abc import Callable, Sequence

from msgspec import Struct, field

from openrounds.core.errors import Invalid
from openrounds.core.names import BadName, check_email, check_username, normalise_domain

DISPLAY_NAME_LIMIT = 30
NOTE_LIMIT = 500
FIELDS_LIMIT = 4
FIELD_LIMIT = 255
SPECIALTY_LIMIT = 100
REASON_LIMIT = 2000
PICTURE_DESCRIPTION_LIMIT = 1500
PRIVATE_NOTE_LIMIT = 2000
DEFAULT_VISIBILITIES = (0, 1, 2)  # public, unlisted, followers
LANGUAGES_LIMIT = 100
ATTRIBUTION_LIMIT = 100
PASSWORD_LIMIT = 256  # argon2 reads all of it, so somebody must stop

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}", re.IGNORECASE | re.ASCII)
_BEFORE_HOST = re.compile(r"(?:https?://)?(?:\*\.)?", re.IGNORECASE)
BLANK = ("ERR_BLANK", "can't be blank")
TAKEN = ("ERR_TAKEN", "has already been taken")
NOT_ACCEPTED = ("ERR_ACCEPTED", "must be accepted")
NOT_LISTED = ("ERR_INCLUSION", "is not included in the list")


def too_long(most: int) -> tuple[str, str]:
    return ("ERR_TOO_LONG", f"is too long (maximum is {most} characters)")


class Problems(Struct):
    """What is wrong with a form: field → (code, text) pairs, with Mastodon's codes."""

    found: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, name: str, problem: tuple[str, str]) -> None:
        self.found.setdefault(name, []).append(problem)

    def add_if(self, wrong: bool, name: str, problem: tuple[str, str]) -> None:
        if wrong:
            self.add(name, problem)

    def try_name(self, name: str, check: Callable[[str], None], value: str) -> None:
        """Notes what a check of `core.names` says against the value."""
        try:
            check(value)
        except BadName as problem:
            self.add(name, (problem.code, str(problem)))

    def raise_any(self) -> None:
        """Raises Invalid, with a sentence and the details, if anything was found."""
        if self.found:
            told = [f"{_label(name)} {text}" for name, problems in self.found.items() for _, text in problems]
            raise Invalid(f"Validation failed: {', '.join(told)}", self.found)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def check_sign_up_names(problems: Problems, username: str, email: str | None) -> None:
    """A new account's name and, for a person, the address he signs in with."""
    problems.try_name("username", check_username, username)
    if email is not None:
        problems.try_name("email", check_email, email)


def check_profile_texts(problems: Problems, display_name: str, specialty: str) -> None:
    problems.add_if(len(display_name) > DISPLAY_NAME_LIMIT, "display_name", too_long(DISPLAY_NAME_LIMIT))
    problems.add_if(len(specialty) > SPECIALTY_LIMIT, "specialty", too_long(SPECIALTY_LIMIT))


def check_attribution(domains: Sequence[str]) -> list[str]:
    """Those hosts in their normal form, each once; people also paste addresses and `*.` before them. Raises Invalid."""
    problems = Problems()
    problems.add_if(
        len(domains) > ATTRIBUTION_LIMIT,
        "attribution_domains",
        ("ERR_TOO_LONG", f"are too many (maximum is {ATTRIBUTION_LIMIT})"),
    )
    problems.raise_any()
    found: dict[str, None] = {}
    for text in filter(None, map(str.strip, domains)):
        problems.try_name("attribution_domains", lambda host: found.update({_host(host): None}), text)
        problems.raise_any()
    return list(found)


def _host(text: str) -> str:
    host = normalise_domain(_BEFORE_HOST.sub("", text).removesuffix("/"))
    if "." not in host:
        raise BadName("ERR_INVALID", f"{host} is not a valid domain")
    return host


def check_languages(languages: Sequence[str]) -> list[str]:
    """Those languages, each once; Invalid unless each is a language tag (BCP 47: `de`, `pt-BR`)."""
    if len(languages) > LANGUAGES_LIMIT or not all(_LANGUAGE.fullmatch(language) for language in languages):
        raise Invalid("Validation failed: Languages is invalid")
    return list(dict.fromkeys(languages))


LONGEST_START = 100
MOST_STARTS = 20


def name_starts(display_name: str) -> list[bytes]:
    """What a shown name is found by: all of it, and what is left of it from each further word on, in small letters.

    As bytes, which every database sorts alike.
    """
    words = display_name.lower().split()
    starts = {" ".join(words[place:])[:LONGEST_START] for place in range(min(len(words), MOST_STARTS))}
    return sorted(start.encode() for start in starts)
