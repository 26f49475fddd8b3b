"""What pages need is read when the server starts."""

from django.template import Origin
from django.template.loaders.filesystem import Loader
from django.test import Client
from tests.factories.signing_in import browser_of, make_member

from openrounds.web.loading import load_pages

HERS = ("/home", "/notifications", "/explore", "/settings", "/compose", "/rounds")
EVERYBODYS = ("/", "/explore", "/auth/sign_in", "/@ann")


def refuse(_: Loader, origin: Origin) -> str:
    raise AssertionError(f"{origin.name} is read")


def test_no_template_is_read_after_the_start(db, monkeypatch):
    """Newer ones may lie there by then, for another version of the program."""
    make_member("ann")
    ann = browser_of("ann")
    load_pages()
    monkeypatch.setattr(Loader, "get_contents", refuse)
    answers = {path: ann.get(path, follow=True).status_code for path in HERS}
    answers |= {f"{path} (a stranger)": Client().get(path, follow=True).status_code for path in EVERYBODYS}
    assert set(answers.values()) == {200}, answers
