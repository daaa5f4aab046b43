"""How Kafka is reached: what each client library is told, and what is refused before anybody connects."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth
from pydantic import ValidationError

from connectors.kafka.errors import KafkaProblem
from connectors.kafka.login import KafkaLogin, checked_login, for_librdkafka, for_python
from ops.cli.main import one_line
from streams.runtime.faust_app import faust_settings
from tests.secure_kafka import Certificates, openssl

AT = "kafka-1:9093, kafka-2:9093"
PASSWORD = "a password: with = and 空格 "
Put = Callable[..., None]


class Files(NamedTuple):
    """What an operator has on disk."""

    ca: Path
    crt: Path
    key: Path
    password: Path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    root = tmp_path_factory.mktemp("files")
    made = Certificates(root / "certificates")
    password = root / "password"
    password.write_text(PASSWORD + "\r\n", "utf-8")
    return Files(made.ca, *made.issue("worker"), password)


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Sets YGT_KAFKA_… anew, by the part of the name behind that."""

    def environment(**settings: object) -> None:
        for name in [name for name in os.environ if name.startswith("YGT_KAFKA_")]:
            monkeypatch.delenv(name)
        for name, value in settings.items():
            monkeypatch.setenv(f"YGT_KAFKA_{name}", str(value))

    return environment


# -- what clients are told ---------------------------------------------------------------------------------------------


