"""What a book must tell others, when a worker that had lost its partition wrote the evidence down and told nobody."""

from __future__ import annotations

import pytest

from streams.domain.correlator import Correlator
from streams.domain.evidence import DUPLICATE, Evidence
from streams.domain.moved import moved
from streams.runtime.packing import pack, unpack
from tests.unit.domain.story import BOX, FEEDER, OCEAN, REFERENCE, act_on_bill, at, call, gate_in, line, release

OTHER = "APZU4812090"
LINE = line("ORIGINAL", 1, book="M", key="BL1", number="LINE")
CHANGED = line("ORIGINAL", 1, book="M", key="BL1", box=OTHER, number="LINE", updated=at(2))
FREED = release("BILL", "RELEASE", 3, bill="BL1", book="M", key="BL1", container="", number="FREED")
VOID = act_on_bill("VOID", 4, FREED, number="VOID")
BERTHED = call("BERTH", "ARRI", 1, book="V", number="BERTHED")
WRONG = gate_in(3, number="WRONG")
RIGHT = gate_in(4, number="RIGHT", box=OTHER, corrects=WRONG.ident, updated=at(5))


@pytest.mark.parametrize(
    ("restored", "read_again", "told"),
    [
        ([LINE, FREED, VOID], LINE, {(BOX, "LINE"), (BOX, "FREED"), (BOX, "VOID")}),
        ([LINE, FREED], FREED, {(BOX, "FREED")}),
        ([LINE, CHANGED, FREED], CHANGED, {(b, n) for b in (BOX, OTHER) for n in ("LINE", "FREED")}),
        ([BERTHED], BERTHED, {("", "BERTHED")}),
        ([RIGHT, moved(RIGHT, BOX)], RIGHT, {(BOX, "RIGHT|moved")}),
        ([WRONG], WRONG, set()),
    ],
    ids=["a line", "a release by bill", "a line that was changed", "a berth timestamp", "a correction", "a passage"],
)  # fmt: skip
def test_what_is_read_again_is_told_with_all_that_it_means(
    restored: list[Evidence], read_again: Evidence, told: set[tuple[str, str]]
) -> None:
    core = Correlator(REFERENCE, 1, 0, unpack=unpack)
    for number, e in enumerate(restored):
        core.restore(e.book + e.key, pack([e]), b"%08d" % number)
    assert core.accept(read_again) == DUPLICATE
    facts = core.flush().facts
    assert {(key, e.ident.partition("|TOS|")[2] or e.ident.partition("|DESK|")[2]) for key, e in facts} == told
    assert {e.key for key, e in facts} <= {BOX, OTHER, f"{OCEAN}|qingdao"}


def test_of_a_ships_correction_its_own_book_tells_and_no_copy() -> None:
    """Every partition has a copy: the old ship's book would hear of it as often."""
    core = Correlator(REFERENCE, 1, 0, unpack=unpack)
    right = call("BERTH", "ARRI", 2, number="RIGHT", vessel=FEEDER, corrects=BERTHED.ident)
    for e in (moved(right, BERTHED.key), right):
        core.accept(e)
    assert core.flush().facts == []
