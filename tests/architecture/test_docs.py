"""What the documents name exists, and what exists is documented."""

import re
from typing import get_type_hints

import pytest
from msgspec import Meta
from tests.architecture.tree import ROOT, SOURCE, tracked

from openrounds.core.options import UNPREFIXED, Options

VARIABLES = {UNPREFIXED.get(name, f"OPENROUNDS_{name.upper()}") for name in Options.__struct_fields__}
# Where the settings file is, and the suffix for a secret in a file: no settings themselves.
ABOUT_SETTINGS = {"OPENROUNDS_CONFIG", "OPENROUNDS_SECRET_KEY_FILE"}
PAGES = [path for path in tracked() if path.suffix == ".md"]


def text_of(page: str) -> str:
    return (ROOT / page).read_text()


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", text_of("docs/operate/configure.md")))
    assert documented >= VARIABLES


def test_every_setting_says_what_it_is_for() -> None:
    hints = get_type_hints(Options, include_extras=True)
    said = {
        name: [note.description for note in getattr(hint, "__metadata__", ()) if isinstance(note, Meta)]
        for name, hint in hints.items()
    }
    assert [name for name, descriptions in said.items() if not any(descriptions)] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_names_no_setting_that_does_not_exist(page: str) -> None:
    named = set(re.findall(r"\bOPENROUNDS_[A-Z0-9_]+\b", text_of(page)))
    assert named <= VARIABLES | ABOUT_SETTINGS


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_names_no_make_target_that_does_not_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", text_of("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^ +)make ([a-z0-9-]+)", text_of(page), re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_links_to_files_that_exist(page: str) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text_of(page))
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_the_architecture_page_names_every_package() -> None:
    packages = [path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()]
    assert [name for name in packages if f"`{name}`" not in text_of("docs/architecture.md")] == []
