"""The read-only HTTP endpoint over the embedded store: what it answers, and what it refuses."""

from __future__ import annotations

import gzip
import json
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.clickhouse import Misconfigured
from connectors.clickhouse.embedded import EmbeddedStore
from connectors.clickhouse.http_endpoint import HttpEndpoint
from tests.contracts.store.rows_of import AT, visit

# Each of these, let through, would write, reach a file or another host, or change the server.
HOSTILE = """
INSERT INTO intake SELECT * FROM intake
CREATE TABLE x (a Int8) ENGINE = Memory
DROP TABLE intake
TRUNCATE TABLE intake
ALTER TABLE intake DELETE WHERE 1
OPTIMIZE TABLE intake
SET readonly = 0
SET param_x = 1
SET max_execution_time = 0
USE system
KILL QUERY WHERE 1
SYSTEM SHUTDOWN
SELECT 1; DROP TABLE intake
SELECT 1 SETTINGS readonly = 0
SELECT 1 SETTINGS max_execution_time = 0
SELECT 1 INTO OUTFILE '{out}'
SELECT file('{secret}')
SELECT FILE('{secret}')
SELECT `fi\\x6ce`('{secret}')
SELECT "file"('{secret}')
SELECT /* c */ file /* c */ ('{secret}')
SELECT arrayMap(file, ['{secret}'])
SELECT arrayMap(x -> file(x), ['{secret}'])
WITH file AS f SELECT f('{secret}')
SELECT * APPLY file FROM (SELECT '{secret}' a)
SELECT * APPLY(x -> `fi\\x6ce`(x)) FROM (SELECT '{secret}' a)
SELECT COLUMNS('a') APPLY(file) FROM (SELECT '{secret}' a)
SELECT * REPLACE(file('{secret}') AS a) FROM (SELECT 1 a)
SHOW TABLES WHERE file('{secret}') != ''
SHOW TABLES FROM system WHERE file('{secret}') != ''
SHOW COLUMNS FROM intake WHERE file('{secret}') != ''
SELECT arrayMap({{f:Identifier}}, ['{secret}'])
SELECT * FROM file('{secret}')
SELECT * FROM file('{secret}', 'LineAsString')
SELECT * FROM `{secret}`
SELECT * FROM '{secret}'
SELECT * FROM filesystem('{secret}')
DESCRIBE file('{secret}')
DESCRIBE url('http://127.0.0.1:{port}/')
DESCRIBE TABLE s3('http://127.0.0.1:{port}/a')
DESCRIBE TABLE `{secret}`
DESCRIBE TABLE {{f:Identifier}}
DESCRIBE (SELECT * FROM url('http://127.0.0.1:{port}/'))
SELECT * FROM url('http://127.0.0.1:{port}/')
SELECT * FROM urlCluster('default', 'http://127.0.0.1:{port}/')
SELECT * FROM remote('127.0.0.1:{port}', system.one)
SELECT * FROM cluster('default', system.one)
SELECT * FROM eval('SELECT 1')
SELECT * FROM Python(engine)
SELECT * FROM executable('id', TSV, 'a String')
SELECT * FROM mysql('127.0.0.1:{port}', 'd', 't', 'u', 'p')
SELECT * FROM postgresql('127.0.0.1:{port}', 'd', 't', 'u', 'p')
SELECT * FROM sqlite('{secret}', 't')
SELECT * FROM (SELECT * FROM url('http://127.0.0.1:{port}/'))
SELECT 1 IN url('http://127.0.0.1:{port}/')
SELECT 1 UNION ALL SELECT file('{secret}')
EXPLAIN SELECT file('{secret}')
EXPLAIN SYNTAX SELECT file('{secret}')
EXPLAIN QUERY TREE SELECT file('{secret}')
EXPLAIN ESTIMATE INSERT INTO intake SELECT * FROM intake
graph = 1, file('{secret}')
SELECT aiGenerate('x')
SELECT catboostEvaluate('{secret}', 1)
BACKUP TABLE intake TO File('{out}')
RESTORE TABLE intake FROM File('{out}')
EXECUTE AS default SELECT 1
GRANT ALL ON *.* TO default
CREATE FUNCTION f AS x -> file(x)
ATTACH TABLE x FROM '{secret}' (a Int8) ENGINE = Memory
EXISTS TABLE `{secret}`
CHECK TABLE intake
SHOW CREATE TABLE file('{secret}')
""".strip().splitlines()


