"""GET, PATCH and PUT /api/v1/profile; the settings that only the owner sees."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from tests.factories.media import draw

from openrounds.accounts.models import Account

PROFILE = "/api/v1/profile"
UPDATE = "/api/v1/accounts/update_credentials"


def test_profile_is_as_typed_and_pictures_nobody_chose_are_null(alice, client_of):
    Account.objects.filter(pk=alice.pk).update(note="Films & <b>cells</b>")
    profile = client_of(alice).get(PROFILE).json()
    assert (profile["id"], profile["note"]) == (str(alice.pk), "Films & <b>cells</b>")
    assert (profile["avatar"], profile["header_static"]) == (None, None)
    assert profile["attribution_domains"] == []


@pytest.mark.parametrize("verb", ["patch", "put"])
def test_profile_is_edited_with_either_verb(alice, client_of, anonymous, verb):
    sent = {
        "display_name": "Dr Alice",
        "note": "new",
        "locked": True,
        "fields_attributes": [{"name": "Site", "value": "https://a.test"}],
        "attribution_domains": ["https://Blog.Test/", "*.news.test", "blog.test", ""],
    }
    profile = getattr(client_of(alice), verb)(PROFILE, sent).json()
    assert (profile["display_name"], profile["note"], profile["locked"]) == ("Dr Alice", "new", True)
    assert profile["fields"] == [{"name": "Site", "value": "https://a.test", "verified_at": None}]
    assert profile["attribution_domains"] == ["blog.test", "news.test"]
    assert client_of(alice).get(PROFILE).json() == profile
    assert anonymous.get(f"/api/v1/accounts/{alice.pk}").json()["display_name"] == "Dr Alice"


def test_picture_comes_as_a_file(alice, client_of):
    drawn = BytesIO()
    draw((40, 40)).save(drawn, "PNG")
    file = SimpleUploadedFile("a.png", drawn.getvalue(), "image/png")
    body = encode_multipart(BOUNDARY, {"avatar": file})
    answer = client_of(alice)._client.patch(PROFILE, body, content_type=MULTIPART_CONTENT)
    assert answer.status_code == 200, answer.content
    assert answer.json()["avatar"].startswith("http://testserver/")


def test_profile_is_for_its_owner_with_the_scope(alice, charlie, client_of, anonymous):
    assert anonymous.get(PROFILE).status_code == 401
    assert client_of(alice, "write").get(PROFILE).status_code == 403
    assert client_of(alice, "read").patch(PROFILE, {"note": "x"}).status_code == 403
    assert client_of(charlie).get(PROFILE).json()["id"] == str(charlie.pk)


@pytest.mark.parametrize(
    "domains",
    [["no domain"], ["localhost"], ["a@b.test"], ["b.test/path"], [f"{n}.test" for n in range(101)]],
)
def test_what_is_no_domain_is_refused_and_nothing_changed(alice, client_of, domains):
    answer = client_of(alice).patch(UPDATE, {"note": "new", "attribution_domains": domains})
    assert answer.status_code == 422 and "Attribution domains" in answer.json()["error"]
    profile = client_of(alice).get(PROFILE).json()
    assert (profile["note"], profile["attribution_domains"]) == ("", [])


def test_quote_policy_and_domains_are_kept_for_apps(alice, client_of):
    client = client_of(alice)
    sent = {"source": {"quote_policy": "followers"}, "attribution_domains": ["blog.test"]}
    source = client.patch(UPDATE, sent).json()["source"]
    assert (source["quote_policy"], source["attribution_domains"]) == ("followers", ["blog.test"])
    assert client.get("/api/v1/preferences").json()["posting:default:quote_policy"] == "followers"
    emptied = client.patch(UPDATE, {"attribution_domains": []}).json()["source"]
    assert (emptied["quote_policy"], emptied["attribution_domains"]) == ("followers", [])
    assert client.patch(UPDATE, {"source": {"quote_policy": "friends"}}).status_code in (400, 422)
