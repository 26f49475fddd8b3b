"""Instances of models out of plain SQL, for rows that every request asks for: there the ORM costs several times the query.

Whole rows only, so such an instance is the same as one that the ORM has read.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from django.db import DEFAULT_DB_ALIAS, models

from openrounds.core import db

M = TypeVar("M", bound=models.Model)


@cache
def columns(model: type[models.Model], table: str) -> str:
    """All columns of the model, as they are selected from that table or alias of it."""
    return ", ".join(f'{table}."{field.column}"' for field in model._meta.concrete_fields)


def width(model: type[models.Model]) -> int:
    """How many columns that are."""
    return len(model._meta.concrete_fields)


def instance(model: type[M], row: Sequence[Any]) -> M:
    """`row` has the values of `columns`."""
    values = list(row)
    for place, read in _readers(model):
        values[place] = read(values[place])
    return model.from_db(DEFAULT_DB_ALIAS, _names(model), values)


@cache
def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _readers(model: type[models.Model]) -> list[tuple[int, Callable[[Any], Any]]]:
    """Which columns the drivers do not give as Python means them, and how they are read."""
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for place, field in enumerate(model._meta.concrete_fields):
        if isinstance(field, models.DateTimeField):
            found.append((place, db.read_moment))
        elif isinstance(field, models.JSONField):
            found.append((place, msgspec.json.decode))
    return found
