"""What lower layers refuse, and what an app may, is said in the reader's language."""

import pytest
from django.utils.translation import override

from openrounds.oauth.scopes import ALL
from openrounds.web.scope_words import in_words
from openrounds.web.words import REFUSALS, refusal_in_words


@pytest.mark.parametrize(
    ("said", "german"),
    [
        ("Validation failed: The poll has already ended", "Die Umfrage ist schon zu Ende"),
        ("is too long (maximum is 30 characters)", "Das ist zu lang (höchstens 30 Zeichen)"),
        ("Validation failed: Quiet hours are written as 22:30", "Ruhezeiten schreibt man wie 22:30"),
        ("Validation failed: Title can't be blank", "Titel: Das darf nicht leer bleiben"),
        ("Domain has no valid port", "Domain: Das hat keinen gültigen Port"),
        ("This image takes too long to process.", "Bild: Die Verarbeitung dauert zu lange."),
        ("Step 3: A title is needed", "Schritt 3: Ein Titel fehlt"),
        ("That is no hashtag: 12", "Das ist kein Hashtag: 12"),
        ("something 5 % new", "Something 5 % new"),
        ("", ""),
    ],
)
def test_refusal_is_said_in_the_readers_language(said: str, german: str) -> None:
    with override("de"):
        assert refusal_in_words(said) == german


def test_every_known_refusal_has_a_german_wording() -> None:
    with override("de"):
        assert [text for text in REFUSALS if refusal_in_words(text.replace("%d", "7")) == text] == []


def test_every_scope_is_said_in_german() -> None:
    scopes = " ".join(sorted(ALL))
    english = in_words(scopes)
    with override("de"):
        assert not set(english) & set(in_words(scopes))
