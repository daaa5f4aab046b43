"""Every client of ours on a real Kafka that wants TLS and a login, each as the user that the topic list makes of it."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from connectors.clickhouse.http_client import HttpReader
from connectors.customs.kafka_post import KafkaSource
from connectors.gateway.intake import Letter
from connectors.gateway.post import KafkaPost
from connectors.kafka import knock as knocking
from connectors.kafka.errors import KafkaProblem, KafkaRefused
from connectors.kafka.knock import knock
from connectors.kafka.producer import Publisher
from connectors.kafka.topics import check_topics
from connectors.processes import Child, free_ports, kill, last_lines, spawn
from ops.api.feed import Feed
from ops.reconcile import read_logs
from schemas.codec import encode
from schemas.examples import examples
from schemas.topics import load_topics
from tests.integration.customs.answers import publish, receipts
from tests.secure_kafka import ADMIN, Certificates, SecureKafka, secure_kafka

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[3]
PATIENCE_S = 60.0
#: Of docs/examples/gate.edi.
BOX = "CSQU3054383"

Environment = Callable[[dict[str, str]], None]


def command(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "ops.cli.main", *words]
    return subprocess.run(line, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureKafka]:
    """With topics, made by `topics create`."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(secure_kafka(tmp_path_factory.mktemp("secure")))
        except KafkaProblem as problem:
            pytest.skip(str(problem))
        done = command(running.settings(ADMIN), "topics", "create")
        assert done.returncode == 0 and "topics created" in done.stdout, done.stderr
        yield running


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Sets this process's environment, as `command` does another's."""

    def environment(settings: dict[str, str]) -> None:
        for name in [name for name in os.environ if name.startswith("YGT_KAFKA_")]:
            monkeypatch.delenv(name)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    return environment


@pytest.fixture(scope="module")
def platform(kafka: SecureKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A worker and customs; the address at which the worker's store is read."""
    root = tmp_path_factory.mktemp("platform")
    health, http = free_ports(2)
    settings = {
        "YGT_STORE_URL": f"chdb://{root}/store", "YGT_DATA_DIR": str(root / "scratch"), "YGT_HEALTH_PORT": str(health),
        "YGT_HTTP_PORT": str(http),
    }  # fmt: skip
    running: dict[str, Child] = {}
    for name, words, environment in (
        ("worker", ["worker"], kafka.settings("worker") | settings),
        ("customs", ["customs-responder", "--ledger", str(root / "customs.db")], kafka.settings("connector.customs")),
    ):
        line = [sys.executable, "-m", "ops.cli.main", *words]
        running[name] = spawn(line, root / f"{name}.log", ROOT, os.environ | environment)
    try:
        stop = time.monotonic() + PATIENCE_S
        while not ready(health):
            ended = [name for name, child in running.items() if child.poll() is not None]
            if ended or time.monotonic() > stop:
                pytest.fail("\n".join(last_lines(root / f"{name}.log", 30) for name in ended or running))
            time.sleep(0.1)
        yield f"http://127.0.0.1:{http}"
    finally:
        for child in running.values():
            kill(child)


def ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def until(condition: Callable[[], Any], what: str) -> None:
    stop = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > stop:
            pytest.fail(f"not within {PATIENCE_S:.0f} s: {what}")
        time.sleep(0.1)


# -- the whole way -----------------------------------------------------------------------------------------------------


def test_a_file_goes_through_the_worker_into_the_store_and_every_record_is_accounted_for(
    kafka: SecureKafka, platform: str
) -> None:
    done = command(kafka.settings("connector.edi"), "ingest", "docs/examples/gate.edi", "--port", "yantai")
    assert done.returncode == 0, done.stderr
    asked = f"SELECT count() AS n FROM events_now WHERE container_no = '{BOX}'"
    until(lambda: HttpReader(platform).query(asked)[0]["n"], "the box is in the store")
    # By client certificate this time: mutual TLS, without a password.
    until(lambda: command(kafka.certified("ops"), "reconcile", "--store", platform).returncode == 0, "all is in the store")


@pytest.mark.usefixtures("platform")
def test_customs_answers(kafka: SecureKafka) -> None:
    publish(kafka.broker, 0, 1)
    until(lambda: "M0-1" in receipts(kafka.broker), "the receipt")


# -- each client, as its own user --------------------------------------------------------------------------------------


def letter(topic: str) -> Letter:
    return Letter(topic, BOX, encode("gate", next(iter(examples("gate").values()))))


def test_the_gateway_publishes(kafka: SecureKafka, put: Environment) -> None:
    put(kafka.settings("gateway"))

    async def send() -> None:
        post = KafkaPost(kafka.login, 1_000_000, 15.0)
        await post.start()
        try:
            await post.send([letter("weihai.gate.v1")])
        finally:
            await post.stop()

    asyncio.run(send())


def test_the_tower_reads_along(kafka: SecureKafka, put: Environment) -> None:
    put(kafka.settings("tower"))
    feed = Feed(kafka.login, [])

    async def listen() -> None:
        async with feed.running(), asyncio.timeout(PATIENCE_S):
            while not feed.complete:
                await asyncio.sleep(0.05)

    asyncio.run(listen())


@pytest.mark.parametrize(
    ("user", "topic"), [("tower", "operator-actions.v1"), ("canary", "rizhao.control.v1"), ("port.qingdao", "qingdao.gate.v1")]
)
def test_a_publisher_sends(user: str, topic: str, kafka: SecureKafka, put: Environment) -> None:
    put(kafka.settings(user))
    with Publisher(kafka.login, 15.0) as publisher:
        publisher.publish(topic, "canary-0", b"not an event")
    assert publisher.acknowledged == 1


