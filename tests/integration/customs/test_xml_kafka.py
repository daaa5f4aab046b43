"""The commands about customs as processes: reports from a real Kafka as XML into a folder, receipts back into Kafka."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.customs.ledger import SendLedger
from connectors.kafka.local import LocalKafka
from connectors.processes import Child, end, kill, spawn
from tests.integration.customs.answers import publish, receipts, until

pytestmark = pytest.mark.integration
REPORTS = 60
SITES = """port,terminal,place_code,sender_id
qingdao,00001,CNTAOTEST02/4218,4218TESTSITE2
weihai,00001,CNWEITEST01/4204,4204TESTSITE1
"""


@pytest.fixture
def start(broker: LocalKafka, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Starts a command in the folder; what still runs at the end is ended."""
    children: list[Child] = []

    def run(*words: str) -> Child:
        command = [*words, "--bootstrap", broker.bootstrap, "--folder", str(tmp_path)]
        children.append(spawn([sys.executable, "-m", "ops.cli.main", *command], tmp_path / "log"))
        return children[-1]

    yield run
    for child in children:
        end(child)


@pytest.mark.slow
def test_reports_go_out_as_xml_and_receipts_come_back_though_the_sender_is_killed(
    broker: LocalKafka, start: Callable[..., Child], tmp_path: Path
) -> None:
    log, sites, sent = tmp_path / "log", tmp_path / "sites.csv", tmp_path / "sent.db"
    sites.write_text(SITES)
    send = ("customs", "send", "--ledger", str(sent), "--sites", str(sites))
    publish(broker, 0, REPORTS // 2, vessel_id="IMO:9399038")
    sender = start(*send)
    until(lambda: (tmp_path / "out").is_dir() and any((tmp_path / "out").iterdir()), sender, log)
    kill(sender)
    start("customs-responder", "--ledger", str(tmp_path / "customs.db"), "--sites", str(sites))
    receiver = start("customs", "receive", "--ledger", str(sent), "--receipts", str(tmp_path / "received.db"))
    publish(broker, REPORTS // 2, REPORTS, vessel_id="IMO:9399038")
    sender = start(*send)

    until(lambda: len(receipts(broker)) == REPORTS, sender, log)
    assert all(len(contents) == 1 for contents in receipts(broker).values())
    assert {name.rpartition("-")[0] for name in receipts(broker)} == {f"M{n}" for n in range(REPORTS)}
    assert end(sender) == end(receiver) == 0
    book = SendLedger(sent, look=True)
    assert (sum(1 for _ in book.entries()), book.open_ids(), book.held(), book.refused()) == (REPORTS, [], [], 0)
