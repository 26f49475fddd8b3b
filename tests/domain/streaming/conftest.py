"""Listeners without sockets: what happens is read from the outbox, translated, and handed to sessions by the hub."""

import json
from typing import Any

import pytest

from openrounds.accounts.models import Account
from openrounds.jobs import worker
from openrounds.oauth.access import Viewer
from openrounds.oauth.scopes import expand
from openrounds.streaming.channels import parse
from openrounds.streaming.events import Translator, decode
from openrounds.streaming.hub import Hub, Session
from openrounds.streaming.tail import Tail

BASE = "http://testserver"


class Listener:
    """One account listening to one stream."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def events(self) -> list[tuple[str, Any]]:
        """What came since the last look: the kind and the payload, parsed."""
        frames = [json.loads(self.session.queue.get_nowait()) for _ in range(self.session.queue.qsize())]
        return [(frame["event"], json.loads(frame.get("payload", "null"))) for frame in frames]

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]


class Live:
    def __init__(self) -> None:
        self.hub = Hub(limited=False)
        self.tail = Tail()

    def listen(self, account: Account, stream: str = "user", scopes: str = "read", **more: str) -> Listener:
        viewer = Viewer(0, 0, expand(scopes), account.pk, account.user.pk, 0, False)
        session = Session(viewer, BASE, "", as_websocket=True)
        self.hub.admit(session)
        self.hub.subscribe(session, parse(stream, account.pk, **more))
        return Listener(session)

    def settle(self) -> None:
        """All jobs are done, and all of the outbox is told."""
        worker.run_due()
        while rows := self.tail.read():
            translator = Translator(self.hub.interest())
            for row in rows:
                if (fact := decode(*row)) is not None:
                    self.hub.publish(translator.translate(fact))


@pytest.fixture
def live(db: None) -> Live:
    return Live()
