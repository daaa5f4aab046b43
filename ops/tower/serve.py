"""Runs the control tower until it is told to stop."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

import uvicorn

from connectors.kafka.producer import Publisher
from connectors.listen import listen
from ops.actions import TOPIC, Action
from ops.api.audit import Audit
from ops.api.feed import Feed
from ops.api.login import Door
from ops.api.office import Office
from ops.api.people import load_people
from ops.api.pulse import Pulse
from ops.clearance.gate import Gate, Kept
from ops.clearance.memory import Memory
from ops.clearance.texts import load_contacts
from ops.cli.common import open_reader
from schemas.codec import encode

#: How long Kafka may be away before an officer is told that the action was not taken down, seconds.
PATIENCE_S: Final = 10.0


def run(
    store: str, bootstrap: str, host: str, port: int, people: Path | None, header: str, simulated: bool = False,
    contacts: Path | None = None, audit: Path | None = None,
) -> None:  # fmt: skip
    """Listen on ``host:port`` (0: any free port) and print the address.

    ``simulated``: the workers' time is that of their events. ``audit``: file that keeps who asked what. Raises PeopleFileError,
    ContactsError, StoreError, and OSError for a port in use or a file that cannot be written.
    """
    known = load_people(people) if people else None
    reader = open_reader(store)
    kept = Audit(audit) if audit else None
    listening = listen(host, port)
    publisher = Publisher(bootstrap, PATIENCE_S)

    def send(action: Action) -> None:
        publisher.publish(TOPIC, action.key, encode("operator-action", action.record))
        publisher.flush()

    from ops.tower.app import tower_app  # the pages' library is slow to load: a wrong setting is told first

    pulse, memory = Pulse(), Memory()
    feed = Feed(bootstrap, [memory.hear, pulse.hear])
    gate = Gate(memory, feed, Kept(Publisher(bootstrap, PATIENCE_S)), simulated, load_contacts(contacts))
    app = tower_app(Office(reader, send, known), Door(known, secrets.token_urlsafe(32), header), pulse, gate, kept)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3))
    print(f"control tower 控制塔: http://{host}:{listening.getsockname()[1]}/", flush=True)
    server.run(sockets=[listening])
