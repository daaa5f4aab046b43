"""64-bit hashes of whole string columns, from their bytes as they lie in memory: nothing per value.

Polynomials over the bytes, modulo 2^64: good enough to recognise what is the same, not to withstand who wants a collision.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa

_BASE: Final = 0x9E3779B97F4A7C15
_INVERSE: Final = pow(_BASE, -1, 1 << 64)
#: Bytes of a column for which powers are kept (4 MiB of them); of a longer one each value is hashed by itself.
_MOST_BYTES: Final = 1 << 18


@cache
def _powers() -> tuple[np.ndarray, np.ndarray]:
    """Of the base and of its inverse: a value's bytes are weighted by their place in the column, which is taken back."""
    up, down = (np.cumprod(np.full(_MOST_BYTES + 1, x, np.uint64)) for x in (_BASE, _INVERSE))
    return up, down


def text_hashes(column: pa.StringArray) -> np.ndarray:
    """One unsigned hash per value; null and empty are alike: 0."""
    count = len(column)
    _, offsets, data = column.buffers()
    if data is None or not count:
        return np.zeros(count, np.uint64)
    places = np.frombuffer(offsets, np.int32, count + 1, column.offset * 4)
    first, last = int(places[0]), int(places[-1])
    if last - first > _MOST_BYTES:
        return np.array([hash(v) & 0xFFFFFFFFFFFFFFFF if v else 0 for v in column.to_pylist()], np.uint64)
    hashes = np.zeros(count, np.uint64)
    full = np.flatnonzero(places[1:] > places[:-1])
    if len(full):
        up, down = _powers()
        weighted = np.multiply(up[: last - first], np.frombuffer(data, np.uint8, last - first, first))
        starts = places[full] - first
        hashes[full] = np.add.reduceat(weighted, starts) * down[starts]
    return hashes


class Few:
    """A column of few different values: each is looked at once. ``names[of[row]]`` is the value of a row."""

    def __init__(self, column: pa.StringArray) -> None:
        encoded = column.fill_null("").dictionary_encode() if column.null_count else column.dictionary_encode()
        self.of = np.asarray(encoded.indices)
        self._names = encoded.dictionary

    @property
    def names(self) -> list[str]:
        found: list[str] = self._names.to_pylist()
        return found

    def hashes(self) -> np.ndarray:
        """As `text_hashes`."""
        found: np.ndarray = text_hashes(self._names)[self.of]
        return found

    def are(self, name: str) -> np.ndarray:
        """Which rows have this value."""
        found: np.ndarray = np.array([n == name for n in self.names], bool)[self.of]
        return found


def mixed(*columns: np.ndarray) -> np.ndarray:
    """One signed hash per row of several columns of integers; their order counts."""
    out = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        out *= np.uint64(_BASE)
        out += column.view(np.uint64)
    out ^= out >> np.uint64(29)
    signed: np.ndarray = out.view(np.int64)
    return signed
