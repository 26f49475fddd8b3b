"""Editing a profile. Its version is raised with every change that others see, which is what caches go by."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from openrounds.accounts import rules
from openrounds.accounts.actions.follow import authorize_all_requests
from openrounds.accounts.facts import ProfileChanged
from openrounds.accounts.models import Account, Role, User, Visibility
from openrounds.accounts.rules import Problems
from openrounds.jobs.actions import record
from openrounds.media.actions import Picture

_SEEN = (
    "display_name note role specialty bot locked discoverable indexable hide_collections fields "
    "avatar avatar_static avatar_description header header_static header_description"
).split()
_OWN = (
    "default_visibility",
    "default_sensitive",
    "default_language",
    "default_quote_policy",
    "attribution_domains",
)


def edit_profile(
    account_id: int,
    changes: Mapping[str, Any],
    *,
    fields: Sequence[tuple[str, str]] | None = None,
    avatar: Picture | None = None,
    header: Picture | None = None,
) -> Account:
    """Sets what is named in `changes` (columns of Account, see `_SEEN` and `_OWN`), the lines of the profile as
    (name, value) pairs, and the pictures. Raises Invalid, naming each field at fault; nothing is changed then."""
    values = _checked({name: value for name, value in changes.items() if name in (*_SEEN, *_OWN)})
    for name, picture in (("avatar", avatar), ("header", header)):
        if picture is not None:
            values |= {name: picture.name, f"{name}_static": picture.static_name}
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
        if fields is not None:
            values["fields"] = _lines(account, fields)
        return _write(account, values)


def set_locale(person: User, locale: str) -> None:
    """The language in which the pages and mails speak to somebody."""
    User.objects.filter(pk=person.pk).update(locale=locale)


def set_single_keys(person: User, wanted: bool) -> None:
    """Whether the pages act on single letters that somebody types."""
    User.objects.filter(pk=person.pk).update(single_keys=wanted)


def delete_picture(account_id: int, which: str) -> Account:
    """Takes away the `avatar` or the `header`."""
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
        return _write(account, {which: "", f"{which}_static": "", f"{which}_description": ""})


def _write(account: Account, values: Mapping[str, Any]) -> Account:
    changed = {name: value for name, value in values.items() if getattr(account, name) != value}
    if not changed:
        return account
    seen = any(name in _SEEN for name in changed)
    opened = account.locked and changed.get("locked") is False
    Account.objects.filter(pk=account.pk).update(**changed, **({"version": F("version") + 1} if seen else {}))
    if seen:
        record(ProfileChanged(account_id=account.pk))
    if opened:
        authorize_all_requests(account.pk)
    account.refresh_from_db()
    if "display_name" in changed:
        account.keep_name()
    return account


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    problems = Problems()
    rules.check_profile_texts(problems, values.get("display_name", ""), values.get("specialty", ""))
    problems.add_if(len(values.get("note", "")) > rules.NOTE_LIMIT, "note", rules.too_long(rules.NOTE_LIMIT))
    problems.add_if(values.get("role", "") not in ("", *Role.values), "role", rules.NOT_LISTED)
    for name in ("avatar_description", "header_description"):
        too_long = len(values.get(name, "")) > rules.PICTURE_DESCRIPTION_LIMIT
        problems.add_if(too_long, name, rules.too_long(rules.PICTURE_DESCRIPTION_LIMIT))
    visibility = values.get("default_visibility", Visibility.PUBLIC)
    problems.add_if(visibility not in rules.DEFAULT_VISIBILITIES, "privacy", rules.NOT_LISTED)
    problems.raise_any()
    if values.get("default_language"):
        rules.check_languages([values["default_language"]])
    if "attribution_domains" in values:
        values["attribution_domains"] = rules.check_attribution(values["attribution_domains"])
    return values


def _lines(account: Account, given: Sequence[tuple[str, str]]) -> list[dict[str, str | None]]:
    """What was proven of a link stays proven while the line stays as it is."""
    lines = [(name.strip(), value.strip()) for name, value in given]
    lines = [line for line in lines if any(line)]
    problems = Problems()
    most = rules.FIELDS_LIMIT
    problems.add_if(len(lines) > most, "fields", ("ERR_TOO_LONG", f"are too many (maximum is {most})"))
    long = any(len(text) > rules.FIELD_LIMIT for line in lines for text in line)
    problems.add_if(long, "fields", rules.too_long(rules.FIELD_LIMIT))
    problems.add_if(any(not name for name, _ in lines), "fields", ("ERR_BLANK", "need a label"))
    problems.raise_any()
    proven = {(line["name"], line["value"]): line.get("verified_at") for line in account.fields}
    return [{"name": name, "value": value, "verified_at": proven.get((name, value))} for name, value in lines]
