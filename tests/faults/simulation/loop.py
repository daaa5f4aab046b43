"""An asyncio loop whose time is virtual and whose order is drawn from a seed: same seed, same run, no waiting."""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Mapping
from typing import Any


class _NoWaiting(selectors.BaseSelector):
    """Nothing from outside ever happens; waiting moves the virtual clock."""

    def __init__(self) -> None:
        self.loop: SeededLoop | None = None
        self._keys: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        key = selectors.SelectorKey(fileobj, 0, events, data)
        self._keys[fileobj] = key
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._keys.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("the simulation waits for something that can never happen")
        assert self.loop is not None
        self.loop.virtual += max(timeout, 0.0)
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys

    def close(self) -> None:
        self._keys.clear()


class SeededLoop(asyncio.SelectorEventLoop):
    """Of the tasks that are ready, a random one goes first."""

    def __init__(self, rng: random.Random) -> None:
        selector = _NoWaiting()
        self.virtual = 0.0
        super().__init__(selector)
        selector.loop = self
        self._rng = rng

    def time(self) -> float:
        return self.virtual

    def _run_once(self) -> None:
        ready = self._ready  # type: ignore[attr-defined]
        if len(ready) > 1:
            shuffled = list(ready)
            self._rng.shuffle(shuffled)
            ready.clear()
            ready.extend(shuffled)
        super()._run_once()  # type: ignore[misc]
