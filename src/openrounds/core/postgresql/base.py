"""Django's connection to PostgreSQL, for many short queries: planned once, and without asking each time whether it lives."""

import select
from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Cursor

# Only where whoever runs the database has chosen nothing. What is asked here is short and goes along indexes, and most of what
# is asked for lies in memory: compiling a plan takes longer than running it, and reading whole tables is for hard disks.
_SUITABLE = """SELECT set_config(name, value, false) FROM (VALUES ('jit', 'off'), ('random_page_cost', '1.1')) AS w(name, value)
  JOIN pg_settings USING (name) WHERE source = 'default'"""


class DatabaseWrapper(base.DatabaseWrapper):
    health_check_done: bool
    _own: Cursor[Any]

    def init_connection_state(self) -> None:
        super().init_connection_state()
        self.connection.execute(_SUITABLE)
        self._own = Cursor(self.connection)

    def close_if_health_check_failed(self) -> None:
        """A server that went away has closed the socket, or the kernel has found nobody there: a query at the begin of each
        request would take as long as what is asked then."""
        if self.connection is None or self.health_check_done:
            return
        if (self.connection.closed or _has_news(self.connection.fileno())) and not self.is_usable():
            self.close()
        self.health_check_done = True

    def run(self, sql: str, params: Sequence[Any]) -> Cursor[Any]:
        """The driver's own cursor, which has run the statement and is to be read before the next. Values go beside it, so that
        the server can keep its plan (from the sixth time on); Django writes them into it, and it would be understood and
        planned anew each time."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        return self._own.execute(sql, params)


def _has_news(socket: int) -> bool:
    """Whether there is anything to read before anything was asked: the end, or a notice."""
    asked = select.poll()
    asked.register(socket, select.POLLIN)
    return bool(asked.poll(0))
