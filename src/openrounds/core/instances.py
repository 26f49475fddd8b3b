"""Instances of models out of plain SQL, for rows that every request asks for: there the ORM costs several times the query.

They are the same as those that the ORM has read, or is about to write. Django's own way to make one walks through all columns
and sends signals, to which nobody here listens; that costs more than the query, too.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState

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
    return _filled(model, _names(model), values)


def partial(model: type[M], names: Sequence[str], values: Sequence[Any]) -> M:
    """One of which only those columns were read; another is read when somebody asks for it (as after `only`)."""
    return _filled(model, names, values)


def fresh(model: type[M], **values: Any) -> M:
    """A new one with those columns, the others as they begin; it is yet to be written (`db.insert`)."""
    made = model.__new__(model)
    made._state = ModelState()
    made.__dict__.update(_beginnings(model), **values)
    return made


@cache
def _beginnings(model: type[models.Model]) -> dict[str, Any]:
    """What columns begin with that always begin with the same."""
    fixed = [f for f in model._meta.concrete_fields if not (f.has_default() and callable(f.default))]
    return {field.attname: field.get_default() for field in fixed}


def _filled(model: type[M], names: Sequence[str], values: Sequence[Any]) -> M:
    made = model.__new__(model)
    made._state = ModelState()
    made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
    made.__dict__.update(zip(names, values, strict=True))
    return made


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
