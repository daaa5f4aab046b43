"""Real servers on loopback that hear what is told: HTTP, and enough of SMTP for a client of the standard library."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar


class Web:
    """Hears POSTs; ``answers`` (status, body) are given in turn, the last one for ever."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], Any]] = []
        self.answers: list[tuple[int, bytes]] = [(200, b'{"errcode": 0}')]
        self.url = ""

    def bodies(self) -> list[Any]:
        return [body for _, _, body in self.heard]

    def next_answer(self) -> tuple[int, bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def web() -> Iterator[Web]:
    ear = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            ear.heard.append((self.path, {**dict(self.headers), "raw": body.decode()}, json.loads(body)))
            status, answer = ear.next_answer()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        ear.url = f"http://127.0.0.1:{port}"
        yield ear


class Post:
    """Hears mail; addresses in ``unknown`` are refused for good, and everything is put off while ``busy``."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.unknown: set[str] = set()
        self.busy = False
        self.port = 0


class _Talk(socketserver.StreamRequestHandler):
    ear: ClassVar[Post]

    def handle(self) -> None:
        self._say("220 test ESMTP")
        while line := self.rfile.readline().decode().strip():
            verb = line.upper()
            if verb.startswith(("EHLO", "HELO")):
                self._say("250-test\r\n250 8BITMIME")
            elif verb.startswith("RCPT"):
                unknown = any(address in line for address in self.ear.unknown)
                self._say("550 nobody of that name" if unknown else "451 not now" if self.ear.busy else "250 ok")
            elif verb == "DATA":
                self._say("354 go on")
                self._mail()
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _mail(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        found = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.ear.mails.append(found)

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def post() -> Iterator[Post]:
    ear = Post()
    handler = type("Talk", (_Talk,), {"ear": ear})
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)) as ear.port:
        yield ear


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
