"""Does Kafka take us? Its clients try for ever, or say no more than "timed out", where TLS or login are wrong.

librdkafka says in its log why each connection failed; here that becomes one line that names the setting.
"""

from __future__ import annotations

import logging
import re
import socket
import ssl
import time
from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from connectors.kafka.errors import KafkaRefused
from connectors.kafka.login import KafkaLogin, checked_login, for_librdkafka, tls_context

#: A broker on its way down closes connections too, but not for so long.
_PATIENCE_S: Final = 3.0
_STEP_S: Final = 0.25
_FAILED: Final = re.compile(r"FAIL .*?\]: (\S+): (.+?)(?: \(after .*)?$")
_AWAY: Final = re.compile(r"Connect to|Failed to resolve")


def knock(bootstrap: str) -> None:
    """Raises KafkaRefused when a broker is there and does not take us, with the setting to look at. Returns when it does, and
    also when nobody answers, which may pass. Raises what `checked_login` raises; blocks, for three seconds at most."""
    login = checked_login()
    heard = _Heard()
    client = AdminClient(for_librdkafka(bootstrap), logger=heard.logger)
    give_up = time.monotonic() + _PATIENCE_S
    while True:
        try:
            client.list_topics(timeout=_STEP_S)
        except KafkaException:
            client.poll(0)  # hands over the log
        else:
            return
        late = time.monotonic() > give_up
        for reason in heard.reasons.values():
            if (late or "Disconnected" not in reason) and (line := _refusal(bootstrap, login, reason)):
                raise KafkaRefused(line)
        away = [reason for reason in heard.reasons.values() if _AWAY.match(reason)]
        if late or len(away) > bootstrap.count(","):
            return


class _Heard(logging.Handler):
    """Why the last connection to each server failed."""

    def __init__(self) -> None:
        super().__init__()
        self.reasons: dict[str, str] = {}
        self.logger = logging.Logger("knock")
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if found := _FAILED.match(record.getMessage()):
            self.reasons[found[1]] = found[2]


def _refusal(bootstrap: str, login: KafkaLogin, reason: str) -> str:
    """The line for a person; "" when it may pass."""
    kafka, protocol = f"Kafka at {bootstrap}", f"YGT_KAFKA_PROTOCOL={login.kafka_protocol}"
    if "current SASL state" in reason:
        return f"{kafka} knows no login there, and {protocol}: set SSL or PLAINTEXT, or take another port 该端口不需登录"
    if reason.startswith("SASL"):
        return (
            f"{kafka} refuses the login of user {login.kafka_user!r}: {reason}. Check YGT_KAFKA_USER, YGT_KAFKA_PASSWORD_FILE "
            f"(or YGT_KAFKA_PASSWORD) and YGT_KAFKA_SASL_MECHANISM={login.kafka_sasl_mechanism} "
            "登录被拒：请核对用户、密码与认证机制"
        )
    if "certificate verify failed" in reason:
        ca = login.kafka_ca_file or "not set: whom the system trusts"
        return (
            f"{kafka} shows a certificate that is not trusted: {_why_untrusted(bootstrap, login) or reason}. Check "
            f"YGT_KAFKA_CA_FILE ({ca}), and that YGT_BOOTSTRAP names the host as the certificate does "
            "服务器证书不可信：请核对 CA 文件与地址"
        )
    if re.search(r"alert|unknown ca", reason):
        return (
            f"{kafka} does not take our client certificate: {reason}. Check YGT_KAFKA_CERT_FILE and YGT_KAFKA_KEY_FILE "
            "客户端证书未被接受：请核对证书与私钥文件"
        )
    if reason.startswith("SSL handshake failed"):
        return (
            f"{kafka} and we do not come to TLS; {protocol}: {reason}. Set the listener's protocol, or take another port "
            "TLS 握手失败：请核对协议与端口"
        )
    if reason.startswith("Disconnected"):
        return (
            f"{kafka} closes each connection; {protocol}. It wants TLS, a login or both: ask for the listener's protocol and "
            "set it 连接被关闭：该端口要求 TLS 或登录，请设置相应协议"
        )
    return ""


def _why_untrusted(bootstrap: str, login: KafkaLogin) -> str:
    """In the words of Python's ssl, which tells a wrong host from an unknown CA; librdkafka does not."""
    for server in bootstrap.split(","):
        host, _, port = server.strip().rpartition(":")
        try:
            with (
                socket.create_connection((host.strip("[]"), int(port)), _PATIENCE_S) as plain,
                tls_context(login).wrap_socket(plain, server_hostname=host.strip("[]")),
            ):
                pass
        except ssl.SSLCertVerificationError as error:
            return error.verify_message.rstrip(".")
        except (OSError, ValueError):
            pass
    return ""
