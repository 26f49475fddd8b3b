"""Joins what allauth's pages do to our own actions."""

from importlib import import_module

from django.apps import AppConfig


class WebApp(AppConfig):
    name = "openrounds.web"

    def ready(self) -> None:
        import_module("openrounds.web.signals")
        import_module("openrounds.web.language")
