"""GET /api/v1/accounts/verify_credentials, PATCH /api/v1/accounts/update_credentials, preferences, pictures."""

import json
from io import BytesIO

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from tests.conftest import make_token
from tests.factories.media import draw

from openrounds.accounts import actions
from openrounds.accounts.models import Account as Row
from openrounds.accounts.models import Rank, User
from openrounds.api.entities.account import Account, Role, Source

UPDATE = "/api/v1/accounts/update_credentials"
FORM = "application/x-www-form-urlencoded"


def own(answer) -> Account:
    assert answer.status_code == 200, answer.content
    account = msgspec.json.decode(answer.content, type=Account)
    assert isinstance(account.source, Source)
    assert isinstance(account.role, Role)
    return account


@pytest.mark.parametrize("scopes", ["read", "read:accounts", "profile"])
def test_person_reads_his_own_account(alice, client_of, scopes):
    account = own(client_of(alice, scopes).get("/api/v1/accounts/verify_credentials"))
    assert account.source.privacy == "public"
    assert account.source.follow_requests_count == 0
    assert account.role.permissions == "65536"


def test_own_account_needs_a_scope_and_a_person(alice, client_of, anonymous):
    assert client_of(alice, "write").get("/api/v1/accounts/verify_credentials").status_code == 403
    assert client_of(None).get("/api/v1/accounts/verify_credentials").status_code == 422
    assert anonymous.get("/api/v1/accounts/verify_credentials").status_code == 401


def test_rank_is_told_to_the_person_but_not_to_his_team(alice, client_of):
    User.objects.filter(account=alice).update(rank=Rank.ADMIN)
    assert own(client_of(alice).get("/api/v1/accounts/verify_credentials")).role.name == "Admin"
    team = actions.create_account(username="team", team=True, owner=alice)
    client = client_of(alice)
    client._client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {make_token(team, person=alice.user)}"
    account = own(client.get("/api/v1/accounts/verify_credentials"))
    assert (account.username, account.role.name) == ("team", "")


def test_person_edits_his_profile_in_json(alice, client_of, anonymous):
    sent = {
        "display_name": "Dr Alice",
        "note": "Films & <b>cells</b>",
        "bot": True,
        "locked": "1",
        "discoverable": False,
        "role": "clinician",
        "specialty": "Haematology",
        "fields_attributes": [{"name": "Site", "value": "https://a.test"}],
        "source": {"privacy": "private", "sensitive": True, "language": "de"},
    }
    account = own(client_of(alice).patch(UPDATE, sent))
    assert (account.display_name, account.bot, account.locked, account.discoverable) == (
        "Dr Alice",
        True,
        True,
        False,
    )
    assert account.source.note == "Films & <b>cells</b>"
    assert "<b>" not in account.note
    source = account.source
    assert (source.privacy, source.sensitive, source.language) == ("private", True, "de")
    assert (source.role, source.specialty) == ("clinician", "Haematology")
    assert (source.fields[0].name, source.fields[0].value) == ("Site", "https://a.test")
    assert "href" in account.fields[0].value
    assert anonymous.get(f"/api/v1/accounts/{alice.pk}").json()["display_name"] == "Dr Alice"


@pytest.mark.parametrize(
    "body",
    [
        "fields_attributes[0][name]=A&fields_attributes[0][value]=1&fields_attributes[1][name]=B&fields_attributes[1][value]=2",
        "fields_attributes[][name]=A&fields_attributes[][value]=1&fields_attributes[][name]=B&fields_attributes[][value]=2",
    ],
)
def test_lines_come_in_both_shapes_of_forms(alice, client_of, body):
    answer = client_of(alice)._client.patch(UPDATE, body, content_type=FORM)
    assert [(line.name, line.value) for line in own(answer).source.fields] == [("A", "1"), ("B", "2")]


def test_lines_as_an_object_of_numbers(alice, client_of):
    sent = {"fields_attributes": {"0": {"name": "A", "value": "1"}}}
    assert own(client_of(alice).patch(UPDATE, sent)).source.fields[0].name == "A"


def test_source_alone_leaves_the_rest(alice, client_of):
    answer = client_of(alice)._client.patch(
        UPDATE, "source[privacy]=unlisted&source[sensitive]=true", content_type=FORM
    )
    account = own(answer)
    assert (account.source.privacy, account.source.sensitive, account.display_name) == (
        "unlisted",
        True,
        "Alice",
    )


@pytest.mark.parametrize(
    "sent",
    [
        {"display_name": "x" * 31},
        {"note": "x" * 501},
        {"role": "wizard"},
        {"locked": "perhaps"},
        {"source": {"privacy": "direct"}},
        {"source": {"language": "<script>"}},
        {"fields_attributes": [{"name": "a", "value": "b"}] * 5},
        {"fields_attributes": "x"},
        {"avatar": "data:image/png;base64,AAAA"},
    ],
)
def test_bad_value_is_refused_and_nothing_is_written(alice, client_of, sent):
    answer = client_of(alice).patch(UPDATE, {"specialty": "Nephrology"} | sent)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("Validation failed")
    alice.refresh_from_db()
    assert alice.specialty == ""


def multipart(client, **files):
    return client._client.patch(UPDATE, encode_multipart(BOUNDARY, files), content_type=MULTIPART_CONTENT)


@pytest.fixture
def png() -> bytes:
    file = BytesIO()
    draw((64, 48)).save(file, "PNG")
    return file.getvalue()


def test_avatar_is_uploaded_and_deleted(alice, client_of, png):
    client = client_of(alice)
    account = own(
        multipart(client, avatar=SimpleUploadedFile("me.png", png), header=SimpleUploadedFile("h.png", png))
    )
    assert account.avatar.startswith("http://testserver/media/")
    assert "missing" not in account.header
    assert own(client.delete("/api/v1/profile/avatar")).avatar.endswith("/missing.png")
    assert own(client.delete("/api/v1/profile/header")).header.endswith("/missing.png")


def test_avatar_that_is_no_image_is_refused(alice, client_of):
    script = SimpleUploadedFile(
        "me.svg", b"<svg><script>alert(1)</script></svg>", content_type="image/svg+xml"
    )
    assert multipart(client_of(alice), avatar=script).status_code == 422


def test_profile_is_edited_with_its_own_scope_alone(alice, client_of, anonymous):
    assert client_of(alice, "read").patch(UPDATE, {"note": "x"}).status_code == 403
    assert anonymous.patch(UPDATE, {"note": "x"}).status_code == 401
    assert own(client_of(alice, "write:accounts").patch(UPDATE, {"note": "x"})).source.note == "x"


def test_preferences_are_flat(alice, client_of):
    Row.objects.filter(pk=alice.pk).update(default_visibility=2, default_language="de")
    assert json.loads(client_of(alice).get("/api/v1/preferences").content) == {
        "posting:default:visibility": "private",
        "posting:default:sensitive": False,
        "posting:default:language": "de",
        "posting:default:quote_policy": "public",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
    }
