"""Hashtags that a form keeps are put below the text as the browser counts them (`web/assets/tags.ts`)."""

import json
from pathlib import Path

import pytest

from openrounds.web.forms.compose import with_tags

VECTORS = Path(__file__).parents[2] / "vectors" / "kept_tags.json"


@pytest.mark.parametrize("case", json.loads(VECTORS.read_text()), ids=lambda case: repr(case["text"]))
def test_kept_hashtags_are_added_where_they_are_missing(case: dict[str, object]) -> None:
    assert with_tags(str(case["text"]), list(map(str, case["tags"]))) == case["sent"]  # type: ignore[call-overload]
