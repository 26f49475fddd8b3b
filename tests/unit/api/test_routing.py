"""From a method and a path to a route."""

import pytest

from openrounds.api import endpoints
from openrounds.api.routing import GREATEST_ID, anyone, find, route
from openrounds.core.errors import NotFound

endpoints.load()


def test_path_arguments_come_as_numbers():
    found, arguments, methods = find("GET", "/api/v1/statuses/17/context")
    assert found.path == "/api/v1/statuses/:id/context" and arguments == {"id": 17} and methods == ["GET"]


def test_head_is_get_and_a_slash_at_the_end_does_not_matter():
    assert find("HEAD", "/api/v1/timelines/home/")[0].path == "/api/v1/timelines/home"


def test_put_and_patch_are_one():
    put, patch = (find(method, "/api/v1/statuses/1")[0] for method in ("PUT", "PATCH"))
    assert put.handler is patch.handler


def test_unknown_method_names_those_there_are():
    found, _, methods = find("DELETE", "/api/v1/statuses/1/context")
    assert found is None and methods == ["GET"]


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/v1/nothing", "/api/v1/statuses//context", "/api/v1/statuses/1/context/x"]
)
def test_unknown_path_has_no_route(path):
    assert find("GET", path)[0] is None


def test_text_in_a_path_stays_text():
    assert find("GET", "/api/v1/timelines/tag/Häm")[1] == {"name": "Häm"}


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "-1",
        "1.0",
        "²",
        "٣",
        "1e3",
        " 1",
        str(GREATEST_ID + 1),
        "9" * 30,
        "0" * 20 + "9" * 20,
        "0" * 5000,
        "\x00",
    ],
)
def test_path_argument_that_is_no_id_is_not_found(text):
    with pytest.raises(NotFound):
        find("GET", f"/api/v1/statuses/{text}")


def test_nul_in_a_path_is_not_found():
    with pytest.raises(NotFound):
        find("GET", "/api/v1/timelines/tag/a\x00b")


def test_greatest_id_is_one():
    assert find("GET", f"/api/v1/statuses/{GREATEST_ID}")[1] == {"id": GREATEST_ID}


def test_route_cannot_be_declared_twice_nor_its_argument_renamed():
    with pytest.raises(ValueError, match="twice"):
        route("GET", "/api/v1/statuses/:id", anyone())(lambda call: None)
    with pytest.raises(ValueError, match=":id"):
        route("GET", "/api/v1/statuses/:post/parts", anyone())(lambda call: None)
