"""What every test may use: a real Kafka, a real ClickHouse, the sample messages; and the rule on skips in CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from connectors.clickhouse.testing import local_server, server_url
from connectors.kafka.errors import KafkaProblem
from connectors.kafka.local import LocalKafka, local_kafka

ROOT = Path(__file__).parents[1]
#: Folders whose tests all start servers, and fixtures that start one.
FOLDERS = frozenset(("integration", "kill"))
SERVERS = frozenset(("kafka", "clickhouse_url"))


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """The broker of the session (`.bootstrap`). Topics are the test's own: it names them so that no other uses them."""
    try:
        with local_kafka(tmp_path_factory.mktemp("kafka")) as broker:
            yield broker
    except KafkaProblem as problem:
        pytest.skip(str(problem))


@pytest.fixture(scope="session")
def clickhouse_url() -> Iterator[str]:
    """URL of a real server over TCP that may be written to: CLICKHOUSE_URL, else Debian's, started for the session."""
    if url := server_url():
        yield url
    elif shutil.which("clickhouse-server"):
        with local_server() as server:
            yield server.url
    else:
        pytest.skip("no ClickHouse server: run `make setup`, or set CLICKHOUSE_URL")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real sample messages (setting YGT_SAMPLES)."""
    folder = ROOT / os.environ.get("YGT_SAMPLES", "../shared/samples")
    if not folder.is_dir():
        pytest.skip("the sample messages are not here: set YGT_SAMPLES to their folder")
    return folder


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a server or a browser runs alone: `make test` runs the others two at a time."""
    for item in items:
        wanted = getattr(item, "fixturenames", ())
        if FOLDERS.intersection(item.path.parts) or SERVERS.intersection(wanted):
            item.add_marker(pytest.mark.integration)
        elif "browser" in wanted:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI (CI=true) a skip is a failure: what cannot run there is not tested. The marker `may_skip` allows one."""
    report = yield
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if is_skip and os.environ.get("CI") == "true" and item.get_closest_marker("may_skip") is None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped, which is a failure in CI: {reason}"
    return report
