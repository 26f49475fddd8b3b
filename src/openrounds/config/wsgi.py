"""The WSGI application: pages and the client API."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openrounds.config.settings")
application = get_wsgi_application()
