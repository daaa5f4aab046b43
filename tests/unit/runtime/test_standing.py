from __future__ import annotations

from typing import Any

from streams.domain.rows import TABLES
from streams.runtime.metrics import Metrics
from streams.runtime.standing import Standing, show


def exception(code: str, state: str, deleted: int = 0) -> tuple[Any, ...]:
    given = {"book_key": "BOX", "exception_id": code, "code": code, "state": state, "is_deleted": deleted}
    return tuple(given.get(name, "") for name, _ in TABLES["exceptions"])


def open_exceptions(*flushes: tuple[Any, ...]) -> float | None:
    standing, metrics = Standing(), Metrics()
    for row in flushes:
        standing.learn({"exceptions": [row]})
    show([standing], metrics)
    return metrics.registry.get_sample_value("yigangtong_open_exceptions", {"code": "X"})


def test_an_exception_is_open_until_it_is_resolved_or_gone() -> None:
    assert open_exceptions(exception("X", "RAISED")) == 1
    assert open_exceptions(exception("X", "RAISED"), exception("X", "RAISED")) == 1
    assert open_exceptions(exception("X", "RAISED"), exception("X", "RESOLVED")) == 0
    assert open_exceptions(exception("X", "RAISED"), exception("X", "RAISED", deleted=1)) == 0
