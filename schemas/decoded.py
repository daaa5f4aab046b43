"""A decoded batch: Arrow columns of the good records, turned into Python lists only where somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from sys import intern
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.wire import Bad

#: For fewer rows than these a dictionary costs more than it saves.
_FEW: Final = 64


class Decoded:
    """What became of a batch of values.

    ``arrow`` holds one row per good record (times int64 ms, enums strings); ``good[r]`` is the index in the batch of
    row r; ``bad`` lists the refused ones by index. Column lists are in row order and are cached: do not change them.
    """

    __slots__ = ("_fields", "_lists", "arrow", "bad", "good", "kind")

    def __init__(
        self, kind: str, arrow: pa.RecordBatch, good: list[int], bad: list[Bad], fields: Sequence[str] | None = None
    ) -> None:
        self.kind = kind
        self.arrow = arrow
        self.good = good
        self.bad = bad
        self._fields = tuple(fields) if fields is not None else tuple(arrow.schema.names)
        self._lists: dict[tuple[str, object], list[Any]] = {}

    def __len__(self) -> int:
        return len(self.good)

    @property
    def columns(self) -> dict[str, list[Any]]:
        """The columns that were asked for, by name, missing values as None."""
        return {name: self.column(name) for name in self._fields}

    def column(self, name: str, missing: Any = None) -> list[Any]:
        """The values of a column, one per good record; ``missing`` stands for null (must be of the column's type).

        A dotted name reaches into a record or an array of records: ``cutoffs.cy_open`` is a value per row,
        ``seals.no`` a list per row.
        """
        key = (name, missing)
        found = self._lists.get(key)
        if found is None:
            array = self.array(name)
            if missing is not None and array.null_count == len(array):
                found = [missing] * len(array)
            else:
                if missing is not None and array.null_count:
                    array = array.fill_null(missing)
                found = array.to_pylist()
            self._lists[key] = found
        return found

    def text(self, name: str) -> list[str]:
        """A string column with "" for null."""
        return self.column(name, "")

    def words(self, name: str) -> list[str]:
        """`text` of a column with few different values, as ports and codes are: equal ones are one object, in all batches.

        That costs no more, and evidence is kept for weeks.
        """
        key = (name, ("words", ""))
        found = self._lists.get(key)
        if found is None:
            found = self._lists[key] = _words(self.array(name))
        return found

    def times(self, name: str) -> list[int]:
        """A time or number column with 0 for null."""
        return self.column(name, 0)

    def joined(self, name: str, separator: str = ",") -> list[str]:
        """A list-of-strings column (``quality_flags``, ``seals.no``) as one string per row, in the order sent."""
        key = (name, ("joined", separator))
        found = self._lists.get(key)
        if found is None:
            array = self.array(name)
            empty = len(array.flatten()) == 0
            found = [""] * len(array) if empty else pc.binary_join(array, separator).fill_null("").to_pylist()
            self._lists[key] = found
        return found

    def array(self, name: str) -> pa.Array:
        """The Arrow array of a (dotted) column name. Raises KeyError for a name that the kind has not."""
        head, _, rest = name.partition(".")
        array = self.arrow.column(head)
        if not rest:
            return array
        if pa.types.is_list(array.type):
            inner = pc.struct_field(array.values, rest.split("."))
            return pa.ListArray.from_arrays(array.offsets, inner)
        return pc.struct_field(array, rest.split("."))

    def without(self, refused: Sequence[Bad]) -> Decoded:
        """The same batch with these of its good records counted among the bad ones."""
        if not refused:
            return self
        gone = {bad.position for bad in refused}
        kept = [index not in gone for index in self.good]
        good = [index for index in self.good if index not in gone]
        rows = self.arrow.filter(pa.array(kept))
        return Decoded(self.kind, rows, good, sorted([*self.bad, *refused]), self._fields)

    def filtered(self, mask: pa.BooleanArray) -> Decoded:
        """The same batch with the good records only for which ``mask`` is true; the others are in no list."""
        good = [index for index, kept in zip(self.good, mask.to_pylist(), strict=True) if kept]
        return Decoded(self.kind, self.arrow.filter(mask), good, self.bad, self._fields)

    def record(self, row: int) -> dict[str, Any]:
        """One good record, whole, as `schemas.codec.decode` would give it. Slow: for single looks."""
        record: dict[str, Any] = self.arrow.slice(row, 1).to_pylist()[0]
        return record


def _words(array: pa.Array) -> list[str]:
    if array.null_count == len(array):
        return [""] * len(array)
    if len(array) < _FEW:
        return [intern(word or "") for word in array.to_pylist()]
    known = array.dictionary_encode()
    words = list(map(intern, known.dictionary.to_pylist()))
    if len(words) == 1 and not known.null_count:
        return [words[0]] * len(array)
    places = known.indices.fill_null(len(words)).to_numpy()
    found: list[str] = np.array([*words, ""], object)[places].tolist()
    return found
