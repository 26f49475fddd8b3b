"""Joins facts to their handlers once all apps are loaded."""

from importlib import import_module

from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "openrounds.config"

    def ready(self) -> None:
        import_module("openrounds.config.subscriptions").subscribe_all()
