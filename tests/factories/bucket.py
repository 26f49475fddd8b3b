"""A bucket on loopback that speaks as much S3 as we use: put, get, head, delete, list."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass
class Bucket:
    """`objects` maps a key to type and bytes; `modified` is what it says of every object (RFC 9110 date)."""

    port: int = 0
    objects: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    modified: str = field(default_factory=lambda: formatdate(usegmt=True))
    broken: bool = False


@contextmanager
def serve_bucket() -> Iterator[Bucket]:
    bucket = Bucket()

    class Handler(_Handler):
        store = bucket

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        bucket.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield bucket
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    store: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing."""

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/files/")

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            body = _unwrap(body)
        if not self.store.broken:
            self.store.objects[self.key] = (self.headers["Content-Type"], body)
        self._send(501 if self.store.broken else 200)

    def do_DELETE(self) -> None:
        self.store.objects.pop(self.key, None)
        self._send(204)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        if "prefix" in parse_qs(urlsplit(self.path).query):
            self._send(200, "application/xml", self._listing())
        elif self.key in self.store.objects:
            self._send(200, *self.store.objects[self.key])
        else:
            self._send(404)

    def _listing(self) -> bytes:
        (prefix,) = parse_qs(urlsplit(self.path).query)["prefix"]
        found = (key for key in self.store.objects if key.startswith(prefix))
        listed = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in found)
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>".encode()

    def _send(self, status: int, kind: str = "text/plain", body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", self.store.modified)
        self.send_header("ETag", '"x"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _unwrap(body: bytes) -> bytes:
    """Chunks of `size;signature`, each with its bytes, up to the empty one (Signature Version 4, streaming)."""
    found = b""
    while True:
        head, _, body = body.partition(b"\r\n")
        size = int(head.partition(b";")[0], 16)
        if size == 0:
            return found
        found, body = found + body[:size], body[size + 2 :]
