"""The ways to people. Each takes some alerts at once, or says why not and whether to try again.

WeCom: https://developer.work.weixin.qq.com/document/path/91770 · DingTalk: https://open.dingtalk.com/document/robots/
custom-robot-access. Both answer 200 with an ``errcode``, and take 20 messages a minute.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final, Protocol

from connectors.notify import texts
from connectors.notify.settings import MailSettings, RobotSettings, WebhookSettings, secret
from connectors.notify.texts import Alert
from schemas.keys import alert_id

TIMEOUT_S: Final = 10.0
#: Alerts in one message to people; of a storm they read the first ones and open the control tower for the others.
MOST_IN_ONE: Final = 20
#: WeCom cuts a text at 2048 bytes, DingTalk at some 20,000: what is longer is cut by us, at a character.
_ROBOT_BYTES: Final = 2000
#: Answers that mean: this document never. All others (no access, wrong address, too many, server down) end when somebody
#: mends the settings or the server, and nothing may be lost until then.
_NEVER: Final = (400, 413, 415, 422)


class NotTaken(Exception):
    """A channel did not take something. ``never``: it never will, as it stands."""

    def __init__(self, reason: str, never: bool = False) -> None:
        super().__init__(reason)
        self.never = never


class Channel(Protocol):
    """One way to some people: its name, how many alerts it takes in one message, and seconds between two messages."""

    name: str
    most: int
    pause_s: float

    def tell(self, alerts: Sequence[Alert]) -> None:
        """Tell, and return when it is taken. Raises NotTaken."""


class Webhook:
    """One POST per alert: the record as JSON. 2xx and 409 (had it already) count as taken."""

    most = 1
    pause_s = 0.0

    def __init__(self, settings: WebhookSettings, base: Path) -> None:
        self.name = settings.name
        self._url = settings.url
        self._secret = secret(settings.secret_file, base) if settings.secret_file else ""

    def tell(self, alerts: Sequence[Alert]) -> None:
        """See Channel."""
        for alert in alerts:
            ident = alert_id(alert)
            body = json.dumps({"alert_id": ident, **alert}, ensure_ascii=False).encode()
            headers = {"Idempotency-Key": ident}
            if self._secret:
                headers["X-Yigangtong-Signature"] = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
            _post(self._url, body, headers, taken=(409,))


class Robot:
    """A group robot: text, several alerts in one message."""

    most = MOST_IN_ONE

    def __init__(self, settings: RobotSettings, base: Path) -> None:
        self.name = settings.name
        self.pause_s = 60 / settings.per_minute
        self._kind = settings.kind
        self._url = secret(settings.url_file, base)
        self._secret = secret(settings.secret_file, base) if settings.secret_file else ""

    def tell(self, alerts: Sequence[Alert]) -> None:
        """See Channel."""
        content = _cut(texts.body(alerts))
        message = {"msgtype": "text", "text": {"content": content}}
        answer = _post(self._signed(), json.dumps(message, ensure_ascii=False).encode())
        try:
            code = json.loads(answer)["errcode"]
        except (ValueError, KeyError, TypeError) as error:
            raise NotTaken(f"{self._kind} answered something else than its protocol: {answer[:100]!r}") from error
        if code:
            raise NotTaken(f"{self._kind} answered errcode {code}: {answer[:200]!r}")

    def _signed(self) -> str:
        """DingTalk's signature: of the time (ms) and the secret, valid for an hour."""
        if not self._secret:
            return self._url
        now = str(time.time_ns() // 1_000_000)
        digest = hmac.new(self._secret.encode(), f"{now}\n{self._secret}".encode(), hashlib.sha256).digest()
        return f"{self._url}&{urllib.parse.urlencode({'timestamp': now, 'sign': base64.b64encode(digest).decode()})}"


class Mail:
    """One message for those that wait; its Message-ID is made from the alert ids, so a repeated one is known as such."""

    most = MOST_IN_ONE

    def __init__(self, settings: MailSettings, base: Path) -> None:
        self.name = settings.name
        self.pause_s = 60 / settings.per_minute
        self._settings = settings
        self._password = secret(settings.password_file, base) if settings.password_file else ""

    def tell(self, alerts: Sequence[Alert]) -> None:
        """See Channel."""
        try:
            with self._server() as server:
                refused = server.send_message(self._message(alerts))
        except smtplib.SMTPRecipientsRefused as error:
            raise NotTaken(f"no recipient was taken: {error}", _for_good(error.recipients.values())) from error
        except smtplib.SMTPResponseException as error:
            never = 500 <= error.smtp_code < 600 and not isinstance(error, smtplib.SMTPAuthenticationError)
            raise NotTaken(f"{self._settings.host}: {error}", never) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(f"{self._settings.host}: {error}") from error
        if refused:  # the others have it; to send it again would tell them twice
            raise NotTaken(f"some recipients were not taken: {refused}", never=True)

    def _server(self) -> smtplib.SMTP:
        s = self._settings
        if s.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(s.host, s.port, timeout=TIMEOUT_S, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(s.host, s.port, timeout=TIMEOUT_S)
            if s.security == "starttls":
                server.starttls(context=ssl.create_default_context())
        if s.user:
            server.login(s.user, self._password)
        return server

    def _message(self, alerts: Sequence[Alert]) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._settings.sender
        message["To"] = ", ".join(self._settings.to)
        message["Subject"] = texts.title(alerts)
        idents = "\n".join(map(alert_id, alerts))
        message["Message-ID"] = f"<{hashlib.sha256(idents.encode()).hexdigest()[:32]}@yigangtong>"
        message["Auto-Submitted"] = "auto-generated"  # so that no holiday reply comes back
        message.set_content(texts.body(alerts))
        return message


def _for_good(answers: Any) -> bool:
    return all(500 <= code < 600 for code, _ in answers)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A POST that is led elsewhere would arrive as a GET without its body."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirect)


def _post(url: str, body: bytes, headers: Mapping[str, str] | None = None, taken: Sequence[int] = ()) -> bytes:
    """What was answered. Errors name no address: a robot's is a secret."""
    sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    try:
        with _OPENER.open(urllib.request.Request(url, body, sent), timeout=TIMEOUT_S) as answer:
            found: bytes = answer.read(65_536)
            return found
    except urllib.error.HTTPError as error:
        with error:
            if error.code in taken:
                return b""
            raise NotTaken(f"HTTP {error.code}", error.code in _NEVER) from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise NotTaken(f"no answer ({type(error).__name__}: {reason})") from error


def _cut(text: str) -> str:
    raw = text.encode()
    if len(raw) <= _ROBOT_BYTES:
        return text
    return raw[: _ROBOT_BYTES - 60].decode(errors="ignore") + "\n… 其余见控制塔 more in the control tower"


def open_channel(settings: WebhookSettings | RobotSettings | MailSettings, base: Path) -> Channel:
    """The channel that the settings describe; secrets are read from files beside ``base``. Raises NotifyFileError, OSError."""
    if isinstance(settings, WebhookSettings):
        return Webhook(settings, base)
    if isinstance(settings, RobotSettings):
        return Robot(settings, base)
    return Mail(settings, base)
