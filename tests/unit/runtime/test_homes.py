"""Partitions of keys are asked for once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from streams.runtime import homes
from streams.runtime.homes import Homes


class Partitioner:
    def __init__(self) -> None:
        self.asked: list[list[bytes]] = []

    def __call__(self, keys: Sequence[bytes], partitions: int) -> list[int]:
        self.asked.append(list(keys))
        return [len(key) % partitions for key in keys]


def test_only_new_keys_are_asked_for_and_each_once() -> None:
    partitioner = Partitioner()
    home = Homes(partitioner, 3)
    assert home(["a", "bb", "a"]) == [1, 2, 1]
    assert home(["bb", "ccc"]) == [2, 0]
    assert home(["a", "ccc"]) == [1, 0]
    assert partitioner.asked == [[b"a", b"bb"], [b"ccc"]]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "KEPT", 2)
    partitioner = Partitioner()
    home = Homes(partitioner, 3)
    for keys in (["a", "b", "c"], ["a", "dddd"], ["a"]):
        assert home(keys) == [len(key) % 3 for key in keys]
    assert partitioner.asked == [[b"a", b"b", b"c"], [b"a", b"dddd"]]
