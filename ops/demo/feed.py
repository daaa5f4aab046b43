"""Publishes a world as its ports would: records by Kafka client, files through the connectors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from connectors.edi import Event, read
from connectors.kafka.producer import Publisher
from ops.simulate import Delivery, File
from schemas.codec import encode_batch

#: Deliveries that are encoded and sent together.
BATCH: Final = 1000


class Feed:
    """Sends deliveries at a rate that a person can watch. ``events`` counts what was published so far."""

    def __init__(self, publisher: Publisher, inbox: Path, events_per_s: float) -> None:
        self._publisher = publisher
        self._inbox = inbox
        self._rate = events_per_s
        self.events = 0
        self.files = 0
        self.refused: list[str] = []

    def run(self, deliveries: Iterable[Delivery], watch: Callable[[], None]) -> None:
        """Publish everything in order of delivery; ``watch`` is called after each batch."""
        began = time.monotonic()
        for batch in _batches(deliveries):
            for is_file, group in groupby(batch, key=lambda d: d.file is not None):
                if is_file:
                    for delivery in group:
                        assert delivery.file is not None
                        self.take_file(delivery.file)
                else:
                    self._records(list(group))
            watch()
            ahead = self.events / self._rate - (time.monotonic() - began)
            if ahead > 0:
                self._publisher.flush()
                time.sleep(ahead)  # the pace of the demo, not a wait for a condition
        self._publisher.flush()

    def _records(self, deliveries: list[Delivery]) -> None:
        values: dict[int, bytes] = {}
        by_kind: dict[str, list[int]] = {}
        for index, delivery in enumerate(deliveries):
            by_kind.setdefault(delivery.kind, []).append(index)
        for kind, indices in by_kind.items():
            values.update(zip(indices, encode_batch(kind, [deliveries[i].record for i in indices]), strict=True))
        for index, delivery in enumerate(deliveries):
            self._publisher.publish(delivery.topic, delivery.key, values[index])
        self.events += len(deliveries)

    def take_file(self, file: File) -> None:
        """Put a file into its port's inbox and publish what it says."""
        folder = self._inbox / file.port
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file.name
        path.write_text(file.text, encoding="utf-8")
        self.publish_file(path, file.port)

    def flush(self) -> None:
        """Wait until Kafka has everything. Raises PublishFailed."""
        self._publisher.flush()

    def publish_file(self, path: Path, port: str) -> list[Event]:
        """Read a file and publish its events; returns them. What is refused is kept in ``refused``."""
        events: list[Event] = []
        with path.open("rb") as source:
            for item in read(source, name=path.name, port=port):
                if isinstance(item, Event):
                    events.append(item)
                elif item.severity == "error":
                    self.refused.append(str(item))
        for kind in {e.kind for e in events}:
            group = [e for e in events if e.kind == kind]
            for event, value in zip(group, encode_batch(kind, [e.record for e in group]), strict=True):
                self._publisher.publish(event.topic, event.key, value)
        self.events += len(events)
        self.files += 1
        return events


def _batches(deliveries: Iterable[Delivery]) -> Iterator[list[Delivery]]:
    batch: list[Delivery] = []
    for delivery in deliveries:
        batch.append(delivery)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
