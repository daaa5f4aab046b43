"""Days and days of the four ports through the platform in one process, with the archive at work: as fast as it can.

``python -m tests.integration.inprocess.month --days 30 --scale 0.45 --archive-days 5`` prints what came of it as JSON.

The rows and the blobs lie in a file, so that memory is that of the books (and of the simulator, three days of its world).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import pickle
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from ctypes import CDLL
from pathlib import Path
from typing import Any

from bench.workload import Message, messages
from ops.simulate import World
from ops.verify import Report, compare
from streams.domain.archive import digest_of
from streams.domain.rows import KEYS, TABLES
from streams.runtime.changelog import Draft
from streams.runtime.packing import pack
from tests.inprocess import InProcess

DAY_MS = 86_400_000
#: Simulated time between two derivations, between two looks at what may be closed, and between two sweeps.
FLUSH_MS, TIDY_MS, SWEEP_MS = 300_000, 1_800_000, 12 * 3_600_000
#: A book is closed after so many looks.
ROUNDS = 2


class OnDisk:
    """The store: the row of the highest version of each key, and the blobs."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("CREATE TABLE rows (tab TEXT, key BLOB, version INT, row BLOB, PRIMARY KEY (tab, key)) WITHOUT ROWID")
        self._db.execute("CREATE TABLE blobs (digest BLOB PRIMARY KEY, payload BLOB) WITHOUT ROWID")
        self._db.execute("CREATE TABLE calls (call TEXT, box TEXT, horizon INT, PRIMARY KEY (call, box)) WITHOUT ROWID")

    def put(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        length = len(KEYS[table])
        self._db.executemany(
            "INSERT INTO rows VALUES (?, ?, ?, ?) ON CONFLICT (tab, key) DO UPDATE SET version = excluded.version,"
            " row = excluded.row WHERE excluded.version >= version",
            [(table, pickle.dumps(row[:length]), row[-1], pickle.dumps(row)) for row in rows],
        )

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        for (row,) in self._db.execute("SELECT row FROM rows WHERE tab = ?", (table,)):
            yield pickle.loads(row)

    def keep(self, name: str, payload: bytes, calls: Iterable[str], horizon: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO blobs VALUES (?, ?)", (digest_of(payload), payload))
        self._db.executemany("INSERT OR REPLACE INTO calls VALUES (?, ?, ?)", [(call, name, horizon) for call in calls])

    def blob(self, digest: bytes) -> bytes:
        return bytes(self._db.execute("SELECT payload FROM blobs WHERE digest = ?", (digest,)).fetchone()[0])

    def boxes(self, call: str, since: int) -> list[str]:
        return [b for (b,) in self._db.execute("SELECT box FROM calls WHERE call = ? AND horizon >= ?", (call, since))]


class Month(InProcess):
    """The platform, with its books closed and archived as a worker does it."""

    def __init__(self, store: OnDisk, plan: Iterable[dict[str, Any]], archive_days: float, partitions: int = 4) -> None:
        super().__init__(partitions, plan)
        self._store = store
        self._age = round(archive_days * DAY_MS)
        self.archived = self.read_back = self.most_books = 0

    def _put(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        self._store.put(table, rows)

    def rows(self, table: str) -> list[dict[str, Any]]:
        names = [n for n, _ in TABLES[table]]
        found = (dict(zip(names, row, strict=True)) for row in self._store.rows(table))
        return [row for row in found if not row["is_deleted"]]

    def flush(self) -> None:
        """One derivation, and what it needs of the archive."""
        super().flush()
        while self._fetch():
            super().flush()

    def _fetch(self) -> bool:
        any_read = False
        for part in self.slices:
            archive = part.correlator.archive
            for call, since in list(archive.calls.items()):
                archive.want_since(self._store.boxes(call, since), since)
                del archive.calls[call]
            for name in list(archive.wanted):
                part.correlator.supply(name, [self._store.blob(digest) for digest in archive.blobs(name)])
                self.read_back += 1
                any_read = True
        return any_read

    def commit(self) -> None:
        """What the changelog would get; it acknowledges at once."""
        for part in self.slices:
            if not part.correlator.archive.holding():
                Draft(part.correlator, part.watermark, part.written).acknowledged()

    def tidy(self) -> None:
        for part in self.slices:
            part.correlator.tidy(ROUNDS, 1 << 30)

    def archive(self) -> None:
        """A sweep's look at all books, at once."""
        for part in self.slices:
            core = part.correlator
            for name in list(core._shelf.books):
                if core.rests(name, core.now - self._age, ROUNDS):
                    items, calls = core.archive.contents(name)
                    payload = pack(items)
                    stub = core.archive.leave(name, digest_of(payload))
                    self._store.keep(name, payload, calls, stub.horizon)
                    self.archived += 1
            core.tidy(0, 1 << 30)
        self.most_books = max(self.most_books, sum(len(p.correlator._shelf.books) for p in self.slices))
        self.commit()


def run(world: World, platform: Month, told: list[dict[str, Any]], seed: int = 1) -> int:
    """Everything that the world sends, in its order; customs answers now at once, now later. Returns how many events."""
    rng = random.Random(seed)
    batch: list[Message] = []
    events = day = 0
    flush_at = tidy_at = sweep_at = day_at = 0
    for message in messages(world):
        if message.at_ms >= flush_at:
            platform.send((m.topic, m.key, m.value) for m in batch)
            events += len(batch)
            batch = []
            platform.settle() if rng.random() < 0.5 else platform.flush()
            platform.commit()
            flush_at = message.at_ms + FLUSH_MS
            if message.at_ms >= tidy_at:
                platform.tidy()
                tidy_at = message.at_ms + TIDY_MS
            if message.at_ms >= sweep_at:
                platform.archive()
                sweep_at = message.at_ms + SWEEP_MS
            if message.at_ms >= day_at:
                told.append({"day": day, "events": events, **measured(platform)})
                print(json.dumps(told[-1]), file=sys.stderr, flush=True)
                day, day_at = day + 1, message.at_ms + DAY_MS
        batch.append(message)
    platform.send((m.topic, m.key, m.value) for m in batch)
    platform.settle()
    return events + len(batch)


def measured(platform: Month) -> dict[str, Any]:
    gc.collect()
    CDLL("libc.so.6").malloc_trim(0)
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    opened, closed, archived = map(sum, zip(*(part.correlator.counts() for part in platform.slices), strict=True))
    return {
        "resident_mb": round(resident / 1e6), "open": opened, "closed": closed, "archived": archived,
        "read_back": platform.read_back, "cpu_s": round(time.process_time()),
    }  # fmt: skip


def through(world: World, archive_days: float) -> tuple[Report, Month, dict[str, Any]]:
    """Run a world and compare it with its truth."""
    with tempfile.TemporaryDirectory(prefix="ygt-month-") as folder:
        platform = Month(OnDisk(f"{folder}/store.db"), world.customs_plan(), archive_days)
        told: list[dict[str, Any]] = []
        started, cpu = time.monotonic(), time.process_time()
        events = run(world, platform, told)
        took, used = time.monotonic() - started, time.process_time() - cpu
        found = compare(world.truth(), platform)
        last = {
            "days": world.days, "scale": world.scale, "archive_days": archive_days, "records": events,
            "wall_s": round(took), "cpu_s": round(used), "records_per_cpu_s": round(events / used),
            "sent_to_archive": platform.archived, "read_back": platform.read_back, "most_books": platform.most_books,
            "failed": len(platform.failed), "by_day": told,
            **{kind: {"matched": c.matched, "missed": c.missed, "false": c.false} for kind, c in found.kinds.items()},
            "equal": found.equal,
        }  # fmt: skip
        return found, platform, last


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--scale", type=float, default=0.45)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archive-days", type=float, default=5)
    args = parser.parse_args()
    found, platform, last = through(World(args.seed, args.days, args.scale), args.archive_days)
    print(json.dumps(last, indent=1))
    if not found.equal:
        print(json.dumps(found.to_dict(), indent=1, ensure_ascii=False)[:6000], file=sys.stderr)
    return 0 if found.equal and not platform.failed else 1


if __name__ == "__main__":
    sys.exit(main())
