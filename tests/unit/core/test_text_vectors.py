"""The server counts as the composer in the browser does (`web/assets/count.ts`): both are held to one file."""

import json
from pathlib import Path

import pytest

from openrounds.core.text import count_characters

VECTORS = Path(__file__).parents[2] / "vectors" / "count.json"


@pytest.mark.parametrize("case", json.loads(VECTORS.read_text()), ids=lambda case: repr(case["text"]))
def test_text_counts_as_in_the_browser(case: dict[str, object]) -> None:
    assert count_characters(str(case["text"]), str(case["warning"])) == case["count"]
