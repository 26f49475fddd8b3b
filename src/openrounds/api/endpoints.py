"""Imports every module of endpoints, each of which declares its routes."""

import pkgutil
from importlib import import_module

from openrounds.api import mastodon


def load() -> None:
    for module in pkgutil.iter_modules(mastodon.__path__, mastodon.__name__ + "."):
        import_module(module.name)
