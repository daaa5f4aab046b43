"""Any report that can be written is read back the same; whatever comes instead is refused in words, never with a crash."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.customs.document import DocumentProblem
from connectors.customs.messages import Messages
from connectors.customs.profile import BUSINESS, FAILED, PLATFORM, REJECT
from connectors.customs.receipts import CustomsReceipt, read_receipt, write_receipt
from tests.unit.customs.office import PROFILE, SITES, feeder, record

MESSAGES = Messages(PROFILE, SITES)
WRITTEN = [MESSAGES.write(record()), MESSAGES.write(feeder())]
RECEIPT = write_receipt(PROFILE, CustomsReceipt(BUSINESS, REJECT, "M1", "03", "no", 1_795_000_020_123, "R1"))


def printable(longest: int) -> st.SearchStrategy[str]:
    characters = st.characters(exclude_categories=("C", "Z"))
    return st.text(characters, min_size=1, max_size=longest)


@given(bill=printable(35), house=printable(35) | st.just(""), voyage=printable(17), sent_at=st.integers(1, 4_102_444_800_000))
def test_what_is_written_is_read_back(bill: str, house: str, voyage: str, sent_at: int) -> None:
    told: dict[str, Any] = record(bill=bill, house=house, voyage=voyage, sent_at=sent_at)
    said = MESSAGES.read(MESSAGES.write(told))
    assert {name: said[name] for name in ("bill", "house", "voyage", "sent_at")} == {
        "bill": bill, "house": house, "voyage": voyage, "sent_at": sent_at,
    }  # fmt: skip


@given(
    kind=st.sampled_from([(BUSINESS, "03"), (PLATFORM, "1"), (FAILED, "FORMAT")]), reason=printable(512),
    at=st.integers(1, 4_102_444_800_000),
)  # fmt: skip
def test_a_receipt_is_read_back(kind: tuple[str, str], reason: str, at: int) -> None:
    receipt = CustomsReceipt(kind[0], REJECT, "M1", kind[1], reason, at, "R1" if kind[0] == BUSINESS else "")
    assert read_receipt(PROFILE, "Failed_M1.xml", write_receipt(PROFILE, receipt)) == receipt


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good document with a piece cut out, doubled or overwritten."""
    content = draw(st.sampled_from([*WRITTEN, RECEIPT]))
    first, last = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    return content[:first] + draw(st.binary(max_size=8) | st.just(content[first:last] * 2)) + content[last:]


@given(content=damaged() | st.binary(max_size=200))
def test_whatever_comes_is_understood_or_refused_in_words(content: bytes) -> None:
    for read in (MESSAGES.read, MESSAGES.report, lambda x: read_receipt(PROFILE, "x.xml", x)):
        try:
            read(content)
        except DocumentProblem as problem:
            assert str(problem)
