"""What the intake notices about an event: told twice, out of order, late, from the future, by a clock that is off.

Observations, not conclusions: they stand in ``intake.flags`` and in the metrics, drop nothing and need not be the same
after a crash. Whole columns at a time, and in bounded memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from prometheus_client import Counter

from schemas.decoded import Decoded
from schemas.rules import LAST_MS
from streams.runtime.text_hash import Few, mixed, text_hashes

#: In the order of their bits.
NAMES: Final = ("DUP_EVENT", "OUT_OF_ORDER", "LATE_EVENT", "FUTURE_EVENT", "CLOCK_SKEW")
_COMBINED: Final = pa.array([[n for i, n in enumerate(NAMES) if bits >> i & 1] for bits in range(1 << len(NAMES))])

#: What makes an event of a party the same event again, beside party, classifier and time: columns of many different
#: values, and of few.
_NATURAL: Final = {
    "gate": (("container_no",), ("move", "terminal_code")),
    "berth": (("container_no", "vessel_id"), ("move", "service", "phase", "call_event", "terminal_code")),
    "manifest": (("master_bl", "house_bl", "container_no"), ("manifest_kind", "terminal_code")),
    "release": (("container_no", "bill_no", "vessel_id"), ("stage", "action", "terminal_code")),
}
#: Natural keys that a worker remembers, a power of two: 4 MiB, and hours of events of four ports.
WINDOW: Final = 1 << 18
#: Senders that the metrics tell apart, and senders in topic partitions; one that makes up names must not cost us memory.
MOST_PARTIES: Final = 1000
MOST_SENDERS: Final = 10_000
_OTHERS: Final = "(others)"
#: Above every valid time, so that times of several senders can be put into one ascending row.
_BEYOND: Final = 1 << LAST_MS.bit_length()


#: A topic partition.
Place = tuple[str, int]


class Memory:
    """What a worker remembers of events: natural keys in slots, of which a newer key takes an older one's, and the newest
    event time of each sender in each topic partition."""

    def __init__(self) -> None:
        self._keys: np.ndarray = np.zeros(WINDOW, np.int64)
        self._ids: np.ndarray = np.zeros(WINDOW, np.int64)
        self._newest: dict[tuple[Place, str], int] = {}

    def told_before(self, keys: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """Which of the events are known under another id. Keys and ids are hashes."""
        slots = keys & (WINDOW - 1)
        origin = np.where(self._keys[slots] == keys, self._ids[slots], ids)
        # Backwards: of several events of one batch in a slot, the first is remembered.
        self._keys[slots[::-1]] = keys[::-1]
        self._ids[slots[::-1]] = origin[::-1]
        told: np.ndarray = (self._keys[slots] == keys) & (self._ids[slots] != ids)
        return told

    def newest_so_far(self, senders: Sequence[tuple[Place, str]], of: np.ndarray, at: np.ndarray) -> np.ndarray:
        """For each event the newest time that its sender in its place, ``senders[of]``, has told up to and with it."""
        order = np.argsort(of.astype(np.uint16), kind="stable")  # so narrow that it is sorted by counting
        of = of[order].astype(np.int64)
        base = of * _BEYOND
        known = np.array([self._newest.get(sender, 0) for sender in senders], np.int64)
        newest = np.maximum(np.maximum.accumulate(at[order] + base) - base, known[of])
        if len(self._newest) > MOST_SENDERS:
            self._newest.clear()
        last = np.searchsorted(of, np.arange(len(senders)), side="right") - 1
        self._newest.update(zip(senders, newest[last].tolist(), strict=True))
        out: np.ndarray = np.empty_like(newest)
        out[order] = newest
        return out


class Flags:
    """Notices for one worker. Thresholds in ms, by name (``schemas/reference/thresholds.csv``)."""

    def __init__(self, thresholds: Mapping[str, int], live: bool, counter: Counter) -> None:
        """``live``: append times are those of the events' world. In simulated and back-filled runs only the logical time
        is, so nothing is from the future there and no clock is off. ``counter`` has the labels party and flag."""
        self._late = thresholds["LATE_EVENT"]
        self._future = thresholds["FUTURE_EVENT"]
        self._skew = thresholds["CLOCK_SKEW"]
        self._order = thresholds["OUT_OF_ORDER"]
        self._live = live
        self._counter = counter
        self._parties: set[str] = set()
        self._memory = Memory()

    def notice(
        self, decoded: Decoded, appended: Sequence[int], places: Sequence[Place], of: np.ndarray, now: np.ndarray
    ) -> pa.Array:
        """The flags of each good record, the sender's own first; ``appended`` are their append times, ``places[of]`` the
        topic partitions they stood in, ``now`` the logical time in each of these."""
        own = decoded.array("quality_flags")
        if not len(decoded):
            return own
        at = _ms(decoded.array("event_time"))
        seen = np.array(appended, np.int64)
        party, classifier = Few(decoded.array("source_party")), Few(decoded.array("classifier"))
        actual = classifier.are("ACT")

        future = actual & (at - seen > self._future) if self._live else np.zeros(len(at), bool)
        # What has not happened yet says nothing about order, and a wrong clock must not make everybody else late.
        told = np.where(actual & ~future, at, 0)
        found = (
            self._memory.told_before(*_natural(decoded, at, party, classifier)),
            (told > 0) & (told + self._order < self._newest(places, of, party, told)),
            actual & ((seen if self._live else now[of]) - at > self._late),
            future,
            self._skewed(decoded, seen),
        )
        bits = np.zeros(len(at), np.int64)
        for i, mask in enumerate(found):
            if mask.any():
                bits += mask.astype(np.int64) << i
                self._count(party.names, party.of[mask], NAMES[i])
        return _together(own, bits) if bits.any() else own

    def _newest(self, places: Sequence[Place], of: np.ndarray, party: Few, told: np.ndarray) -> np.ndarray:
        both, which = np.unique(of * len(party.names) + party.of, return_inverse=True)
        senders = [(places[at], party.names[name]) for at, name in (divmod(b, len(party.names)) for b in both.tolist())]
        return self._memory.newest_so_far(senders, which, told)

    def _skewed(self, decoded: Decoded, seen: np.ndarray) -> np.ndarray:
        """Nothing can be recorded after it came in. (A clock that is slow looks like a late event.)"""
        if not self._live:
            return np.zeros(len(seen), bool)
        skewed: np.ndarray = _ms(decoded.array("updated_time")) - seen > self._skew
        recorded = decoded.array("record_time")
        if recorded.null_count < len(recorded):
            skewed |= _ms(recorded.fill_null(0)) - seen > self._skew
        return skewed

    def _count(self, names: Sequence[str], of: np.ndarray, flag: str) -> None:
        for place, count in enumerate(np.bincount(of).tolist()):
            if count:
                party = names[place]
                if party not in self._parties:
                    if len(self._parties) >= MOST_PARTIES:
                        party = _OTHERS
                    self._parties.add(party)
                self._counter.labels(party, flag).inc(count)


def _natural(decoded: Decoded, at: np.ndarray, *more: Few) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of the natural keys and of the event ids."""
    many, few = _NATURAL[decoded.kind]
    columns = [text_hashes(decoded.array(name)) for name in many]
    columns += [each.hashes() for each in (*more, *(Few(decoded.array(name)) for name in few))]
    keys = mixed(at, *columns)
    return keys, text_hashes(decoded.array("event_id")).view(np.int64)


def _ms(times: pa.Array) -> np.ndarray:
    found: np.ndarray = np.asarray(times.cast(pa.int64()))
    return found


def _together(own: pa.Array, bits: np.ndarray) -> pa.Array:
    ours = _COMBINED.take(pa.array(bits)).cast(own.type)
    if not len(own.flatten()):
        return ours
    return pa.array([a + b for a, b in zip(own.to_pylist(), ours.to_pylist(), strict=True)], own.type)
