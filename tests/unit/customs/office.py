"""Both sides of the customs counter in one folder, for tests: sites and ids are made up and look so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from connectors.customs.ledger import SendLedger
from connectors.customs.messages import Messages
from connectors.customs.plan import Plan
from connectors.customs.post import FolderPost, Letter
from connectors.customs.profile import load_profile
from connectors.customs.receiver import Receiver
from connectors.customs.sender import Sender
from connectors.customs.sites import Site, Sites
from connectors.customs.xml_responder import XmlResponder
from schemas import codec
from schemas.examples import examples

PROFILE: Final = load_profile()
SITES: Final = Sites([
    Site("weihai", "00001", "CNWEITEST01/4204", "4204TESTSITE1"),
    Site("qingdao", "QQCTU", "CNTAOTEST02/4218", "4218TESTSITE2"),
])  # fmt: skip
SHIP: Final = "IMO:9399038"
READY: Final = 1_795_000_020_123


def record(message_id: str = "M1", **changes: Any) -> dict[str, Any]:
    """A command of the platform, as the worker makes it."""
    base = {**examples("arrival-report")["add"], "vessel_id": SHIP, "sent_at": READY, "ready_at": READY}
    return {**base, "message_id": message_id, "container": "CSQU3054383", **changes}


def feeder(message_id: str = "F1", **changes: Any) -> dict[str, Any]:
    """The same for a leg between the ports."""
    return record(message_id, **{
        "route_flag": "支线", "vessel_id": "IMO:2000200", "voyage": "F118E", "domestic_vessel": "IMO:2000200",
        "domestic_voyage": "F118E", "port": "qingdao", "terminal_code": "QQCTU", "district": "4218", **changes,
    })  # fmt: skip


class Topic:
    """The platform's side in memory: commands to take, release records put, by event id."""

    def __init__(self, commands: Sequence[dict[str, Any] | bytes] = ()) -> None:
        self.commands = [c if isinstance(c, bytes) else codec.encode("arrival-report", c) for c in commands]
        self.committed = 0
        self._position = 0
        self.put_letters: list[Letter] = []

    def take(self, limit: int = 1000) -> list[Letter]:
        first, self._position = self._position, min(len(self.commands), self._position + limit)
        return [Letter(f"t-0-{n}", self.commands[n], partition=0) for n in range(first, self._position)]

    def settle(self, letters: Sequence[Letter], problem: str = "") -> None:
        self.committed = max([self.committed, *(int(x.name.rpartition("-")[2]) + 1 for x in letters)])

    def put(self, letters: Sequence[Letter]) -> None:
        self.put_letters += letters

    def restarted(self) -> None:
        """A new consumer begins at what was committed."""
        self._position = self.committed

    def releases(self) -> list[dict[str, Any]]:
        return [codec.decode(letter.content, "release") for letter in self.put_letters]


class Office:
    """Sender, responder and receiver on one folder; each can be started anew on the files it left."""

    def __init__(self, root: Path, topic: Topic, plan: Plan | None = None, sites: Sites = SITES) -> None:
        self.root = root
        self.topic = topic
        self.now = READY
        self._plan = plan or Plan()
        self.sites = sites
        self.ledgers: list[SendLedger] = []

    def ledger(self, name: str, look: bool = False) -> SendLedger:
        self.ledgers.append(SendLedger(self.root / f"{name}.db", look=look))
        self.ledgers[-1]._db.execute("PRAGMA synchronous = OFF")  # no power cut here; test_ledger.py looks at that
        return self.ledgers[-1]

    def sender(self) -> Sender:
        messages = Messages(PROFILE, self.sites)
        return Sender(messages, self.ledger("sent"), self.topic, FolderPost.of_platform(self.root))

    def receiver(self) -> Receiver:
        post = FolderPost.of_platform(self.root)
        return Receiver(PROFILE, self.ledger("sent", look=True), self.ledger("received"), post, self.topic)

    def responder(self) -> XmlResponder:
        messages, post = Messages(PROFILE, SITES), FolderPost.of_customs(self.root)
        return XmlResponder(messages, self._plan, self.ledger("customs"), post, lambda: self.now)

    def close(self) -> None:
        for ledger in self.ledgers:
            ledger.close()
        self.ledgers.clear()

    def names(self, folder: str) -> list[str]:
        return sorted(file.name for file in (self.root / folder).iterdir() if file.is_file())
