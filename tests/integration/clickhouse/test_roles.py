"""The users of deploy/clickhouse on a real server: the migrator changes tables, workers add and read rows, people only read."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from connectors.clickhouse import migrate
from connectors.clickhouse.errors import StoreError
from connectors.clickhouse.native import NativeStore
from connectors.clickhouse.rollups import HOUR_MS, Figures
from connectors.clickhouse.schema import tables
from connectors.clickhouse.testing import LocalServer
from tests.contracts.store.rows_of import AT, row_of

DEPLOY = Path(__file__).parents[3] / "deploy"
FILE = DEPLOY / "clickhouse" / "users.d" / "yigangtong.xml"
#: What an engine before SQL access rights and constraints does not know.
_NEWER = ("grants", "constraints")
MIGRATOR, WORKER, READER = "migrator", "yigangtong", "reader"
#: The file in which each user's URL stands, with its password.
STORES = {MIGRATOR: "migrator-store", WORKER: "worker-store", READER: "reader-store"}
CHANGES = (
    "CREATE TABLE mine (n UInt8) ENGINE = Memory", "CREATE VIEW mine AS SELECT 1", "CREATE DATABASE mine",
    "ALTER TABLE notices ADD COLUMN mine String", "ALTER TABLE notices DROP COLUMN text", "DROP TABLE notices",
    "DROP TABLE notices_now", "RENAME TABLE notices TO mine", "TRUNCATE TABLE notices", "DROP DATABASE yigangtong",
)  # fmt: skip


def users_file(file: Path, old: bool) -> str:
    """The file as it is shipped or made; for an old engine under its name of the root, without what it does not know."""
    root = ElementTree.fromstring(file.read_text("utf-8"))
    if old:
        root.tag = "yandex"
        for parent in list(root.iter()):
            for child in [c for c in parent if c.tag in _NEWER]:
                parent.remove(child)
    return ElementTree.tostring(root, encoding="unicode")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of passwords, as the script of the compose file makes it."""
    folder = tmp_path_factory.mktemp("made") / "secrets"
    subprocess.run([str(DEPLOY / "compose" / "secrets.sh"), str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, secrets: Path) -> Iterator[LocalServer]:
    """A server with these users."""
    if shutil.which("clickhouse-server") is None:
        pytest.skip("no clickhouse-server: apt-get install clickhouse-server")
    root = tmp_path_factory.mktemp("roles")
    made = LocalServer(root)
    try:
        made.start()
        admin = NativeStore(made.url)
        old = not admin.dialect.modern
        admin.close()
        made.stop()
        (root / "users.d").mkdir()
        (root / "users.d" / "yigangtong.xml").write_text(users_file(FILE, old))
        (root / "users.d" / "passwords.xml").write_text(users_file(secrets / "clickhouse-users.xml", old))
        made.start()
        admin = NativeStore(made.url)
        admin.execute("CREATE DATABASE yigangtong")
        admin.close()
        migrator = as_user(made, secrets, MIGRATOR)
        migrate.apply(migrator)
        migrator.close()
        yield made
    finally:
        made.stop()


def as_user(server: LocalServer, secrets: Path, user: str) -> NativeStore:
    url = (secrets / STORES[user]).read_text("utf-8").strip()
    return NativeStore(url.replace("@clickhouse:9000/", f"@127.0.0.1:{server.port}/"))


@pytest.fixture
def store(server: LocalServer, secrets: Path, request: pytest.FixtureRequest) -> Iterator[NativeStore]:
    found = as_user(server, secrets, request.param)
    yield found
    found.close()


@pytest.mark.parametrize("store", [WORKER], indirect=True)
@pytest.mark.parametrize("table", tables())
def test_a_worker_adds_rows_to_every_table_and_reads_them(store: NativeStore, table: str) -> None:
    store.insert(table, [row_of(table)])
    assert store.query(f"SELECT count() AS n FROM {table}")[0]["n"] > 0
    store.query(f"SELECT * FROM {table}_now LIMIT 1")


@pytest.mark.parametrize("store", [WORKER], indirect=True)
def test_a_worker_recomputes_the_figures_and_sees_that_no_migration_is_open(store: NativeStore) -> None:
    hour = AT - AT % HOUR_MS
    Figures(store).refresh(hour, hour + HOUR_MS, AT)
    assert all(each.applied for each in migrate.status(store))


@pytest.mark.parametrize("store", [WORKER, READER], indirect=True)
@pytest.mark.parametrize("statement", CHANGES)
def test_only_the_migrator_changes_tables(store: NativeStore, statement: str) -> None:
    with pytest.raises(StoreError):
        store.execute(statement)
    assert store.query("EXISTS TABLE notices")[0]["result"] == 1


@pytest.mark.parametrize("store", [WORKER, READER], indirect=True)
@pytest.mark.parametrize("statement", ["SET allow_ddl = 1", "SET readonly = 0, allow_ddl = 1"])
def test_nobody_gives_himself_the_right(server: LocalServer, store: NativeStore, statement: str) -> None:
    try:
        store.execute(statement)
    except StoreError:
        pass
    with pytest.raises(StoreError):
        store.execute("DROP TABLE notices")


@pytest.mark.parametrize("store", [READER], indirect=True)
def test_a_reader_reads_and_writes_nothing(store: NativeStore) -> None:
    assert store.query("SELECT count() AS n FROM events_now")
    with pytest.raises(StoreError):
        store.insert("notices", [row_of("notices")])


@pytest.mark.parametrize("store", [MIGRATOR], indirect=True)
def test_the_migrator_takes_migrations_back_and_applies_them(store: NativeStore) -> None:
    store.execute("CREATE TABLE mine (n UInt8) ENGINE = Memory")
    store.execute("DROP TABLE mine")
    assert migrate.apply(store) == [], "all are applied"


def test_each_user_needs_its_own_password(server: LocalServer, secrets: Path) -> None:
    worker, reader = ((secrets / STORES[user]).read_text("utf-8").split("@")[0] for user in (WORKER, READER))
    assert worker.rpartition(":")[2] != reader.rpartition(":")[2] == (secrets / "reader-password").read_text("utf-8")
    for password in (worker.rpartition(":")[2], "", "x"):
        with pytest.raises(StoreError):
            NativeStore(f"clickhouse://{MIGRATOR}:{password}@127.0.0.1:{server.port}/yigangtong")


def granted(user: str) -> list[str]:
    root = ElementTree.fromstring(FILE.read_text("utf-8"))
    return [query.text or "" for query in root.iterfind(f"users/{user}/grants/query")]


def test_a_worker_is_granted_each_table_that_migrations_make_and_not_their_ledger() -> None:
    inserts = [g.removeprefix("GRANT INSERT ON yigangtong.") for g in granted(WORKER) if "INSERT" in g]
    assert sorted(inserts) == sorted(tables())
    assert [g for g in granted(WORKER) if "INSERT" not in g] == ["GRANT SELECT ON yigangtong.*"]
    assert granted(READER) == ["GRANT SELECT ON yigangtong.*"]


def test_only_the_job_that_makes_tables_has_the_migrators_password() -> None:
    services = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text("utf-8"))["services"]
    has = {name for name, service in services.items() if STORES[MIGRATOR] in str(service)}
    assert has == {"tables"}
    assert services["tables"]["environment"] == {"YGT_STORE_URL_FILE": f"/run/secrets/{STORES[MIGRATOR]}"}
    assert services["worker-1"]["environment"]["YGT_STORE_URL_FILE"] == f"/run/secrets/{STORES[WORKER]}"
