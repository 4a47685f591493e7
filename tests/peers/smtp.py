"""An SMTP server on loopback that keeps what it is given (RFC 5321, with AUTH PLAIN and LOGIN). Sends nothing on."""

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Mailbox:
    """What arrived: envelopes and messages; `refuse` makes the server say 550 to every recipient."""

    port: int = 0
    refuse: bool = False
    users: list[str] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)


class _Session(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        box, sender, recipients = self.server.box, "", []
        self._say("220 loopback ESMTP")
        while line := self.rfile.readline().decode().strip():
            word, _, rest = line.partition(" ")
            match word.upper():
                case "EHLO":
                    self._say("250-loopback", "250 AUTH PLAIN LOGIN")
                case "AUTH":
                    self._authenticated(rest, box)
                case "MAIL":
                    sender = rest.partition(":")[2].split()[0].strip("<>")
                    self._say("250 ok")
                case "RCPT" if box.refuse:
                    self._say("550 no such mailbox")
                case "RCPT":
                    recipients.append(rest.partition(":")[2].strip(" <>"))
                    self._say("250 ok")
                case "DATA":
                    self._say("354 go on")
                    box.messages.append(message_from_bytes(self._body(), policy=policy.default))
                    box.envelopes.append((sender, recipients))
                    recipients = []
                    self._say("250 taken")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _authenticated(self, rest: str, box: Mailbox) -> None:
        how, _, first = rest.partition(" ")
        if how.upper() == "PLAIN":
            box.users.append(base64.b64decode(first or self._asked("")).decode().split("\0")[1])
        else:
            box.users.append(base64.b64decode(first or self._asked("VXNlcm5hbWU6")).decode())
            self._asked("UGFzc3dvcmQ6")
        self._say("235 welcome")

    def _asked(self, what: str) -> str:
        self._say(f"334 {what}")
        return self.rfile.readline().decode().strip()

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True
    box: Mailbox


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Serve on a free port of loopback until the end."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = Mailbox(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.box
        finally:
            server.shutdown()
            thread.join()
