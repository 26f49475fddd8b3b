"""The second language is whole."""

import re
from pathlib import Path

import polib
import pytest

import openrounds
from openrounds.web.glossary import TERMS

PACKAGE = Path(openrounds.__file__).parent
CATALOGUES = sorted((PACKAGE / "locale").glob("*/LC_MESSAGES/django.po"))
PLACE = re.compile(r"%\(\w+\)s|%[sd]|</?[a-z]+")
# Whoever adds words to these adds them to the catalogues: `django-admin makemessages -a`.
HELD = ("settings", "teams", "moderation", "welcome", "guide")
SAID = re.compile(r"{%\s*translate (?:\"([^\"]+)\"|'([^']+)')\s*%}")


def entries(catalogue: Path) -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(catalogue)) if not entry.obsolete]


def test_there_is_a_second_language() -> None:
    assert [path.parts[-3] for path in CATALOGUES] == ["de"]


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=str)
def test_no_message_is_untranslated(catalogue: Path) -> None:
    assert [entry.msgid for entry in entries(catalogue) if not entry.translated() or entry.fuzzy] == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=str)
def test_translations_hold_what_their_messages_hold(catalogue: Path) -> None:
    for entry in entries(catalogue):
        told = list(entry.msgstr_plural.values()) or [entry.msgstr]
        for text in told:
            assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(entry.msgid)), entry.msgid


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=str)
def test_what_templates_and_the_glossary_say_is_in_the_catalogue(catalogue: Path) -> None:
    known = {entry.msgid for entry in entries(catalogue)}
    said = {str(text) for term in TERMS for text in (term.words, term.meaning)}
    for folder in HELD:
        for template in (PACKAGE / "web" / "templates" / folder).glob("*.html"):
            said |= {one or other for one, other in SAID.findall(template.read_text())}
    assert sorted(said - known) == []
