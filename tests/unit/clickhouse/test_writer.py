"""Bad rows are found, good ones stored, whatever the store can say about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.clickhouse import BadRows, Misconfigured, Retry, insert_or_split
from connectors.clickhouse.memory import MemoryStore


class Picky(MemoryStore):
    """A store that refuses negative numbers, naming them or not, and batches over ``most`` rows."""

    def __init__(self, *, names: bool, most: int = 1_000) -> None:
        super().__init__()
        self.kept: list[int] = []
        self.names = names
        self.most = most

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if len(rows) > self.most:
            raise Retry("memory limit", 241, smaller=True)
        bad = {index: f"{row[0]} is negative" for index, row in enumerate(rows) if row[0] < 0}
        if bad:
            raise BadRows("negative numbers", bad if self.names else {}, 69)
        self.kept += [row[0] for row in rows]


@given(st.lists(st.integers(-3, 20)), st.booleans(), st.integers(1, 10))
def test_the_good_rows_are_stored_and_the_bad_ones_named(numbers: list[int], names: bool, most: int) -> None:
    store = Picky(names=names, most=most)
    written = insert_or_split(store, "t", [(number,) for number in numbers])
    assert sorted(store.kept) == sorted(n for n in numbers if n >= 0)
    assert [index for index, _ in written.bad] == [i for i, n in enumerate(numbers) if n < 0]
    assert written.inserted == len(store.kept)
    if names:
        assert all(reason == f"{numbers[index]} is negative" for index, reason in written.bad)


@pytest.mark.parametrize(
    "error", [Retry("down", 210), Misconfigured("no table", 60), Retry("one row too big", 241, smaller=True)]
)
def test_what_is_not_the_rows_fault_is_raised(error: Exception) -> None:
    class Down(MemoryStore):
        def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
            raise error

    with pytest.raises(type(error)):
        insert_or_split(Down(), "t", [(1,), (2,)])
