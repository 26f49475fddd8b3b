"""Everything that drawing a page needs, read before the first one is asked for.

What is read before the processes are forked is shared by them. And a server goes on with the templates it began with, whoever
writes newer ones over them meanwhile.
"""

from pathlib import Path

import django.forms
from django.conf import settings
from django.forms.renderers import get_default_renderer
from django.template import engines
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation


def load_pages() -> None:
    """Parses our templates and those of form fields, the addresses and every language."""
    for folder in engines["django"].dirs:
        for name in _names(Path(folder)):
            get_template(name)
    renderer = get_default_renderer()
    for name in _names(Path(django.forms.__path__[0]) / "templates"):
        renderer.get_template(name)
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            get_resolver()._populate()


def _names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