def test_notices_are_read_over_sasl_without_tls_too(kafka: SecureKafka, put: Environment) -> None:
    put(kafka.settings("notify", YGT_KAFKA_PROTOCOL="SASL_PLAINTEXT", YGT_KAFKA_CA_FILE=""))
    source = KafkaSource(kafka.clear, "alerts.v1", "yigangtong-notify")
    try:
        assert source.take() == []
    finally:
        source.close()


# -- refusals ----------------------------------------------------------------------------------------------------------


def start_gateway(bootstrap: str) -> None:
    asyncio.run(KafkaPost(bootstrap, 1, 15.0).start())


@pytest.mark.parametrize(
    "client",
    [
        pytest.param(lambda at: check_topics(at, load_topics()), id="topics, worker"),
        pytest.param(Publisher, id="publisher"),
        pytest.param(lambda at: KafkaSource(at, "alerts.v1", "yigangtong-notify"), id="customs, notify"),
        pytest.param(read_logs, id="reconcile"),
        pytest.param(start_gateway, id="gateway"),
    ],
)
def test_every_client_is_refused_with_the_reason_and_soon(
    client: Callable[[str], object], kafka: SecureKafka, put: Environment
) -> None:
    put(kafka.settings("worker", YGT_KAFKA_PASSWORD="wrong", YGT_KAFKA_PASSWORD_FILE=""))
    began = time.monotonic()
    with pytest.raises(KafkaRefused, match=r"refuses the login of user 'worker': .*YGT_KAFKA_PASSWORD_FILE.*登录被拒"):
        client(kafka.login)
    assert time.monotonic() - began < 5  # the clients themselves try for 5 to 60 s and say that it was in vain


def test_a_worker_with_a_wrong_password_says_so_in_one_line_and_ends(kafka: SecureKafka, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("wrong\n")
    settings = kafka.settings("worker", YGT_KAFKA_PASSWORD_FILE=str(tmp_path / "password"), YGT_HEALTH_PORT="0")
    done = command(settings | {"YGT_STORE_URL": "memory://"}, "worker")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"yigangtong worker: Kafka at .* refuses the login of user 'worker': .*\n", done.stderr)
    assert "wrong" not in done.stderr


@pytest.fixture
def refused(kafka: SecureKafka, put: Environment, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, dict[str, str]], str]:
    """What is said at an address under the given settings."""
    monkeypatch.setattr(knocking, "_PATIENCE_S", 0.6)

    def ask(at: str, settings: dict[str, str]) -> str:
        put(settings)
        with pytest.raises(KafkaRefused) as caught:
            knock(at)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return ask


Refused = Callable[[str, dict[str, str]], str]


def test_an_unknown_ca_is_told_by_its_setting(kafka: SecureKafka, refused: Refused, tmp_path: Path) -> None:
    other = Certificates(tmp_path / "other").ca
    said = refused(kafka.login, kafka.settings("worker", YGT_KAFKA_CA_FILE=str(other)))
    assert "unable to get local issuer certificate" in said and f"YGT_KAFKA_CA_FILE ({other})" in said
    assert "not set: whom the system trusts" in refused(kafka.login, kafka.settings("worker", YGT_KAFKA_CA_FILE=""))


def test_a_broker_that_is_not_the_one_its_address_names_is_told(kafka: SecureKafka, refused: Refused) -> None:
    said = refused(kafka.login.replace("127.0.0.1", "localhost"), kafka.settings("worker"))
    assert "certificate is not valid for 'localhost'" in said and "YGT_BOOTSTRAP" in said


@pytest.mark.parametrize("listener", ["login", "clear", "mutual"])
def test_a_broker_that_wants_more_than_plaintext_is_told(listener: str, kafka: SecureKafka, refused: Refused) -> None:
    assert "YGT_KAFKA_PROTOCOL=PLAINTEXT. It wants TLS, a login or both" in refused(getattr(kafka, listener), {})


def test_a_missing_client_certificate_is_told(kafka: SecureKafka, refused: Refused) -> None:
    settings = {"YGT_KAFKA_PROTOCOL": "SSL", "YGT_KAFKA_CA_FILE": str(kafka.certificates.ca)}
    assert re.search("YGT_KAFKA_CERT_FILE and YGT_KAFKA_KEY_FILE|closes each connection", refused(kafka.mutual, settings))


def test_a_listener_without_tls_or_login_is_told(kafka: SecureKafka, refused: Refused) -> None:
    plain = kafka.broker.bootstrap
    assert "TLS 握手失败" in refused(plain, kafka.settings("worker"))
    settings = kafka.settings("worker", YGT_KAFKA_PROTOCOL="SASL_PLAINTEXT", YGT_KAFKA_CA_FILE="")
    assert "knows no login there" in refused(plain, settings)


def test_another_mechanism_is_told_with_those_that_the_broker_has(kafka: SecureKafka, refused: Refused) -> None:
    said = refused(kafka.login, kafka.settings("worker", YGT_KAFKA_SASL_MECHANISM="PLAIN"))
    assert "supported mechanisms: SCRAM-SHA-512" in said and "YGT_KAFKA_SASL_MECHANISM=PLAIN" in said


def test_one_of_two_servers_that_refuses_is_enough(kafka: SecureKafka, refused: Refused) -> None:
    settings = kafka.settings("worker", YGT_KAFKA_PASSWORD="wrong", YGT_KAFKA_PASSWORD_FILE="")
    assert "refuses the login" in refused(f"127.0.0.1:1,{kafka.login}", settings)


def test_nobody_there_is_no_refusal(kafka: SecureKafka, put: Environment) -> None:
    put(kafka.settings("worker"))
    began = time.monotonic()
    knock("127.0.0.1:1,127.0.0.1:2")
    assert time.monotonic() - began < knocking._PATIENCE_S
