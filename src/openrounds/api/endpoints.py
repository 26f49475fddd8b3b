"""Imports every module of endpoints, each of which declares its routes."""

import pkgutil
from importlib import import_module

from openrounds.api import mastodon, openrounds


def load() -> None:
    for package in (mastodon, openrounds):
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            import_module(module.name)
