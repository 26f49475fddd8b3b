"""The page of settings is the one that is generated."""

from tests.architecture.tree import ROOT

from openrounds.ops.reference import settings_page


def test_settings_page_is_as_generated() -> None:
    assert (ROOT / "docs/operate/configure.md").read_text() == settings_page(), (
        "run: openrounds docs settings > docs/operate/configure.md"
    )
