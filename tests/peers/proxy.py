"""A forward proxy on loopback that passes CONNECT to the hosts it allows and refuses all others. Reads no traffic."""

import select
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class _Tunnel(socketserver.StreamRequestHandler):
    server: "Proxy"

    def handle(self) -> None:
        method, target, _ = self.rfile.readline().decode().split()
        while self.rfile.readline().strip():
            pass
        self.server.asked.append(f"{method} {target}")
        host, _, port = target.rpartition(":")
        if method != "CONNECT" or host not in self.server.allowed:
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as there:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with suppress(OSError):  # either end may hang up
                _passed_on(self.connection, there)


def _passed_on(here: socket.socket, there: socket.socket) -> None:
    while True:
        for ready in select.select([here, there], [], [], 10)[0]:
            data = ready.recv(65536)
            if not data:
                return
            (there if ready is here else here).sendall(data)


class Proxy(socketserver.ThreadingTCPServer):
    """Its address, the hosts it lets through (all of them at loopback), and what it was asked for."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, allowed: set[str]) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.allowed, self.asked = allowed, list[str]()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def proxy(*allowed: str) -> Iterator[Proxy]:
    """Serve on a free port of loopback until the end."""
    with Proxy(set(allowed)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
