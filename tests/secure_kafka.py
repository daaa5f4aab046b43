"""A real Kafka that wants TLS and a login: its certificates, made for the test, and a broker that shows them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from connectors.kafka.local import LocalKafka
from connectors.processes import free_ports

USER: Final = "worker"
PASSWORD: Final = "long; with $igns"


class Certificates:
    """Of an authority in ``folder``: ``ca``, and by `issue` those that it vouches for."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.ca = folder / "ca.crt"
        self._ca_key = folder / "ca.key"
        _openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2", "-subj", "/CN=test CA",
            "-keyout", str(self._ca_key), "-out", str(self.ca),
        )  # fmt: skip

    def issue(self, name: str, host: str) -> tuple[Path, Path]:
        """Files of a certificate and its key, for the address ``host``."""
        key, asked, crt, names = (self._folder / f"{name}{end}" for end in (".key", ".csr", ".crt", ".ext"))
        names.write_text(f"subjectAltName=IP:{host}\n", "utf-8")
        _openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj", f"/CN={name}", "-keyout", str(key),
            "-out", str(asked),
        )  # fmt: skip
        _openssl(
            "x509", "-req", "-in", str(asked), "-CA", str(self.ca), "-CAkey", str(self._ca_key), "-CAcreateserial", "-days", "2",
            "-extfile", str(names), "-out", str(crt),
        )  # fmt: skip
        return crt, key


class Secure(NamedTuple):
    """The broker, its certificates, and its listeners: `login` SASL_SSL, `mutual` SSL with client certificates, `clear`
    SASL_PLAINTEXT."""

    broker: LocalKafka
    certificates: Certificates
    login: str
    mutual: str
    clear: str


@contextmanager
def secure_kafka(root: Path) -> Iterator[Secure]:
    """Runs as long as the block."""
    made = Certificates(root / "certificates")
    crt, key = made.issue("broker", "127.0.0.1")
    store = root / "broker.pem"
    store.write_text(key.read_text() + crt.read_text())
    ports = free_ports(3)
    properties = f"""
listeners=PLAINTEXT://127.0.0.1:${{port}},CONTROLLER://127.0.0.1:${{controller_port}},LOGIN://127.0.0.1:{ports[0]},\\
  MUTUAL://127.0.0.1:{ports[1]},CLEAR://127.0.0.1:{ports[2]}
advertised.listeners=PLAINTEXT://127.0.0.1:${{port}},LOGIN://127.0.0.1:{ports[0]},MUTUAL://127.0.0.1:{ports[1]},\\
  CLEAR://127.0.0.1:{ports[2]}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,LOGIN:SASL_SSL,MUTUAL:SSL,CLEAR:SASL_PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.login.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.clear.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.mutual.ssl.client.auth=required
ssl.keystore.type=PEM
ssl.keystore.location={store}
ssl.truststore.type=PEM
ssl.truststore.location={made.ca}
"""
    broker = LocalKafka(root / "kafka", properties=properties, users={USER: PASSWORD})
    try:
        broker.start()
        yield Secure(broker, made, *(f"127.0.0.1:{port}" for port in ports))
    finally:
        broker.stop()


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)
