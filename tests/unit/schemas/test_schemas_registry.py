"""Our ids resolve from the repository; others from a Confluent-compatible registry, when there is one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from schemas import codec, registry, wire
from schemas.errors import RegistryUnavailableError, UnknownSchemaError
from schemas.examples import examples


class FakeRegistry(HTTPServer):
    """Answers /schemas/ids/{id}: 5 = today's gate schema, 6 = another company's record,
    7 = no record, 8 = not a registry at all, 9 = out of order."""

    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, FakeRegistry)
        self.server.asked.append(self.path)
        foreign = {"type": "record", "name": "com.other.Thing", "fields": [{"name": "x", "type": "string"}]}
        known = {"5": dict(registry.latest("gate").declared), "6": foreign, "7": "string"}
        wanted = self.path.rsplit("/", 1)[1]
        status = 200 if wanted in known else 503 if wanted == "9" else 404
        body = json.dumps({"schema": json.dumps(known[wanted])} if wanted in known else {"error_code": 40403}).encode()
        body = b"<html>a proxy</html>" if wanted == "8" else body
        self.send_response(200 if wanted == "8" else status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture
def server() -> Iterator[FakeRegistry]:
    with FakeRegistry(("127.0.0.1", 0), Handler) as http:
        http.asked = []
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        yield http
        http.shutdown()
        thread.join(5)


def url(server: FakeRegistry) -> str:
    return f"http://127.0.0.1:{server.server_port}/"


GATE = codec.encode("gate", examples("gate")["export-in"])


def test_own_ids_never_ask_a_server(server: FakeRegistry) -> None:
    assert registry.Registry(url(server)).get(1_000_001).kind == "gate"
    assert server.asked == []


def test_ids_start_at_a_million_and_are_fixed_for_ever() -> None:
    fixed = "manifest gate berth release control facts arrival-report visit-update alert operator-action dead-letter"
    first = [row for row in registry.published() if row.version == 1]
    assert [(row.id, row.kind) for row in first][:11] == [(1_000_000 + i, kind) for i, kind in enumerate(fixed.split())]
    later = [(row.id, row.kind, row.version) for row in registry.published() if row.id > 1_000_010]
    assert later == [(1_000_011, "visit-update", 2), (1_000_012, "clearance-decision", 1), (1_000_013, "arrival-report", 2),
                     (1_000_014, "alert", 2)]


def test_a_foreign_id_is_fetched_once_and_its_records_are_read(server: FakeRegistry) -> None:
    source = registry.Registry(url(server))
    value = wire.prefix(5) + GATE[5:]
    for _ in range(3):
        decoded = codec.decode_batch("gate", [GATE, value], registry=source)
        assert decoded.good == [0, 1]
        assert decoded.record(0) == decoded.record(1)
    assert server.asked == ["/schemas/ids/5"]


def test_a_record_of_another_company_is_of_the_wrong_kind(server: FakeRegistry) -> None:
    decoded = codec.decode_batch("gate", [wire.prefix(6) + b"\x02x"], registry=registry.Registry(url(server)))
    assert [bad.code for bad in decoded.bad] == ["WRONG_KIND"]
    assert "com.other.Thing" in decoded.bad[0].reason


def test_an_id_that_the_registry_does_not_know_is_unknown_and_asked_again_later(server: FakeRegistry) -> None:
    source = registry.Registry(url(server))
    for _ in range(2):
        with pytest.raises(UnknownSchemaError, match="unknown to the registry"):
            source.get(404)
    assert len(server.asked) == 2


def test_a_registry_that_is_down_never_makes_a_record_bad(server: FakeRegistry) -> None:
    with pytest.raises(RegistryUnavailableError, match="HTTP 503"):
        codec.decode_batch("gate", [GATE, wire.prefix(9) + GATE[5:]], registry=registry.Registry(url(server)))
    with pytest.raises(RegistryUnavailableError, match="does not answer"):
        registry.Registry("http://127.0.0.1:9").get(5)


def test_an_answer_that_is_no_registrys_is_no_verdict_on_the_record(server: FakeRegistry) -> None:
    with pytest.raises(RegistryUnavailableError, match="is the address right"):
        registry.Registry(url(server)).get(8)
    with pytest.raises(UnknownSchemaError, match="no Avro record schema"):
        registry.Registry(url(server)).get(7)


def test_configure_sets_the_registry_for_all_and_none_is_a_clear_error(server: FakeRegistry) -> None:
    registry.configure(url(server))
    try:
        assert codec.decode(wire.prefix(5) + GATE[5:])["container_no"] == "CSQU3054383"
    finally:
        registry.configure("")
    with pytest.raises(UnknownSchemaError, match="none is configured"):
        registry.default().get(5)
