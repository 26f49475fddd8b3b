"""The ASGI application: `/api/v1/streaming`, by WebSocket and as server-sent events."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

import msgspec
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from openrounds.core.options import options
from openrounds.streaming import channels
from openrounds.streaming.channels import Subscription, Unknown
from openrounds.streaming.feed import Feed
from openrounds.streaming.hub import UNSUPPORTED, Hub, Session
from openrounds.streaming.requests import (
    Refused,
    Wish,
    address_of,
    admit,
    base_of,
    parsed,
    subscription,
    token_of,
)

PATH = "/api/v1/streaming"
BETWEEN_THUMPS = 15.0
LAST_WORDS = 2.0  # how long a client that is let go may take to hear so
OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*"}
PREFLIGHT = {
    **OPEN_TO_ALL,
    "Access-Control-Allow-Methods": "GET, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Accept, Cache-Control, Last-Event-ID",
    "Access-Control-Max-Age": "7200",
}
EVENT_STREAM = {
    **OPEN_TO_ALL,
    "Content-Type": "text/event-stream",
    "Cache-Control": "private, no-store",
    "X-Accel-Buffering": "no",
}


class Command(msgspec.Struct):
    """What a client says on a WebSocket."""

    type: str = ""
    stream: str = ""
    tag: str = ""
    list: str | int = ""
    round: str | int = ""
    thread: str | int = ""


class Streams:
    """The endpoints; all that they share is the hub and the feed."""

    def __init__(self, web_port: int) -> None:
        self.hub = Hub(limited=options().rate_limits)
        self.feed = Feed(self.hub)
        self._web_port = web_port

    # -- WebSocket --------------------------------------------------------

    async def websocket(self, socket: WebSocket) -> None:
        try:
            session = await self._open(socket, as_websocket=True)
        except Refused as refused:
            await socket.send_denial_response(_error(refused.status, refused.message))
            return
        try:
            offered = socket.scope.get("subprotocols") or [None]
            await socket.accept(subprotocol=offered[0])
            query = socket.query_params
            if "stream" in query:
                wish = Wish(query["stream"], *_details(query))
                await self._subscribe(session, wish)
            await self._converse(socket, session)
        finally:
            self.hub.leave(session)

    async def _converse(self, socket: WebSocket, session: Session) -> None:
        """Until either side has enough."""
        tasks = [
            asyncio.create_task(self._hear(socket, session)),
            asyncio.create_task(_say(socket, session)),
            asyncio.create_task(session.closed.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if session.closed.is_set():
            with contextlib.suppress(TimeoutError, RuntimeError):
                async with asyncio.timeout(LAST_WORDS):
                    await socket.close(session.code)

    async def _hear(self, socket: WebSocket, session: Session) -> None:
        while (message := await socket.receive())["type"] == "websocket.receive":
            if message.get("text") is None:
                session.close(UNSUPPORTED)
                return
            await self._obey(session, message["text"])

    async def _obey(self, session: Session, text: str) -> None:
        """What cannot be understood is ignored."""
        try:
            command = msgspec.json.decode(text, type=Command)
        except (msgspec.DecodeError, RecursionError):
            return
        wish = Wish(command.stream, command.tag, str(command.list), str(command.round), str(command.thread))
        if command.type == "subscribe":
            await self._subscribe(session, wish)
        elif command.type == "unsubscribe":
            with contextlib.suppress(Unknown):
                self.hub.unsubscribe(session, parsed(wish, session.account_id).channel)

    async def _subscribe(self, session: Session, wish: Wish) -> None:
        """What is refused is told, and the socket stays."""
        try:
            self._listen(session, await subscription(self.feed, session.viewer, wish))
        except Refused as refused:
            said = {"error": refused.message, "status": refused.status}
            session.send(msgspec.json.encode(said).decode())

    def _listen(self, session: Session, asked: Subscription) -> None:
        if not self.hub.subscribe(session, asked):
            raise Refused(429, "Too many streams on one connection")

    # -- server-sent events -----------------------------------------------

    async def events(self, request: Request) -> Response:
        query = request.query_params
        only_media = query.get("only_media", "") in {"true", "1", "on"}
        name = channels.from_path(request.path_params["name"], only_media=only_media)
        if name not in channels.SCOPES:
            return _error(404, "Record not found")
        try:
            session = await self._open(request, as_websocket=False)
        except Refused as refused:
            return _error(refused.status, refused.message)
        try:
            wish = Wish(name, *_details(query))
            self._listen(session, await subscription(self.feed, session.viewer, wish))
        except BaseException as problem:
            self.hub.leave(session)
            if isinstance(problem, Refused):
                return _error(problem.status, problem.message)
            raise
        return StreamingResponse(self._server_sent(session), headers=EVENT_STREAM)

    async def _server_sent(self, session: Session) -> AsyncIterator[str]:
        try:
            yield ":)\n"
            while not session.closed.is_set():
                yield await _next_of(session)
        finally:
            self.hub.leave(session)

    # -- both -------------------------------------------------------------

    async def _open(self, connection: HTTPConnection, *, as_websocket: bool) -> Session:
        viewer = await admit(self.feed, token_of(connection))
        base = base_of(connection, self._web_port)
        session = Session(viewer, base, address_of(connection), as_websocket=as_websocket)
        if not self.hub.admit(session):
            raise Refused(429, "Too many streams are open")
        return session


def _details(query: QueryParams) -> list[str]:
    return [query.get(name, "") for name in ("tag", "list", "round", "thread")]


async def _say(socket: WebSocket, session: Session) -> None:
    with contextlib.suppress(RuntimeError):  # the client is gone
        while True:
            await socket.send({"type": "websocket.send", "text": await session.queue.get()})


async def _next_of(session: Session) -> str:
    """The next event, or a sign of life where there is none."""
    waiting = asyncio.create_task(session.queue.get())
    closing = asyncio.create_task(session.closed.wait())
    try:
        await asyncio.wait({waiting, closing}, timeout=BETWEEN_THUMPS, return_when=asyncio.FIRST_COMPLETED)
        return waiting.result() if waiting.done() else ":thump\n"
    finally:
        waiting.cancel()
        closing.cancel()


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status, headers=OPEN_TO_ALL)


async def _health(_: Request) -> Response:
    return PlainTextResponse("OK", headers=OPEN_TO_ALL)


async def _preflight(_: Request) -> Response:
    return PlainTextResponse("", headers=PREFLIGHT)


async def _failed(_: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    return _error(status, "Record not found" if status == 404 else "This method is not known here")


@contextlib.asynccontextmanager
async def _living(streams: Streams, _: Starlette) -> AsyncIterator[None]:
    feeding = asyncio.create_task(streams.feed.run())
    feeding.add_done_callback(_mind)
    yield
    feeding.cancel()


def _mind(task: "asyncio.Task[None]") -> None:
    """Streams that nothing feeds must not stay open: the process ends and is started again."""
    if not task.cancelled():
        task.get_loop().stop()


def application(streams: Streams) -> Starlette:
    return Starlette(
        routes=[
            WebSocketRoute(PATH, streams.websocket),
            WebSocketRoute(f"{PATH}/", streams.websocket),
            Route(f"{PATH}/health", _health, methods=["GET"]),
            Route(f"{PATH}/{{name:path}}", _preflight, methods=["OPTIONS"]),
            Route(f"{PATH}/{{name:path}}", streams.events, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _failed},
        lifespan=partial(_living, streams),
    )
