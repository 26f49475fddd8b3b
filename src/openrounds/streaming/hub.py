"""Who listens to what, and handing frames to them. Runs in the event loop alone, so it needs no locks."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from openrounds.oauth.access import Viewer
from openrounds.streaming.channels import Channel, Subscription

MOST_QUEUED = 256
MOST_CHANNELS = 32
MOST_PER_PERSON = 8
MOST_PER_ADDRESS = 40
CLOSED = None


@dataclass(frozen=True)
class Event:
    """Something for everyone on a channel but `spared`. `payload` is JSON text (or a bare id), `special` what certain
    accounts get in its place; both by the base URL that listeners know us by."""

    channel: Channel
    kind: str
    payload: Mapping[str, str]
    special: Mapping[tuple[int, str], str] = field(default_factory=dict)
    spared: Collection[int] = ()


@dataclass(frozen=True)
class Frame:
    """What is sent to one session: the words it asked by, the kind, the payload."""

    label: tuple[str, ...]
    kind: str
    payload: str

    def websocket(self) -> str:
        return msgspec.json.encode({"stream": self.label, "event": self.kind, "payload": self.payload}).decode()

    def server_sent(self) -> bytes:
        """LF only and never without data: Mastodon.py fails on anything else."""
        return f"event: {self.kind}\ndata: {self.payload or 'null'}\n\n".encode()


class Session:
    """One open connection. Frames wait in a queue; a reader who lets it fill up is let go."""

    _numbers = itertools.count()

    def __init__(self, viewer: Viewer, base: str, address: str, *, as_websocket: bool) -> None:
        self.viewer = viewer
        self.base = base
        self.address = address
        self.as_websocket = as_websocket
        self.queue: asyncio.Queue[str | bytes | None] = asyncio.Queue(MOST_QUEUED + 1)
        self.subscriptions: dict[Channel, Subscription] = {}
        self.closing = False
        self.number = next(self._numbers)

    @property
    def account_id(self) -> int:
        return self.viewer.account_id or 0

    def send(self, data: str | bytes) -> None:
        if self.closing:
            return
        if self.queue.qsize() >= MOST_QUEUED:
            self.close()
            return
        self.queue.put_nowait(data)

    def close(self) -> None:
        """Lets the connection go; what still waits is dropped."""
        if self.closing:
            return
        self.closing = True
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(CLOSED)


@dataclass(frozen=True)
class Interest:
    """What is listened to at a moment: all that the thread which reads the database needs to know."""

    channels: frozenset[Channel]
    accounts: frozenset[int]
    bases: frozenset[str]
    tokens: frozenset[int]


class Hub:
    """All sessions of this process."""

    def __init__(self) -> None:
        self.sessions: set[Session] = set()
        self._on: dict[Channel, set[Session]] = defaultdict(set)

    def admit(self, session: Session) -> bool:
        """False when this person or address has enough connections."""
        same_person = sum(s.viewer.user_id == session.viewer.user_id for s in self.sessions)
        same_address = sum(s.address == session.address for s in self.sessions)
        if same_person >= MOST_PER_PERSON or same_address >= MOST_PER_ADDRESS:
            return False
        self.sessions.add(session)
        return True

    def leave(self, session: Session) -> None:
        self.sessions.discard(session)
        for channel in list(session.subscriptions):
            self.unsubscribe(session, channel)

    def subscribe(self, session: Session, asked: Subscription) -> bool:
        """False when the session listens to enough already; a second time changes nothing."""
        if asked.channel not in session.subscriptions and len(session.subscriptions) >= MOST_CHANNELS:
            return False
        session.subscriptions.setdefault(asked.channel, asked)
        self._on[asked.channel].add(session)
        return True

    def unsubscribe(self, session: Session, channel: Channel) -> None:
        session.subscriptions.pop(channel, None)
        self._on[channel].discard(session)
        if not self._on[channel]:
            del self._on[channel]

    def interest(self) -> Interest:
        return Interest(
            frozenset(self._on),
            frozenset(s.account_id for s in self.sessions),
            frozenset(s.base for s in self.sessions),
            frozenset(s.viewer.token_id for s in self.sessions),
        )

    def publish(self, events: Iterable[Event]) -> None:
        """Hands every event to whom it is for; each distinct frame is encoded once."""
        for event in events:
            encoded: dict[tuple[object, ...], str | bytes] = {}
            for session in tuple(self._on.get(event.channel, ())):
                if session.account_id in event.spared:
                    continue
                payload = event.special.get((session.account_id, session.base), event.payload.get(session.base))
                if payload is not None:
                    session.send(self._encoded(encoded, session, event, payload))

    def _encoded(self, done: dict[tuple[object, ...], str | bytes], session: Session, event: Event, payload: str) -> str | bytes:
        label = session.subscriptions[event.channel].label
        key = (label, session.as_websocket, id(payload))
        if key not in done:
            frame = Frame(label, event.kind, payload)
            done[key] = frame.websocket() if session.as_websocket else frame.server_sent()
        return done[key]

    def close_tokens(self, gone: Collection[int]) -> None:
        """Ends every session whose token is no longer good."""
        for session in [s for s in self.sessions if s.viewer.token_id in gone]:
            session.close()
