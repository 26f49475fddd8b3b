"""Fills a data directory with what Mastodon.py's suite expects of its server (its tests/setup.sql).

    seed_mastodonpy.py DATA      with the environment of the server

People come from the command line, as any operator would make them; their names and addresses (`admin`,
`…@localhost`) and the tokens with values known beforehand are ones that OpenRounds never gives out, so those are
written to the rows.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import django

PASSWORD = "5fc638e0e53eafd9c4145b6bb852667d"
OPENROUNDS = Path(sys.executable).parent / "openrounds"
USER_SCOPES = "read write follow push"
ADMIN_SCOPES = f"{USER_SCOPES} admin:read admin:write"


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    locale: str = "ja"
    locked: bool = False
    owner: bool = False
    token: str = ""


PEOPLE = (
    Person("admin", "admin@localhost", owner=True, token="__MASTODON_PY_TEST_ACCESS_TOKEN_2", locale="en"),
    Person("admin2", "zerocool@example.com", owner=True, locale="de"),
    Person(
        "mastodonpy_test", "mastodonpy_test@localhost", locked=True, token="__MASTODON_PY_TEST_ACCESS_TOKEN"
    ),
    Person("mastodonpy_test_2", "mastodonpy_test_2@localhost", token="__MASTODON_PY_TEST_ACCESS_TOKEN_3"),
)


def main(data: str) -> None:
    for number in range(len(PEOPLE)):
        new = [
            f"seed{number}",
            "--email",
            f"seed{number}@example.com",
            "--password",
            PASSWORD,
            "--data",
            data,
        ]
        subprocess.run([OPENROUNDS, "account", "create", *new], check=True, stdout=subprocess.DEVNULL)
    django.setup()
    write_rows()


def write_rows() -> None:
    # Django must be set up before a model can be imported.
    from openrounds.accounts.models import Account, Rank, User  # noqa: PLC0415
    from openrounds.oauth.access import hash_secret  # noqa: PLC0415
    from openrounds.oauth.models import AccessToken, Application  # noqa: PLC0415

    application = Application.objects.create(
        name="Mastodon.py test suite",
        redirect_uris=["urn:ietf:wg:oauth:2.0:oob"],
        scopes=ADMIN_SCOPES,
        client_id="__MASTODON_PY_TEST_CLIENT_ID",
        client_secret_hash=hash_secret("__MASTODON_PY_TEST_CLIENT_SECRET"),
    )
    for number, person in enumerate(PEOPLE):
        account = Account.objects.get(username=f"seed{number}")
        Account.objects.filter(pk=account.pk).update(
            username=person.name, locked=person.locked, discoverable=True, indexable=True
        )
        user = User.objects.filter(account=account)
        user.update(username=person.name, email=person.email, locale=person.locale)
        if person.owner:
            user.update(rank=max(Rank))
        if person.token:
            AccessToken.objects.create(
                application=application,
                person=user.get(),
                account=account,
                scopes=ADMIN_SCOPES if person.owner else USER_SCOPES,
                token_hash=hash_secret(person.token),
            )


if __name__ == "__main__":
    main(sys.argv[1])
