"""How the cost of an event grows with what its book holds: a box with 2,000 events, a bill with 5,000 boxes.

Each event is derived at once, the dearest way. A book is derived as a whole, so an event costs in proportion to its book:
`us_at_*` doubles when the book does, and not more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final

from bench.cases import arguments
from bench.cases.in_process import correlator
from bench.meter import tell
from streams.domain.evidence import GATE, LINE, QUAY, RELEASE, Evidence, version_of

SIZES: Final = {"growth_box": (250, 500, 1_000, 2_000), "growth_bill": (625, 1_250, 2_500, 5_000)}
_BEGIN: Final = 1_772_409_600_000
_HOUR: Final = 3_600_000
_BOX: Final = "CSQU3054383"


def run(case: str) -> None:
    """Fill one book to the largest size; the cost of an event is that of the tenth before each size."""
    core = correlator()
    sizes = SIZES[case]
    spent: list[float] = []
    started, started_cpu = time.perf_counter(), time.process_time()
    for e in _of_box() if case == "growth_box" else _of_bill():
        begun = time.perf_counter()
        core.accept(e)
        core.flush()
        spent.append(time.perf_counter() - begun)
        if len(spent) == sizes[-1]:
            break
    seconds, cpu = time.perf_counter() - started, time.process_time() - started_cpu
    curve = {f"us_at_{size}": round(sum(spent[size * 9 // 10 : size]) / (size // 10) * 1e6, 1) for size in sizes}
    tell(case, len(spent), seconds, cpu, **curve)


def _of_box() -> Iterator[Evidence]:
    """A box that comes by sea again and again: announced, discharged, released, out by the gate."""
    number = 0
    while True:
        at = _BEGIN + number * 200 * _HOUR
        bill = f"BL{number}"
        papers = {"bill": bill, "vessel": "IMO:9399038", "voyage": f"V{number}"}
        yield _event(number * 4, LINE, "ORIGINAL", at, trade="F", direction="I", pod="CNTAO", **papers)
        yield _event(number * 4 + 1, QUAY, "DISC", at + _HOUR, ef="F", pol="NLRTM", **papers)
        yield _event(number * 4 + 2, RELEASE, "DECLARATION", at + 2 * _HOUR, action="RELEASE", mode="CUSTOMS", bill=bill)
        yield _event(number * 4 + 3, GATE, "OUT", at + 3 * _HOUR, ef="F", purpose="IMPORT_OUT")
        number += 1


def _of_bill() -> Iterator[Evidence]:
    """A bill that names one box after the other."""
    number = 0
    while True:
        yield _event(
            number, LINE, "ORIGINAL", _BEGIN + number, book="M", key="BL1", bill="BL1", container=f"CSQU{number:07d}",
            vessel="IMO:9399038", voyage="V1", trade="F", direction="I", pod="CNTAO",
        )  # fmt: skip
        number += 1


def _event(number: int, what: int, code: str, at: int, **said: Any) -> Evidence:
    given = {
        "book": "B", "key": _BOX, "container": _BOX, "action": "", "classifier": "ACT", "port": "qingdao",
        "terminal": "QQCTU", "source": "TOS", **said,
    }  # fmt: skip
    return Evidence(
        ident=f"P|TOS|E{number}", version=version_of(at, 0, False), what=what, code=code, at=at, seen=at, **given
    )


if __name__ == "__main__":
    run(arguments().case)
