"""Who asks: a session cookie after logging in, HTTP Basic for machines, or a header that a reverse proxy sets.

An unsafe request that a browser sends from another site is refused (its ``Sec-Fetch-Site`` or ``Origin`` says so), besides
the cookie being SameSite=Strict: no page elsewhere can act in an officer's name.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection

from ops.api.people import LOCAL, People, Person

COOKIE: Final = "yigangtong"
#: A shift and a half: who works on logs in again.
SESSION_S: Final = 12 * 3600
_SAFE: Final = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Door:
    """How people are known. ``people`` None: everybody is the local operator; ``header``: the one that a proxy sets."""

    people: People | None
    secret: str
    header: str = ""

    def person(self, request: HTTPConnection) -> Person | None:
        """Who sends this request, None for a stranger."""
        if self.people is None:
            return LOCAL
        if self.header:
            return self.people.find(request.headers.get(self.header, ""))
        return self._by_cookie(request) or self._by_basic(request)

    def cookie(self, person: Person) -> str:
        """The value of the session's cookie."""
        return self._signer().dumps(person.name)

    def _by_cookie(self, request: HTTPConnection) -> Person | None:
        assert self.people is not None
        try:
            return self.people.find(self._signer().loads(request.cookies.get(COOKIE, ""), max_age=SESSION_S))
        except BadSignature:
            return None

    def _by_basic(self, request: HTTPConnection) -> Person | None:
        assert self.people is not None
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, _, password = b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return self.people.check(name, password)

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt="session")


def from_elsewhere(method: str, request: HTTPConnection) -> bool:
    """Whether a browser sends an unsafe request on behalf of another site."""
    if method in _SAFE:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")
