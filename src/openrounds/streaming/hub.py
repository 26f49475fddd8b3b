"""Who listens to what, and handing frames to them. Runs in the event loop alone, so it needs no locks."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

import msgspec
from msgspec import Struct, field

from openrounds.oauth.access import Viewer
from openrounds.streaming.channels import Channel, Subscription

MOST_QUEUED = 256
MOST_CHANNELS = 32
MOST_PER_PERSON = 8
MOST_PER_ADDRESS = 40
# WebSocket close codes (RFC 6455, section 7.4.1, and IANA's registry)
UNSUPPORTED, REFUSED, RESTART, OVERLOADED = 1003, 1008, 1012, 1013


class Event(Struct, frozen=True):
    """Something for everyone on these channels but `spared`, and only with `scope`. `payload` is JSON text (or a bare id),
    `special` what certain accounts get in its place; both by the base URL that listeners know us by."""

    channels: Collection[Channel]
    kind: str
    payload: Mapping[str, str]
    special: Mapping[tuple[int, str], str] = field(default_factory=dict)
    spared: Collection[int] = ()
    scope: str = ""


class Frame(Struct, frozen=True):
    """What is sent to one session: the words it asked by, the kind, the payload ("" for none)."""

    label: tuple[str, ...]
    kind: str
    payload: str

    def websocket(self) -> str:
        said: dict[str, object] = {"stream": self.label, "event": self.kind}
        if self.payload:
            said["payload"] = self.payload
        return msgspec.json.encode(said).decode()

    def server_sent(self) -> str:
        """LF only and never without data: Mastodon.py fails on anything else."""
        return f"event: {self.kind}\ndata: {self.payload or 'null'}\n\n"


class Session:
    """One open connection. Frames wait in a queue; a reader who lets it fill up is let go."""

    def __init__(self, viewer: Viewer, base: str, address: str, *, as_websocket: bool) -> None:
        self.viewer = viewer
        self.base = base
        self.address = address
        self.as_websocket = as_websocket
        self.queue: asyncio.Queue[str] = asyncio.Queue(MOST_QUEUED)
        self.subscriptions: dict[Channel, Subscription] = {}
        self.closed = asyncio.Event()
        self.code = 0

    @property
    def account_id(self) -> int:
        return self.viewer.account_id or 0

    def send(self, data: str) -> None:
        if self.closed.is_set():
            return
        try:
            self.queue.put_nowait(data)
        except asyncio.QueueFull:
            self.close(OVERLOADED)

    def close(self, code: int) -> None:
        """Lets the connection go; what still waits is dropped."""
        if not self.closed.is_set():
            self.code = code
            self.closed.set()
            while not self.queue.empty():
                self.queue.get_nowait()


class Interest(Struct, frozen=True, dict=True):
    """What is listened to at a moment: all that the thread which reads the database needs to know."""

    channels: frozenset[Channel]
    accounts: frozenset[int]
    bases: frozenset[str]
    tokens: frozenset[int]

    @cached_property
    def _named(self) -> Mapping[str, list[Channel]]:
        named: dict[str, list[Channel]] = defaultdict(list)
        for channel in self.channels:
            named[channel.name].append(channel)
        return named

    def those_called(self, *names: str) -> list[Channel]:
        return [channel for name in names for channel in self._named.get(name, ())]


class Hub:
    """All sessions of this process."""

    def __init__(self, *, limited: bool = True) -> None:
        self.sessions: set[Session] = set()
        self._limited = limited
        self._on: dict[Channel, set[Session]] = defaultdict(set)
        self._interest: Interest | None = None

    def admit(self, session: Session) -> bool:
        """False when this person or address has enough connections."""
        if self._limited and self._too_many(session):
            return False
        self.sessions.add(session)
        self._interest = None
        return True

    def _too_many(self, session: Session) -> bool:
        same_person = sum(s.viewer.user_id == session.viewer.user_id for s in self.sessions)
        same_address = sum(s.address == session.address for s in self.sessions)
        return same_person >= MOST_PER_PERSON or same_address >= MOST_PER_ADDRESS

    def leave(self, session: Session) -> None:
        self.sessions.discard(session)
        self._interest = None
        for channel in list(session.subscriptions):
            self.unsubscribe(session, channel)

    def subscribe(self, session: Session, asked: Subscription) -> bool:
        """False when the session listens to enough already; a second time changes nothing."""
        if asked.channel in session.subscriptions:
            return True
        if len(session.subscriptions) >= MOST_CHANNELS:
            return False
        session.subscriptions[asked.channel] = asked
        self._on[asked.channel].add(session)
        self._interest = None
        return True

    def unsubscribe(self, session: Session, channel: Channel) -> None:
        if session.subscriptions.pop(channel, None) is None:
            return
        self._on[channel].discard(session)
        if not self._on[channel]:
            del self._on[channel]
        self._interest = None

    def interest(self) -> Interest:
        """Made anew only when somebody came, went or asked for something else."""
        if self._interest is None:
            self._interest = Interest(
                frozenset(self._on),
                frozenset(s.account_id for s in self.sessions),
                frozenset(s.base for s in self.sessions),
                frozenset(s.viewer.token_id for s in self.sessions),
            )
        return self._interest

    def stands(self, interest: Interest) -> bool:
        """Whether it is still what is listened to. May be asked in any thread."""
        return self._interest is interest

    def publish(self, events: Iterable[Event]) -> None:
        """Hands every event to whom it is for; each distinct frame is encoded once."""
        for event in events:
            encoded: dict[tuple[object, ...], str] = {}
            for channel in event.channels:
                for session in tuple(self._on.get(channel, ())):
                    self._hand(session, channel, event, encoded)

    def _hand(
        self, session: Session, channel: Channel, event: Event, encoded: dict[tuple[object, ...], str]
    ) -> None:
        if session.account_id in event.spared or (event.scope and not session.viewer.may(event.scope)):
            return
        ordinary = event.payload.get(session.base)
        payload = event.special.get((session.account_id, session.base), ordinary)
        if payload is None:
            return
        label = session.subscriptions[channel].label
        key = (label, session.as_websocket, id(payload))
        if key not in encoded:
            frame = Frame(label, event.kind, payload)
            encoded[key] = frame.websocket() if session.as_websocket else frame.server_sent()
        session.send(encoded[key])

    def close_tokens(self, gone: Collection[int]) -> None:
        """Ends every session whose token is no longer good."""
        for session in [s for s in self.sessions if s.viewer.token_id in gone]:
            session.close(REFUSED)

    def close_everyone(self) -> None:
        for session in tuple(self.sessions):
            session.close(RESTART)
