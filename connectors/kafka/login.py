"""How Kafka is reached, said once (``YGT_KAFKA_…``) and put into the words of each client library.

The servers are named by YGT_BOOTSTRAP or ``--bootstrap``; TLS and login come from the environment and from files only, as
whoever uses the machine can read a command line.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from connectors.kafka.errors import KafkaProblem


class KafkaLogin(BaseSettings):
    """Each with its default and its reason. `checked_login` reads them and looks whether they fit together."""

    model_config = SettingsConfigDict(env_prefix="YGT_", env_ignore_empty=True, extra="ignore")

    kafka_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="of the listener that YGT_BOOTSTRAP names: SSL has TLS, SASL has a login"
    )
    kafka_ca_file: Path | None = Field(None, description="PEM: who vouches for the brokers; none = whom the system trusts")
    kafka_cert_file: Path | None = Field(None, description="PEM: our client certificate, where brokers want one (mutual TLS)")
    kafka_key_file: Path | None = Field(None, description="PEM: its key, without a passphrase")
    kafka_sasl_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = Field(
        "SCRAM-SHA-512", description="how the user logs in; PLAIN sends the password itself, so only with SASL_SSL"
    )
    kafka_user: str = Field("", description="who logs in: a principal of schemas/topics.yaml")
    kafka_password_file: Path | None = Field(None, description="file with the password, a line end is no part of it")
    kafka_password: SecretStr = Field(SecretStr(""), description="the password itself, where no file can be given")

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.kafka_protocol.endswith("SSL")

    @property
    def sasl(self) -> bool:
        """Whether a user logs in."""
        return self.kafka_protocol.startswith("SASL")


def checked_login() -> KafkaLogin:
    """The settings, with the password in ``kafka_password`` wherever it came from. Raises KafkaProblem for settings that do
    not fit together or a file that cannot be used, ValidationError for a value that is none of the known ones."""
    login = KafkaLogin()
    protocol = f"YGT_KAFKA_PROTOCOL={login.kafka_protocol}"
    if not login.tls and (given := _given(login, "ca_file", "cert_file", "key_file")):
        raise KafkaProblem(
            f"{given} cannot count: {protocol} has no TLS. Set SSL or SASL_SSL, or leave the files out "
            "该协议不用 TLS：请改为 SSL 或 SASL_SSL，或去掉证书设置"
        )
    if not login.sasl and (given := _given(login, "user", "password_file", "password")):
        raise KafkaProblem(
            f"{given} cannot count: {protocol} has no login. Set SASL_SSL (or SASL_PLAINTEXT), or leave user and password out "
            "该协议不登录：请改为 SASL_SSL，或去掉用户与密码"
        )
    if login.kafka_cert_file is not None and login.kafka_key_file is None:
        raise KafkaProblem("YGT_KAFKA_CERT_FILE needs its key: set YGT_KAFKA_KEY_FILE too 客户端证书须同时给出私钥文件")
    if login.kafka_key_file is not None and login.kafka_cert_file is None:
        raise KafkaProblem("YGT_KAFKA_KEY_FILE needs its certificate: set YGT_KAFKA_CERT_FILE too 私钥须同时给出客户端证书")
    if login.sasl and not login.kafka_user:
        raise KafkaProblem(f"{protocol} wants a login: set YGT_KAFKA_USER 该协议须登录：请设置用户")
    if login.sasl and len(_given(login, "password_file", "password").split()) != 1:
        raise KafkaProblem(
            f"{protocol} wants one password: set YGT_KAFKA_PASSWORD_FILE (better) or YGT_KAFKA_PASSWORD, and not both "
            "密码须且只能设置一处，建议用文件"
        )
    if login.kafka_password_file is not None:
        login.kafka_password = SecretStr(_password(login.kafka_password_file))
    if login.tls:
        tls_context(login)
    return login


def tls_context(login: KafkaLogin) -> ssl.SSLContext:
    """What Python's ssl needs; brokers must be who the address says. Raises KafkaProblem for files that cannot be used."""
    for name in ("ca_file", "cert_file", "key_file"):
        if (path := getattr(login, f"kafka_{name}")) is not None:
            _read(name, path)
    try:
        context = ssl.create_default_context(cafile=login.kafka_ca_file)
    except ssl.SSLError as error:
        raise KafkaProblem(
            f"YGT_KAFKA_CA_FILE: {login.kafka_ca_file} holds no certificate in PEM form ({error.reason or error}): "
            "take the CA's ca.crt 文件中没有 PEM 格式的 CA 证书"
        ) from None
    if login.kafka_cert_file is not None:
        try:
            # An empty passphrase, so that nobody is asked for one on a terminal that a service has not.
            context.load_cert_chain(login.kafka_cert_file, login.kafka_key_file, "")
        except (ssl.SSLError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise KafkaProblem(
                f"YGT_KAFKA_CERT_FILE {login.kafka_cert_file} and YGT_KAFKA_KEY_FILE {login.kafka_key_file} are no pair in PEM "
                f"form without a passphrase ({reason}) 证书与私钥不配对，或不是无口令的 PEM 格式"
            ) from None
    return context


def for_librdkafka(bootstrap: str) -> dict[str, Any]:
    """The settings of confluent_kafka's clients. Raises what `checked_login` raises."""
    login = checked_login()
    found: dict[str, Any] = {"bootstrap.servers": bootstrap, "security.protocol": login.kafka_protocol}
    files = {
        "ssl.ca.location": login.kafka_ca_file, "ssl.certificate.location": login.kafka_cert_file,
        "ssl.key.location": login.kafka_key_file,
    }  # fmt: skip
    found |= {name: str(path) for name, path in files.items() if path is not None}
    if login.sasl:
        found |= {
            "sasl.mechanism": login.kafka_sasl_mechanism, "sasl.username": login.kafka_user,
            "sasl.password": login.kafka_password.get_secret_value(),
        }  # fmt: skip
    return found


def for_python(bootstrap: str) -> dict[str, Any]:
    """The same for aiokafka and kafka-python, which name them alike. Raises what `checked_login` raises."""
    login = checked_login()
    found: dict[str, Any] = {
        "bootstrap_servers": [server.strip() for server in bootstrap.split(",")], "security_protocol": login.kafka_protocol,
    }  # fmt: skip
    if login.tls:
        found["ssl_context"] = tls_context(login)
    if login.sasl:
        found |= {
            "sasl_mechanism": login.kafka_sasl_mechanism, "sasl_plain_username": login.kafka_user,
            "sasl_plain_password": login.kafka_password.get_secret_value(),
        }  # fmt: skip
    return found


def _given(login: KafkaLogin, *names: str) -> str:
    """Which of the settings were given, by their names in the environment."""
    found = (f"kafka_{name}" for name in names)
    return " ".join(f"YGT_{name.upper()}" for name in found if name in login.model_fields_set)


def _read(name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KafkaProblem(
            f"YGT_KAFKA_{name.upper()}: {path} cannot be read ({error.strerror}): check the path, and that this user may read "
            "it 无法读取该文件：请检查路径与权限"
        ) from None


def _password(path: Path) -> str:
    try:
        found = _read("password_file", path).decode().rstrip("\r\n")
    except UnicodeDecodeError:
        found = ""
    if not found or "\n" in found:
        raise KafkaProblem(
            f"YGT_KAFKA_PASSWORD_FILE: {path} must be one line of UTF-8 text, the password 密码文件应为一行文本"
        )
    return found
