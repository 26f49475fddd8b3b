"""Sessions in Django's table, read without the ORM: every page of somebody who is signed in begins with that.

Named by the setting SESSION_ENGINE.
"""

from typing import Any

from django.contrib.sessions.backends import db as engine

from openrounds.core import db
from openrounds.core.clock import now

_SELECT = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(engine.SessionStore):
    """Django's own but for reading."""

    def load(self) -> dict[str, Any]:
        """What was kept; nothing where there is no such session any more, which then gets another key."""
        found = db.row(_SELECT, [self.session_key, db.moment(now())])
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found[0])
