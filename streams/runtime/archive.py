"""Moves books that rest to the store, and reads them back when somebody needs them (`streams.domain.archive`).

A blob goes to the store with the rows, before a mark; the checkpoint that draws the mark then writes the stub, and when the
broker has it, takes the book's other records out of the changelog. So at no moment is evidence only where it may be lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final

from connectors.clickhouse.errors import StoreError
from streams.domain.archive import digest_of
from streams.runtime.bundle import Bundle
from streams.runtime.metrics import Metrics
from streams.runtime.packing import pack
from streams.runtime.ports import Blocking, Rows
from streams.runtime.slice import Slice

log = logging.getLogger(__name__)

BLOBS: Final = "book_archive"
CALLS: Final = "archive_calls"
DAY_MS: Final = 86_400_000
#: Books of a partition that are looked at each second, to be archived: 0.2 ms each.
AT_ONCE: Final = 500
#: A commit waits so long for the books that it needs; the next one covers what was not read by then.
COMMIT_WAITS_S: Final = 1.0
#: Books that are read with one question, and that are derived under new rules before the next are read: memory.
BLOBS_AT_ONCE: Final = 500


class Archivist:
    """One worker's way to the archive and back."""

    def __init__(self, store: Rows, blocking: Blocking[Any], metrics: Metrics, days: float, quiet_s: int) -> None:
        """``days``: books in which nothing is later than so long ago are archived; ``quiet_s``: for which nothing came for
        so long besides, in rounds of a second: an insert of a worker that died may land late."""
        self._store = store
        self._blocking = blocking
        self._metrics = metrics
        self._age = round(days * DAY_MS)
        self._quiet = quiet_s
        #: how often the store refused blobs
        self.refusals = 0
        self._away = False

    def pack_up(self, part: Slice, bundle: Bundle) -> None:
        """Send resting books to the store, of those that have just been derived and whose stored rows were looked up."""
        core = part.correlator
        for name in list(islice(part.looked_up, AT_ONCE)):
            del part.looked_up[name]
            if core.rests(name, core.now - self._age, self._quiet):
                part.checked.discard(name)
                self._send(part, name, bundle)

    def _send(self, part: Slice, name: str, bundle: Bundle) -> None:
        archive = part.correlator.archive
        items, calls = archive.contents(name)
        payload = pack(items)
        digest = digest_of(payload)
        known = archive.has_blob(name, digest)
        stub = archive.leave(name, digest)
        if known:
            return  # it was read and nothing new came
        bundle.add_rows(BLOBS, [(blob_key(name, digest), stub.horizon, stub.evidence, payload, stub.evidence)])
        self._metrics.archive.labels("sent").inc()
        bundle.add_rows(CALLS, [(call, stub.horizon, name, stub.evidence) for call in calls])

    async def fetch(self, parts: Sequence[Slice]) -> None:
        """Read the books that are wanted. While the store is away they stay wanted."""
        try:
            for part in parts:
                await self._find(part)
                if not (part.to_check or part.looked_up):
                    part.correlator.archive.want_stale(BLOBS_AT_ONCE)
                await self._read(part, list(part.correlator.archive.wanted))
                await self._read(part, list(islice(part.correlator.archive.background, BLOBS_AT_ONCE)))
            self._away = False
        except StoreError as error:
            self._away = True
            self._metrics.store_errors.labels("Archive").inc()
            log.warning("archived books could not be read (%s); what waits for them is not committed", error.reason)

    async def fetch_for_commit(self, parts: Sequence[Slice]) -> None:
        """Read what a commit waits for. Derivation stands still meanwhile, so not for long, and not if the store did not
        answer the last time."""
        if not self._away and holding(parts):
            try:
                async with asyncio.timeout(COMMIT_WAITS_S):
                    await self.fetch(parts)
            except TimeoutError:
                self._away = True

    async def _find(self, part: Slice) -> None:
        """Have the archived boxes read that depend on calls which changed late."""
        archive = part.correlator.archive
        for call, since in list(archive.calls.items()):
            boxes = await self._blocking(partial(self._store.archived_boxes, [call], since))
            archive.want_since(boxes, since)
            if archive.calls.get(call) == since:
                del archive.calls[call]

    async def _read(self, part: Slice, names: Sequence[str]) -> None:
        archive = part.correlator.archive
        for start in range(0, len(names), BLOBS_AT_ONCE):
            some = names[start : start + BLOBS_AT_ONCE]
            keys = {name: [blob_key(name, digest) for digest in archive.blobs(name)] for name in some}
            wanted = [key for of_book in keys.values() for key in of_book]
            found = dict(await self._blocking(partial(self._store.archived, wanted)))
            for name, of_book in keys.items():
                if of_book != [blob_key(name, digest) for digest in archive.blobs(name)]:
                    continue  # somebody else has read it meanwhile
                if missing := [key for key in of_book if key not in found]:
                    self._metrics.archive.labels("missing").inc()
                    log.error("book_archive lacks %s: evidence of this book waits, and nothing is committed", missing)
                else:
                    part.correlator.supply(name, [found[key] for key in of_book])
                    part.touch(name)
                    self._metrics.archive.labels("read").inc()

    def refused(self, rows: Iterable[Mapping[str, Any]], parts: Iterable[Slice]) -> None:
        """The store can never take these blobs: their books stay."""
        self.refusals += 1
        names = {str(row["book_key"]).rsplit("#", 1)[0] for row in rows}
        for part in parts:
            part.correlator.archive.keep(names)


def holding(parts: Iterable[Slice]) -> bool:
    """True while something that was taken in waits for an archived book: it must not be committed."""
    return any(part.correlator.archive.holding() for part in parts)


def blob_key(name: str, digest: bytes) -> str:
    """The key of a blob in ``book_archive``: it names its content, so no blob replaces another."""
    return f"{name}#{digest.hex()}"
