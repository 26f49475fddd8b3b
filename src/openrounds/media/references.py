"""Which columns name files of the store, so that a file nobody names can be told from one that is shown.

Rows of files stand in every layer above, so the columns are declared where all is joined (`config.subscriptions`).
"""

from collections.abc import Collection

from django.db.models import Model

_HOLDERS: list[tuple[type[Model], str]] = []


def holds_files(model: type[Model], *fields: str) -> None:
    """Declares columns that hold file names."""
    _HOLDERS.extend((model, field) for field in fields if (model, field) not in _HOLDERS)


def holders() -> list[tuple[type[Model], str]]:
    return list(_HOLDERS)


def unnamed(names: Collection[str]) -> set[str]:
    """Those of the files that no row names; a query per column."""
    if not _HOLDERS:
        raise LookupError("no column is declared to hold files: none may be thought unnamed")
    left = set(names)
    for model, field in _HOLDERS:
        found = model._default_manager.filter(**{f"{field}__in": left}).values_list(field, flat=True)
        left -= set(found)
    return left
