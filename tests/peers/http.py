"""An HTTP server on this machine that speaks the sources' protocols, with a switch for each way they fail."""

import gzip
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HTML = b"<!DOCTYPE html><html><body>Service is being maintained</body></html>"
FAULTS = (
    *("busy", "too_busy", "gateway_timeout", "html", "truncated", "empty", "slow_drip", "redirect_loop", "short_body"),
    *("gzip_bomb", "forbidden", "gone"),
)


@dataclass(frozen=True)
class Asked:
    """One request as a service sees it."""

    method: str
    path: str
    query: dict[str, str]
    headers: Message
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


@dataclass(frozen=True)
class Answer:
    """What a service gives."""

    body: bytes
    type: str = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(said: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(said).encode(), status=status)


Service = Callable[[Asked], Answer]


@dataclass
class Peer:
    """The server: its services by first path element, the fault it has, and what it was asked."""

    address: str
    services: dict[str, Service]
    fault: str | None = None
    times: int = 1_000  # how often it fails before it works again
    requests: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> tuple[str | None, Answer]:
        self.requests.append(asked)
        service = self.services.get(asked.path.split("/")[1])
        answer = service(asked) if service else Answer(b"no such service", "text/plain", 404)
        if self.fault is None or self.times == 0:
            return None, answer
        self.times -= 1
        return self.fault, answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: "_Server"

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def log_message(self, *_: object) -> None:
        """Say nothing: pytest shows what failed."""

    def _serve(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), self.headers, body)
        fault, answer = self.server.peer.answer(asked)
        try:
            getattr(self, f"_{fault}")(answer) if fault else self._send(answer)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client had enough: the point of some faults

    def _send(self, answer: Answer, body: bytes | None = None, length: int | None = None) -> None:
        body = answer.body if body is None else body
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _busy(self, _: Answer) -> None:
        self._send(Answer(b"slow down", "text/plain", 429, {"Retry-After": "0"}))

    def _too_busy(self, _: Answer) -> None:
        self._send(Answer(b"slow down", "text/plain", 429, {"Retry-After": "86400"}))

    def _gateway_timeout(self, _: Answer) -> None:
        self._send(Answer(HTML, "text/html", 504))

    def _html(self, _: Answer) -> None:
        self._send(Answer(HTML, "text/html"))

    def _truncated(self, answer: Answer) -> None:
        self._send(answer, answer.body[: len(answer.body) // 2])

    def _empty(self, answer: Answer) -> None:
        self._send(answer, b"")

    def _forbidden(self, _: Answer) -> None:
        self._send(Answer(b"no", "text/plain", 403))

    def _gone(self, _: Answer) -> None:
        self._send(Answer(b"moved away", "text/plain", 404))

    def _redirect_loop(self, _: Answer) -> None:
        self._send(Answer(b"", "text/plain", 302, {"Location": self.path}))

    def _short_body(self, answer: Answer) -> None:
        """Promise more than is sent, and hang up."""
        self._send(answer, length=len(answer.body) + 1000)
        self.close_connection = True

    def _gzip_bomb(self, answer: Answer) -> None:
        packed = gzip.compress(b" " * 4_000_000)
        self._send(Answer(packed, answer.type, 200, {"Content-Encoding": "gzip"}))

    def _slow_drip(self, answer: Answer) -> None:
        """Send a byte now and then: each keeps a read from timing out, and the whole never comes."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        for byte in answer.body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.ended.wait(0.05):
                return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    peer: Peer
    ended: threading.Event


@contextmanager
def serving(services: dict[str, Service], *, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """Run the server on a free port of this machine; with `tls` as https://localhost."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.peer = Peer(f"http://127.0.0.1:{server.server_port}", services)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.peer.address = f"https://localhost:{server.server_port}"
    server.ended = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.peer
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
