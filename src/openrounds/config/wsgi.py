"""The WSGI application: pages and the client API."""

import os
from importlib import import_module

import django
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openrounds.config.settings")
django.setup(set_prefix=False)
import_module(
    "openrounds.web.static_files"
).prepare()  # needs the apps, and must be done before files are looked for
application = get_wsgi_application()
