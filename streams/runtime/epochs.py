"""The ledger of activations (design 3, Row versions): which rules the rows of an epoch were made by.

A worker writes rows only under the epoch that its own rules were activated with. Other rules would give other rows under
the same versions, and readers would see now these and now those; so it does not start until somebody raises the epoch, who
gives name and reason. Then each owner derives all its books anew, and every row of the new epoch stands above the old ones.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import schemas.identifiers
import streams.domain
from connectors.clickhouse.store import SqlStore
from schemas.reference import load_reference

#: Row versions have 16 bits for it.
LAST_EPOCH: Final = (1 << 16) - 1
#: Of two activations under one number the first stands: the later it was, the lower its version.
_VERSIONS: Final = 1 << 63
_SHOWN: Final = 12


class Activation(NamedTuple):
    """One line of the ledger. ``raised_at`` in ms UTC."""

    epoch: int
    content_hash: str
    reason: str
    raised_by: str
    raised_at: int


class Readable(Protocol):
    """What reading the ledger needs of a store."""

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Rows as dicts."""


class OtherRulesError(RuntimeError):
    """This program's rules are not those of the latest epoch."""


def rules_hash() -> str:
    """Digest of all that decides the rows of given evidence: the sources of ``streams/domain``, the check of identifiers,
    and the reference tables (codes, routes, thresholds, source ranks, vessels).

    Of the sources every byte counts, comments too: an epoch too many costs one sweep, one too few leaves wrong rows.
    """
    files = sorted(Path(str(streams.domain.__file__)).parent.glob("*.py"))
    digest = hashlib.sha256(load_reference().hash().encode())
    for file in (*files, Path(schemas.identifiers.__file__)):
        digest.update(f"\0{file.name}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def activations(store: Readable) -> list[Activation]:
    """The ledger, oldest first. Raises StoreError."""
    rows = store.query("SELECT epoch, content_hash, reason, raised_by, raised_at FROM epochs_now ORDER BY epoch")
    return [Activation(**row) for row in rows]


def current_epoch(store: object, content_hash: str, now_ms: int) -> int:
    """The epoch to write under. An empty ledger gets its first line; a store without SQL keeps no ledger, and nothing
    that an earlier program wrote: 1. Raises OtherRulesError."""
    if not isinstance(store, SqlStore):
        return 1
    ledger = activations(store)
    if not ledger:
        _write(store, Activation(1, content_hash, "first start", "worker", now_ms))
        ledger = activations(store)  # another worker may have been first, with other rules
    top = ledger[-1]
    if top.content_hash != content_hash:
        raise OtherRulesError(
            f"the rules of this program ({content_hash[:_SHOWN]}) are not those of epoch {top.epoch} "
            f"({top.content_hash[:_SHOWN]}, raised by {top.raised_by} at {_utc(top.raised_at)}: {top.reason}): "
            'run `yigangtong epoch raise --reason "…" --by NAME` with this program, then every row is derived anew'
        )
    return top.epoch


def raise_epoch(store: SqlStore, content_hash: str, reason: str, raised_by: str, now_ms: int) -> Activation:
    """Activate the rules with this hash under the next number. Raises ValueError for a blank name or reason or when the
    numbers are used up, RuntimeError when somebody else raised it at the same moment, and StoreError."""
    if not reason.strip() or not raised_by.strip():
        raise ValueError("an epoch is raised with a reason and by somebody: both must be given")
    ledger = activations(store)
    epoch = ledger[-1].epoch + 1 if ledger else 1
    if epoch > LAST_EPOCH:
        raise ValueError(f"epoch {LAST_EPOCH} is the last that row versions can hold")
    activation = Activation(epoch, content_hash, reason.strip(), raised_by.strip(), now_ms)
    _write(store, activation)
    stands = activations(store)[-1]
    if stands[:4] != activation[:4]:
        raise RuntimeError(f"epoch {stands.epoch} was raised by {stands.raised_by} at the same moment: see `epoch show`")
    return stands


def _write(store: SqlStore, a: Activation) -> None:
    store.insert("epochs", [(*a, _VERSIONS - a.raised_at)])


def _utc(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
