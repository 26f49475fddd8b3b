"""RSS out of what people write: a sign that XML cannot hold would take the whole feed away from everybody."""

from typing import Any

from django.utils.feedgenerator import Rss201rev2Feed

from openrounds.core.text import without_controls


class Rss(Rss201rev2Feed):
    """RSS 2.0 without control characters, wherever they stand."""

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*_clean(words), **_clean(named))

    def add_item(self, *words: Any, **named: Any) -> None:
        super().add_item(*_clean(words), **_clean(named))


def _clean(value: Any) -> Any:
    """In groups of values too."""
    if isinstance(value, str):
        return without_controls(value)
    if isinstance(value, dict):
        return {name: _clean(item) for name, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, (list, tuple)) else value
