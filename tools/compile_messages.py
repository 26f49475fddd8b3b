"""Compiles the pages' translations (.po, kept in git) to what gettext reads (.mo, made by `make setup`)."""

import sys
from pathlib import Path

import polib

LOCALE = Path(__file__).parents[1] / "src" / "openrounds" / "locale"


def main() -> int:
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        polib.pofile(str(source), check_for_duplicates=True).save_as_mofile(str(source.with_suffix(".mo")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
