"""The page of all settings, generated from the class that holds them."""

from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from openrounds.core.options import UNPREFIXED, Options

HEAD = """\
# Settings

Every setting has a default that works. Set one by its environment variable, or by its name in `openrounds.toml` in the
data directory (`OPENROUNDS_CONFIG` names another file); the variable wins. A secret can stay in a file of its own:
`OPENROUNDS_SECRET_KEY_FILE=/run/secrets/key`, and so for each variable. Lists are separated by commas in a
variable, and are lists in the file. Switches are `on` or `off` in a variable, `true` or `false` in the file. A name or value
that is wrong ends the start with a message that says so. `openrounds doctor` tells which settings do not go together.

This page is written by `openrounds docs settings`.

| variable | in the file | default | values | meaning |
|---|---|---|---|---|
"""


def settings_page() -> str:
    """docs/operate/configure.md."""
    hints = get_type_hints(Options, include_extras=True)
    return HEAD + "".join(_row(field, hints[field.name]) for field in msgspec.structs.fields(Options))


def _row(field: msgspec.structs.FieldInfo, hint: Any) -> str:
    variable = UNPREFIXED.get(field.name, f"OPENROUNDS_{field.name.upper()}")
    notes = [note for note in hint.__metadata__ if isinstance(note, Meta)]
    meaning = next(note.description for note in notes if note.description)
    cells = (f"`{variable}`", f"`{field.name}`", _default(field), _values(get_args(hint)[0], notes), meaning)
    return f"| {' | '.join(cells)} |\n"


def _default(field: msgspec.structs.FieldInfo) -> str:
    value = field.default
    if value is msgspec.NODEFAULT:
        value = field.default_factory()
    if isinstance(value, bool):
        return "`on`" if value else "`off`"
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return f"`{text}`" if text else "empty"


def _values(kind: Any, notes: list[Meta]) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    if get_origin(kind) is list:
        return "list"
    if kind is not int:
        return {bool: "`on`, `off`"}.get(kind, "text")
    least = next((note.ge for note in notes if note.ge is not None), None)
    most = next((note.le for note in notes if note.le is not None), None)
    if least is None:
        return "number"
    return f"{least} to {most}" if most is not None else f"{least} or more"