def clients() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What librdkafka, the clients in Python and Faust's driver are told; the context's place is taken by True."""
    python = for_python(AT)
    settings = faust_settings(kafka=python, data_dir="x")
    assert settings["broker"] == ["aiokafka://kafka-1:9093", "aiokafka://kafka-2:9093"]
    through_faust = dict(credentials_to_aiokafka_auth(settings["broker_credentials"]))
    for found in (python, through_faust):
        if (context := found.get("ssl_context")) is not None:
            assert isinstance(context, ssl.SSLContext) and context.check_hostname and context.verify_mode == ssl.CERT_REQUIRED
            found["ssl_context"] = True
    return for_librdkafka(AT), python, {name: value for name, value in through_faust.items() if value is not None}


def test_without_settings_kafka_is_reached_as_before(put: Put) -> None:
    put()
    librdkafka, python, faust = clients()
    assert librdkafka == {"bootstrap.servers": AT, "security.protocol": "PLAINTEXT"}
    assert python == {"bootstrap_servers": ["kafka-1:9093", "kafka-2:9093"], "security_protocol": "PLAINTEXT"}
    assert faust == {"security_protocol": "PLAINTEXT"}


def test_tls_with_a_client_certificate(put: Put, files: Files) -> None:
    put(PROTOCOL="SSL", CA_FILE=files.ca, CERT_FILE=files.crt, KEY_FILE=files.key)
    librdkafka, python, faust = clients()
    assert librdkafka == {
        "bootstrap.servers": AT, "security.protocol": "SSL", "ssl.ca.location": str(files.ca),
        "ssl.certificate.location": str(files.crt), "ssl.key.location": str(files.key),
    }  # fmt: skip
    assert faust == {"security_protocol": "SSL", "ssl_context": True}
    assert python == faust | {"bootstrap_servers": ["kafka-1:9093", "kafka-2:9093"]}


@pytest.mark.parametrize("protocol", ["SASL_SSL", "SASL_PLAINTEXT"])
@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"])
def test_a_login_with_the_password_from_a_file(protocol: str, mechanism: str, put: Put, files: Files) -> None:
    put(PROTOCOL=protocol, SASL_MECHANISM=mechanism, USER="worker", PASSWORD_FILE=files.password)
    librdkafka, python, faust = clients()
    assert librdkafka == {
        "bootstrap.servers": AT, "security.protocol": protocol, "sasl.mechanism": mechanism, "sasl.username": "worker",
        "sasl.password": PASSWORD,
    }  # fmt: skip
    tls = {"ssl_context": True} if protocol == "SASL_SSL" else {}
    assert faust == {
        "security_protocol": protocol, "sasl_mechanism": mechanism, "sasl_plain_username": "worker",
        "sasl_plain_password": PASSWORD, **tls,
    }  # fmt: skip
    assert python == faust | {"bootstrap_servers": ["kafka-1:9093", "kafka-2:9093"]}


def test_the_password_may_come_from_the_environment_and_the_mechanism_is_the_strongest(put: Put) -> None:
    put(PROTOCOL="SASL_SSL", USER="worker", PASSWORD="secret", CA_FILE="")
    assert (for_librdkafka(AT)["sasl.password"], for_librdkafka(AT)["sasl.mechanism"]) == ("secret", "SCRAM-SHA-512")


def test_a_password_is_not_shown_with_the_settings(put: Put, files: Files) -> None:
    for settings in ({"PASSWORD": PASSWORD}, {"PASSWORD_FILE": files.password}):
        put(PROTOCOL="SASL_SSL", USER="worker", **settings)
        assert PASSWORD not in repr(checked_login()) and PASSWORD not in str(checked_login())


# -- what is refused ---------------------------------------------------------------------------------------------------

LOGIN: dict[str, object] = {"PROTOCOL": "SASL_SSL", "USER": "worker"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"CA_FILE": "x"}, "YGT_KAFKA_CA_FILE cannot count: YGT_KAFKA_PROTOCOL=PLAINTEXT has no TLS"),
        ({"PROTOCOL": "SASL_PLAINTEXT", "CERT_FILE": "x", "KEY_FILE": "y"}, "CERT_FILE YGT_KAFKA_KEY_FILE cannot count"),
        ({"USER": "worker"}, "YGT_KAFKA_USER cannot count: YGT_KAFKA_PROTOCOL=PLAINTEXT has no login"),
        ({"PROTOCOL": "SSL", "PASSWORD": "secret"}, "YGT_KAFKA_PASSWORD cannot count: YGT_KAFKA_PROTOCOL=SSL has no login"),
        ({"PROTOCOL": "SSL", "CERT_FILE": "x"}, "YGT_KAFKA_CERT_FILE needs its key: set YGT_KAFKA_KEY_FILE"),
        ({"PROTOCOL": "SSL", "KEY_FILE": "x"}, "YGT_KAFKA_KEY_FILE needs its certificate: set YGT_KAFKA_CERT_FILE"),
        ({"PROTOCOL": "SASL_SSL", "PASSWORD": "secret"}, "set YGT_KAFKA_USER"),
        (LOGIN, "set YGT_KAFKA_PASSWORD_FILE (better) or YGT_KAFKA_PASSWORD"),
        (LOGIN | {"PASSWORD": "secret", "PASSWORD_FILE": "x"}, "and not both"),
        (LOGIN | {"PASSWORD_FILE": "not/there"}, "YGT_KAFKA_PASSWORD_FILE: not/there cannot be read (No such file"),
        ({"PROTOCOL": "SSL", "CA_FILE": "not/there"}, "YGT_KAFKA_CA_FILE: not/there cannot be read (No such file"),
        ({"PROTOCOL": "SSL", "CA_FILE": "."}, "YGT_KAFKA_CA_FILE: . cannot be read (Is a directory)"),
    ],
)
def test_settings_that_do_not_fit_together_are_one_line_that_names_them(
    settings: dict[str, object], said: str, put: Put
) -> None:
    put(**settings)
    refused(said)


def refused(said: str) -> None:
    for ask in (checked_login, lambda: for_librdkafka(AT), lambda: for_python(AT)):
        with pytest.raises(KafkaProblem) as caught:
            ask()
        line = str(caught.value)
        assert said in line and "\n" not in line and "secret" not in line
        assert any("一" <= letter <= "鿿" for letter in line), "in Chinese too"


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines\n", b"\xff\xfe"])
def test_a_password_file_is_one_line_of_text(content: bytes, put: Put, tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(content)
    put(**LOGIN, PASSWORD_FILE=tmp_path / "password")
    refused("must be one line of UTF-8 text")


def test_files_that_are_no_certificates_are_named(put: Put, files: Files, tmp_path: Path) -> None:
    put(PROTOCOL="SSL", CA_FILE=files.password)
    refused(f"YGT_KAFKA_CA_FILE: {files.password} holds no certificate in PEM form")
    put(PROTOCOL="SSL", CA_FILE=files.ca, CERT_FILE=files.key, KEY_FILE=files.crt)
    refused("are no pair in PEM form")
    _, other = Certificates(tmp_path / "other").issue("other")
    put(PROTOCOL="SSL", CA_FILE=files.ca, CERT_FILE=files.crt, KEY_FILE=other)
    refused("are no pair in PEM form without a passphrase (KEY_VALUES_MISMATCH)")


def test_a_key_with_a_passphrase_is_refused_and_nobody_is_asked_for_it(put: Put, files: Files, tmp_path: Path) -> None:
    locked = tmp_path / "locked.key"
    openssl("pkcs8", "-topk8", "-in", str(files.key), "-out", str(locked), "-passout", "pass:word")
    put(PROTOCOL="SSL", CA_FILE=files.ca, CERT_FILE=files.crt, KEY_FILE=locked)
    refused("without a passphrase")


def test_a_word_that_is_none_is_told_with_those_that_are(put: Put) -> None:
    put(PROTOCOL="TLS")
    with pytest.raises(ValidationError) as caught:
        checked_login()
    line = one_line(caught.value)
    assert line and line.startswith("the setting YGT_KAFKA_PROTOCOL is wrong") and "SASL_SSL" in line and "'TLS'" in line


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in KafkaLogin.model_fields.values())


def test_the_guide_tells_ports_the_words_that_work_for_us(put: Put, files: Files) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "ways-in.md").read_text("utf-8")
    put(PROTOCOL="SASL_SSL", CA_FILE=files.ca, CERT_FILE=files.crt, KEY_FILE=files.key, USER="worker", PASSWORD="secret")
    words = {*for_librdkafka(AT), *for_python(AT)} - {"bootstrap.servers", "bootstrap_servers", "ssl_context"}
    assert [word for word in words if f"`{word}" not in guide] == []
