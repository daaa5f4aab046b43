"""Channels against real servers: what arrives, what counts as taken, and what is tried again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.notify.channels import Mail, NotTaken, Robot, Webhook
from connectors.notify.settings import MailSettings, RobotSettings, WebhookSettings
from schemas.examples import examples
from tests.integration.notify.listeners import Post, Web, post, web

ALERT = examples("alert")["raised"]
ENDED = examples("alert")["resolved"]


@pytest.fixture
def http() -> Iterator[Web]:
    with web() as ear:
        yield ear


@pytest.fixture
def smtp() -> Iterator[Post]:
    with post() as ear:
        yield ear


def robot(kind: str, http: Web, folder: Path, **more: Any) -> Robot:
    (folder / "url").write_text(f"{http.url}/send?key=abc\n")
    return Robot(RobotSettings(name="r", kind=kind, url_file=Path("url"), **more), folder)  # type: ignore[arg-type]


def mail(smtp: Post, tmp_path: Path, *to: str) -> Mail:
    settings = MailSettings(
        name="m", kind="mail", host="127.0.0.1", port=smtp.port, security="none", sender="ygt@example.com",
        to=to or ("yard@example.com",),
    )  # fmt: skip
    return Mail(settings, tmp_path)


# -- webhook -----------------------------------------------------------------------------------------------------------


def test_a_webhook_gets_the_alert_with_its_id_and_a_signature_that_fits(http: Web, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    hook = Webhook(WebhookSettings(name="w", kind="webhook", url=http.url + "/in", secret_file=Path("secret")), tmp_path)
    hook.tell([ALERT])
    ((path, headers, body),) = http.heard
    assert path == "/in"
    assert headers["Idempotency-Key"] == body["alert_id"] == f"{ALERT['exception_id']}.1"
    assert body["text_zh"] == ALERT["text_zh"] and body["subject"] == ALERT["subject"]
    signed = hmac.new(b"s3cret", headers["raw"].encode(), hashlib.sha256).hexdigest()
    assert headers["X-Yigangtong-Signature"] == signed


def test_one_that_had_it_already_has_taken_it(http: Web, tmp_path: Path) -> None:
    http.answers = [(409, b"")]
    Webhook(WebhookSettings(name="w", kind="webhook", url=http.url), tmp_path).tell([ALERT])


@pytest.mark.parametrize(
    ("status", "never"),
    [(400, True), (422, True), (401, False), (404, False), (429, False), (500, False), (503, False), (302, False)],
)
def test_only_a_document_that_it_will_never_take_is_given_up(http: Web, tmp_path: Path, status: int, never: bool) -> None:
    http.answers = [(status, b"")]
    with pytest.raises(NotTaken, match=str(status)) as problem:
        Webhook(WebhookSettings(name="w", kind="webhook", url=http.url), tmp_path).tell([ALERT])
    assert problem.value.never is never


def test_nobody_there_is_tried_again(tmp_path: Path) -> None:
    with web() as gone:
        url = gone.url
    with pytest.raises(NotTaken) as problem:
        Webhook(WebhookSettings(name="w", kind="webhook", url=url), tmp_path).tell([ALERT])
    assert not problem.value.never


# -- robots ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_a_robot_says_several_alerts_in_one_message_in_both_languages(http: Web, tmp_path: Path, kind: str) -> None:
    robot(kind, http, tmp_path).tell([ALERT, ENDED])
    ((path, _, body),) = http.heard
    assert path == "/send?key=abc"
    assert body["msgtype"] == "text"
    said = body["text"]["content"]
    for words in (ALERT["subject"], ALERT["text_zh"], ALERT["text_en"], ALERT["action"], "发生 raised", "已解除 over"):
        assert words in said


def test_dingtalk_is_signed_with_the_time_and_the_secret(http: Web, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SEC123")
    robot("dingtalk", http, tmp_path, secret_file=Path("secret")).tell([ALERT])
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(http.heard[0][0]).query)
    told = f"{asked['timestamp'][0]}\nSEC123".encode()
    assert base64.b64decode(asked["sign"][0]) == hmac.new(b"SEC123", told, hashlib.sha256).digest()
    assert asked["key"] == ["abc"]


@pytest.mark.parametrize("answer", [b'{"errcode": 45009, "errmsg": "api freq out of limit"}', b"<html>login</html>", b"[]"])
def test_200_with_an_error_in_it_is_no_success_and_names_no_address(http: Web, tmp_path: Path, answer: bytes) -> None:
    http.answers = [(200, answer)]
    with pytest.raises(NotTaken) as problem:
        robot("wecom", http, tmp_path).tell([ALERT])
    assert not problem.value.never
    assert "key=abc" not in str(problem.value)


def test_a_text_that_is_too_long_for_a_robot_is_cut_at_a_character(http: Web, tmp_path: Path) -> None:
    robot("wecom", http, tmp_path).tell([ALERT] * 20)
    said = http.bodies()[0]["text"]["content"]
    assert len(said.encode()) <= 2048
    assert said.endswith("more in the control tower")


# -- mail --------------------------------------------------------------------------------------------------------------


def test_mail_says_it_in_words_and_is_known_again_when_it_is_repeated(smtp: Post, tmp_path: Path) -> None:
    channel = mail(smtp, tmp_path, "yard@example.com", "gate@example.com")
    channel.tell([ALERT, ENDED])
    channel.tell([ALERT, ENDED])
    channel.tell([ENDED])
    first, again, other = smtp.mails
    assert ALERT["subject"] in first["Subject"] and "2" in first["Subject"]
    assert first["To"] == "yard@example.com, gate@example.com"
    assert ALERT["text_zh"] in first.get_content() and ALERT["action"] in first.get_content()
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]


def test_a_server_that_puts_it_off_is_tried_again_and_one_that_refuses_is_not(smtp: Post, tmp_path: Path) -> None:
    smtp.busy = True
    with pytest.raises(NotTaken) as later:
        mail(smtp, tmp_path).tell([ALERT])
    assert not later.value.never
    smtp.busy, smtp.unknown = False, {"yard@example.com"}
    with pytest.raises(NotTaken) as refused:
        mail(smtp, tmp_path).tell([ALERT])
    assert refused.value.never


def test_a_recipient_who_is_unknown_does_not_make_the_others_hear_it_twice(smtp: Post, tmp_path: Path) -> None:
    smtp.unknown = {"gone@example.com"}
    with pytest.raises(NotTaken, match=r"gone@example\.com") as problem:
        mail(smtp, tmp_path, "yard@example.com", "gone@example.com").tell([ALERT])
    assert problem.value.never
    assert len(smtp.mails) == 1
