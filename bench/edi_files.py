"""Interchanges of many boxes, as terminals and lines write them: every box has its own number, weight, seal and time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

from schemas.identifiers import container_ok

SENDER: Final = "YTPORT"
_SHIP: Final = "TDT+20+FK243A+1++COS:172:166+++9399038:146::MSC BETTINA"
_SIZES: Final = ("22G1", "42G1", "45G1", "45R1")


def interchange(message: str, boxes: int, seed: int = 1) -> Iterator[bytes]:
    """An interchange with one message of so many boxes, written piece by piece; ``message``: CODECO, COARRI, BAPLIE."""
    rng = random.Random(seed)
    head, group, counts = _KINDS[message]
    segments = [f"UNH+1+{head[0]}", *head[1:]]
    count = len(segments)
    yield f"UNB+UNOA:2+{SENDER}+YGT+261124:1730+1'\n".encode() + _written(segments)
    for start in range(0, boxes, 200):
        piece = [s for n in range(start, min(start + 200, boxes)) for s in group(n, _number(n), rng)]
        count += len(piece)
        yield _written(piece)
    totals = [f"CNT+16:{boxes}"] if counts else []
    yield _written([*totals, f"UNT+{count + len(totals) + 1}+1", "UNZ+1+1"])


def _written(segments: list[str]) -> bytes:
    return "".join(f"{segment}'\n" for segment in segments).encode()


def _number(n: int) -> str:
    """A container number with the right check digit."""
    stem = f"CSQU{n:06d}"
    return next(stem + digit for digit in "0123456789" if container_ok(stem + digit))


def _time(n: int, rng: random.Random) -> str:
    return f"202611{1 + n // 1440 % 28:02d}{n // 60 % 24:02d}{n % 60:02d}{rng.randrange(60):02d}"


def _gate(n: int, box: str, rng: random.Random) -> list[str]:
    return [
        f"EQD+CN+{box}+{rng.choice(_SIZES)}:102:5++2+5", f"RFF+BM:QDBL{n // 3:07d}", f"DTM+7:{_time(n, rng)}:204",
        "LOC+165+CNYAT:139:6+YPCT", f"MEA+AAE+G+KGM:{rng.randrange(4000, 30000)}", f"SEL+H{rng.randrange(100_000)}+CU+1",
        f"TDT+1++3+31++++LU{rng.choice('ABC')}{rng.randrange(100_000):05d}",
    ]  # fmt: skip


def _quay(n: int, box: str, rng: random.Random) -> list[str]:
    return [
        f"EQD+CN+{box}+{rng.choice(_SIZES)}:102:5++3+5", f"RFF+BM:QDBL{n // 3:07d}", f"DTM+203:{_time(n, rng)}:204",
        f"LOC+147+{_cell(n)}:139:5", "LOC+9+USLGB:139:6", "LOC+11+CNYAT:139:6", "LOC+165+CNYAT:139:6+YPCT",
        f"MEA+AAE+G+KGM:{rng.randrange(4000, 30000)}", f"SEL+H{rng.randrange(100_000)}+CA+1",
    ]  # fmt: skip


def _bay(n: int, box: str, rng: random.Random) -> list[str]:
    return [
        f"LOC+147+{_cell(n)}::5", f"MEA+VGM++KGM:{rng.randrange(4000, 30000)}", "LOC+9+USLGB:139:6", "LOC+11+CNYAT:139:6",
        "LOC+83+CNYAT:139:6", "RFF+BM:1", f"EQD+CN+{box}+{rng.choice(_SIZES)}:102:5+++5", "NAD+CA+COS:172:20",
    ]  # fmt: skip


def _cell(n: int) -> str:
    return f"{n // 200 % 1000:03d}{n % 20:02d}{n // 20 % 10 * 2:02d}"


_KINDS: Final[dict[str, tuple[tuple[str, ...], Callable[[int, str, random.Random], list[str]], bool]]] = {
    "CODECO": (("CODECO:D:95B:UN:ITG10", "BGM+34+DOC1+9", "DTM+137:20261124173000:204", _SHIP), _gate, True),
    "COARRI": (("COARRI:D:95B:UN:ITG10", "BGM+44+DOC1+9", "DTM+137:20261124173000:204", _SHIP), _quay, True),
    "BAPLIE": (
        ("BAPLIE:D:95B:UN:SMDG22", "BGM++DOC1+9", "DTM+137:2611241730:201", _SHIP, "LOC+5+USLGB:139:6",
         "LOC+61+CNYAT:139:6", "DTM+132:2611251200:201"), _bay, False,
    ),
}  # fmt: skip
