"""A real Kafka that wants TLS and a login, and lets each user do what ``schemas/topics.yaml`` says and no more."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from connectors.kafka.access import grants, principals
from connectors.kafka.local import LocalKafka
from connectors.processes import free_ports
from schemas.topics import load_topics

#: Makes topics; every principal of the list is a user too. All have this password: a comma or "=" the format tool cannot take.
ADMIN: Final = "admin"
PASSWORD: Final = 'long; with $igns and "blanks"'
_NEW_KEY: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_PROPERTIES: Final = """
listeners=PLAINTEXT://127.0.0.1:${{port}},CONTROLLER://127.0.0.1:${{controller_port}},{listeners}
advertised.listeners=PLAINTEXT://127.0.0.1:${{port}},{listeners}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,LOGIN:SASL_SSL,MUTUAL:SSL,CLEAR:SASL_PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.login.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.clear.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.mutual.ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=(.*)$$/$$1/
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={ca}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:{admin}
"""


class Certificates:
    """An authority in ``folder``, ``ca`` its certificate, and those that it vouches for."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self.ca = folder / "ca.crt"
        made = ("-days", "2", "-keyout", str(folder / "ca.key"), "-out", str(self.ca))
        openssl("req", "-x509", *_NEW_KEY, "-subj", "/CN=test CA", "-addext", "keyUsage=critical,keyCertSign", *made)

    def issue(self, name: str) -> tuple[Path, Path]:
        """Files of a certificate of ``name`` on 127.0.0.1, and of its key."""
        key, request, crt, more = (self._folder / f"{name}.{end}" for end in ("key", "csr", "crt", "ext"))
        more.write_text("subjectAltName=IP:127.0.0.1\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n", "utf-8")
        openssl("req", *_NEW_KEY, "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request))
        by = ("-CA", str(self.ca), "-CAkey", str(self._folder / "ca.key"), "-CAcreateserial", "-extfile", str(more))
        openssl("x509", "-req", "-in", str(request), *by, "-days", "2", "-out", str(crt))
        return crt, key


class SecureKafka(NamedTuple):
    """The broker, and its listeners: ``login`` SASL_SSL, ``mutual`` SSL with client certificates, ``clear`` SASL_PLAINTEXT. On
    ``broker.bootstrap`` it wants neither TLS nor login, and whoever comes there may do everything."""

    broker: LocalKafka
    certificates: Certificates
    password_file: Path
    login: str
    mutual: str
    clear: str

    def settings(self, user: str, **changes: str) -> dict[str, str]:
        """The environment of a program that logs in as ``user``; a change of "" takes a setting away."""
        found = {
            "YGT_BOOTSTRAP": self.login, "YGT_KAFKA_PROTOCOL": "SASL_SSL", "YGT_KAFKA_CA_FILE": str(self.certificates.ca),
            "YGT_KAFKA_USER": user, "YGT_KAFKA_PASSWORD_FILE": str(self.password_file),
        }  # fmt: skip
        return found | changes

    def certified(self, user: str) -> dict[str, str]:
        """The environment of a program that shows a client certificate."""
        crt, key = self.certificates.issue(user)
        return {
            "YGT_BOOTSTRAP": self.mutual, "YGT_KAFKA_PROTOCOL": "SSL", "YGT_KAFKA_CA_FILE": str(self.certificates.ca),
            "YGT_KAFKA_CERT_FILE": str(crt), "YGT_KAFKA_KEY_FILE": str(key),
        }  # fmt: skip


@contextmanager
def secure_kafka(root: Path) -> Iterator[SecureKafka]:
    """Runs as long as the block, and has no topics yet."""
    made = Certificates(root / "certificates")
    crt, key = made.issue("broker")
    keystore, password_file = root / "broker.pem", root / "password"
    keystore.write_text(key.read_text("utf-8") + crt.read_text("utf-8"), "utf-8")
    password_file.write_text(PASSWORD + "\n", "utf-8")
    addresses = [f"127.0.0.1:{port}" for port in free_ports(3)]
    listeners = ",".join(f"{name}://{at}" for name, at in zip(("LOGIN", "MUTUAL", "CLEAR"), addresses, strict=True))
    users: Mapping[str, str] = dict.fromkeys([ADMIN, *principals(load_topics())], PASSWORD)
    properties = _PROPERTIES.format(listeners=listeners, keystore=keystore, ca=made.ca, admin=ADMIN)
    broker = LocalKafka(root / "kafka", properties=properties, users=users)
    try:
        broker.start()
        _allow(broker)
        yield SecureKafka(broker, made, password_file, *addresses)
    finally:
        broker.stop()


def _allow(broker: LocalKafka) -> None:
    """What `yigangtong topics access` prints, put in force."""
    topics = load_topics().all
    bindings = [
        AclBinding(
            ResourceType.GROUP if grant.resource == "group" else ResourceType.TOPIC, grant.name,
            ResourcePatternType.PREFIXED if grant.resource == "group" else ResourcePatternType.LITERAL,
            f"User:{grant.principal}", "*", AclOperation["".join(f"_{c}" if c.isupper() else c for c in operation)[1:].upper()],
            AclPermissionType.ALLOW,
        )
        for principal in principals(topics) for grant in grants(topics, principal) for operation in grant.operations
    ]  # fmt: skip
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    for done in admin.create_acls(bindings).values():
        done.result(30)


def openssl(*words: str) -> None:
    """Runs it; fails with what it says."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl: run `make setup`")
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
