"""Rows that an earlier owner of a partition left in the store and that its books no longer yield (design 3, Row keys).

A worker that crashed may have written a row whose key the next owner never derives. So the first time after an
assignment that a book is touched by a record which somebody may have seen before, and for every book in the background
sweep, the store is asked what it holds; what the book does not yield gets a tombstone. The tombstones of the store count
too: what the book yields below one is written again once it is derived from as much evidence as the tombstone was.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from connectors.clickhouse.errors import StoreError
from streams.domain.rows import STATE_TABLES
from streams.runtime.ports import Blocking, Rows
from streams.runtime.slice import Slice

log = logging.getLogger(__name__)

#: Tables that hold rows of a kind of book.
TABLES_OF_BOOK: Final = {
    "B": tuple(t for t in STATE_TABLES if t not in ("consignments", "port_calls")),
    "M": ("consignments", "exceptions", "operator_actions", "void_events"),
    "V": ("port_calls", "exceptions", "operator_actions", "void_events"),
}
#: Books per question: the names stand in the query's text, which has a limit.
BOOKS_PER_QUERY: Final = 2_000


async def adopt(slices: Iterable[Slice], store: Rows, blocking: Blocking[Any]) -> None:
    """Look up the stored rows of the books whose turn it is. While the store is away they keep waiting for it."""
    asked = [(part, name) for part in slices for name in part.to_check if name[0] in TABLES_OF_BOOK]
    for part in slices:
        part.to_check = {}
    for start in range(0, len(asked), BOOKS_PER_QUERY):
        group = asked[start : start + BOOKS_PER_QUERY]
        try:
            await _adopt_group(group, store, blocking)
        except StoreError as error:
            log.warning("the rows of %d books could not be looked up (%s); later again", len(asked) - start, error.reason)
            for part, name in asked[start:]:
                part.to_check[name] = None
            return


async def _adopt_group(group: list[tuple[Slice, str]], store: Rows, blocking: Blocking[Any]) -> None:
    for kind, tables in TABLES_OF_BOOK.items():
        for table in tables:
            owners: dict[str, list[Slice]] = {}
            for part, name in group:
                if name[0] == kind:
                    # port_calls begin with the vessel, whose books are one per port; all other keys are the book's own
                    key = name[1:].rsplit("|", 1)[0] if table == "port_calls" else name[1:]
                    owners.setdefault(key, []).append(part)
            if not owners:
                continue
            keys = sorted(owners)
            found = await blocking(partial(store.stored_keys, table, keys))
            for key, version, deleted in found:
                for part in owners.get(key[0], ()):
                    part.correlator.adopt_stored(table, key, version, kind, deleted)
    for part, name in group:
        part.looked_up[name] = None