@pytest.fixture(scope="module")
def endpoint(embedded_session: EmbeddedStore) -> Iterator[HttpEndpoint]:
    served = HttpEndpoint(embedded_session)
    yield served
    served.close()


def ask(
    endpoint: HttpEndpoint, sql: str = "", *, body: bytes = b"", headers: dict[str, str] | None = None, **args: str
) -> tuple[int, bytes, dict[str, str]]:
    query = urllib.parse.urlencode({"query": sql} | args if sql else args)
    request = urllib.request.Request(f"{endpoint.url}/?{query}", data=body or None, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read(), dict(error.headers)


@pytest.mark.parametrize("statement", HOSTILE)
def test_nothing_but_reading_is_let_through(
    endpoint: HttpEndpoint, embedded: EmbeddedStore, tmp_path: Path, statement: str
) -> None:
    secret, out = tmp_path / "secret.txt", tmp_path / "out.txt"
    secret.write_text("the harbour master's password")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        sql = statement.format(secret=secret, out=out, port=listener.getsockname()[1])
        for answer in (ask(endpoint, sql, param_f="file"), ask(endpoint, body=sql.encode(), param_f="file")):
            assert answer[0] >= 400, answer[1]
            assert b"harbour master" not in answer[1]
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert not out.exists()
    assert embedded.query("SELECT count() AS n FROM system.tables WHERE name = 'intake'") == [{"n": 1}]


def test_a_parameter_cannot_escape_its_type(endpoint: HttpEndpoint) -> None:
    status, body, _ = ask(endpoint, "SELECT {x:String}", param_x="a' OR file('/etc/hostname') --")
    assert (status, body) == (200, b"a\\' OR file(\\'/etc/hostname\\') --\n")


def test_rows_are_answered_in_the_wanted_format(endpoint: HttpEndpoint, embedded: EmbeddedStore) -> None:
    embedded.insert("box_visits", [visit("CSQU3054383", port="weihai")])
    status, body, head = ask(
        endpoint, "SELECT container_no, opened_at FROM box_visits_now", default_format="JSONEachRow"
    )
    assert (status, json.loads(body)) == (200, {"container_no": "CSQU3054383", "opened_at": "2026-03-01 00:00:00.123"})
    assert head["X-ClickHouse-Format"] == "JSONEachRow"
    assert json.loads(head["X-ClickHouse-Summary"])["result_rows"] == "1"
    assert ask(endpoint, "SELECT 1 AS a FORMAT CSVWithNames")[1] == b'"a"\n1\n'
    assert AT > 0


def test_what_clients_ask_first_is_answered(endpoint: HttpEndpoint) -> None:
    assert ask(endpoint)[1] == b"Ok.\n"
    with urllib.request.urlopen(f"{endpoint.url}/ping", timeout=5) as answer:
        assert answer.read() == b"Ok.\n"
    for sql in (
        "SELECT version(), timezone()",
        "SELECT name, value, readonly FROM system.settings LIMIT 10000",
        "SELECT name FROM system.databases",
        "SELECT name, engine FROM system.tables WHERE database = 'default'",
        "SHOW TABLES",
        "DESCRIBE TABLE box_visits_now",
        "EXPLAIN SELECT 1",
        "SHOW CREATE TABLE intake",
        "SELECT * FROM numbers(3)",
        "SELECT 'file(x) url(y)'",
        "WITH 5 AS n SELECT arrayMap(x -> x + n, [1])",
        "EXISTS TABLE intake",
    ):
        assert ask(endpoint, sql)[0] == 200, sql
    status, body, _ = ask(
        endpoint,
        "SELECT displayName(), version(), revision(), timezone()",
        default_format="Native",
        client_protocol_version="54460",
    )
    assert status == 200
    assert body.startswith(b"\x01\x00\x02\xff\xff\xff\xff\x00\x04\x01\x0ddisplayName()\x06String\x00\x04chdb")


def test_errors_carry_clickhouse_codes(endpoint: HttpEndpoint) -> None:
    for sql, status, code in (
        ("SELEKT", 400, "62"),
        ("SELECT 1 FROM nowhere", 404, "60"),
        ("DROP TABLE intake", 403, "164"),
    ):
        answer = ask(endpoint, sql)
        assert (answer[0], answer[2]["X-ClickHouse-Exception-Code"]) == (status, code)
    assert ask(endpoint, "SELECT 1", default_format="Nonsense")[0] == 400
    assert ask(endpoint, body=b"SELECT '\xff'")[0] == 400


def test_limits_hold_and_can_only_be_lowered(endpoint: HttpEndpoint) -> None:
    assert ask(endpoint, "SELECT number FROM numbers(100001)")[2]["X-ClickHouse-Exception-Code"] == "396"
    assert ask(endpoint, "SELECT number FROM numbers(100001)", max_result_rows="1000000")[0] >= 400
    assert ask(endpoint, "SELECT number FROM numbers(5)", max_result_rows="4")[0] >= 400
    assert ask(endpoint, "SELECT 1", readonly="0", max_execution_time="0")[0] == 200
    status, body, _ = ask(
        endpoint, "SELECT getSetting('readonly'), getSetting('max_execution_time')", max_execution_time="0"
    )
    assert (status, body) == (200, b"1\t10\n")


def test_gzip_both_ways(endpoint: HttpEndpoint) -> None:
    status, body, head = ask(
        endpoint, body=gzip.compress(b"SELECT 1"), headers={"Content-Encoding": "gzip", "Accept-Encoding": "gzip"},
        enable_http_compression="1",
    )  # fmt: skip
    assert (status, gzip.decompress(body), head["Content-Encoding"]) == (200, b"1\n", "gzip")
    assert ask(endpoint, "SELECT 1", compress="1")[0] == 400


def test_a_foreign_host_name_is_refused(endpoint: HttpEndpoint) -> None:
    assert ask(endpoint, "SELECT 1", headers={"Host": "evil.example:80"})[0] == 403


def test_a_user_must_be_named_where_one_is_set(embedded: EmbeddedStore) -> None:
    endpoint = HttpEndpoint(embedded, user="ops:密码")
    try:
        assert ask(endpoint, "SELECT 1")[0] == 403
        assert ask(endpoint, "SELECT 1", user="ops", password="wrong")[0] == 403
        assert ask(endpoint, "SELECT 1", headers={"Authorization": "Basic !!"})[0] == 403
        assert ask(endpoint, "SELECT 1", user="ops", password="密码")[0] == 200
    finally:
        endpoint.close()


def test_a_busy_port_is_a_clear_error(embedded: EmbeddedStore, endpoint: HttpEndpoint) -> None:
    with pytest.raises(Misconfigured, match=f"127.0.0.1:{endpoint.port}"):
        HttpEndpoint(embedded, port=endpoint.port)


def test_it_listens_on_loopback_only(endpoint: HttpEndpoint) -> None:
    assert endpoint.url.startswith("http://127.0.0.1:")
    assert {address[0] for address in endpoint._runner.addresses} == {"127.0.0.1"}


def test_a_client_that_leaves_does_not_stop_the_others(endpoint: HttpEndpoint) -> None:
    with socket.create_connection(("127.0.0.1", endpoint.port)) as client:
        client.sendall(b"GET /?query=SELECT+sleep(1) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert ask(endpoint, "SELECT 1")[:2] == (200, b"1\n")
