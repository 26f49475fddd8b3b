"""The WSGI application: pages and the client API."""

import os
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openrounds.config.settings")
django.setup(set_prefix=False)
# Both need the apps, and files must be prepared before they are looked for.
import_module("openrounds.web.static_files").prepare()
application = import_module("openrounds.config.application").Application()
