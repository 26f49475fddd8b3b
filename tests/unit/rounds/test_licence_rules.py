"""What each licence allows."""

import pytest

from openrounds.rounds.licence_rules import OPEN, TERMS, deed_of
from openrounds.rounds.models import Licence


def test_every_licence_that_can_be_chosen_has_terms() -> None:
    assert set(TERMS) == set(Licence.values)


def test_open_is_what_everybody_may_reuse_and_change() -> None:
    assert set(OPEN) == {"CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"}


@pytest.mark.parametrize(
    ("code", "deed"),
    [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC-BY-NC-ND-4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
        ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("all-rights", None),
        ("", None),
    ],
)
def test_deed_is_where_the_licence_says_it(code: str, deed: str | None) -> None:
    assert deed_of(code) == deed


@pytest.mark.parametrize("code", TERMS)
def test_what_is_kept_back_is_in_its_name(code: str) -> None:
    terms = TERMS[code]
    assert terms.non_commercial == ("NC" in terms.name)
    assert terms.no_derivatives == ("ND" in terms.name)
