"""A book on its way to the archive and back, one step at a time: when it rests, what is kept of it, when it is read."""

from __future__ import annotations

import pytest

from streams.domain.archive import Leaving, Stub, digest_of, each_stub, pack_stub, read_stub
from streams.domain.correlator import Correlator
from streams.domain.evidence import Evidence
from streams.runtime.packing import pack, unpack
from tests.unit.domain.story import BOX, OCEAN, REFERENCE, Platform, at, call, gate_in, gate_out, line, load, release

NAME = "B" + BOX
#: An empty box came and went: nothing is left to wait for.
CAME_AND_WENT = [gate_in(1, ef="E"), gate_out(2, ef="E", purpose="EMPTY_PICKUP")]
LONG_AGO = at(30)


def settled(*events: Evidence, now: float = 20) -> Correlator:
    core = Platform().hear(*events, now=now).core
    core.take_fresh()
    return core


def archived(*events: Evidence) -> tuple[Correlator, bytes, bytes]:
    """The books of a partition of which this one is archived; its blob and its stub."""
    core = settled(*(events or CAME_AND_WENT))
    items, _ = core.archive.contents(NAME)
    blob = pack(items)
    stub = core.archive.leave(NAME, digest_of(blob))
    (leaving,) = core.archive.take_leaving()
    core.archive.left(leaving)
    return core, blob, pack_stub(stub)


# -- when a book rests --------------------------------------------------------------------------------------------------


def test_a_book_rests_when_all_in_it_is_old_and_nothing_is_under_way() -> None:
    core = settled(*CAME_AND_WENT)
    assert core.rests(NAME, at(2), 0)
    assert not core.rests(NAME, at(2) - 1, 0), "something in it is later than that"
    assert not core.rests("Bnobody", LONG_AGO, 0)
    assert not core.rests(NAME, LONG_AGO, 1), "something came for it in this round"
    core.tidy(5, 0)
    assert core.rests(NAME, LONG_AGO, 0)


def test_a_book_with_a_deadline_ahead_or_something_unwritten_does_not_rest() -> None:
    assert not settled(gate_in(1, ef="E")).rests(NAME, LONG_AGO, 0), "it may be abandoned one day"
    core = Platform().hear(*CAME_AND_WENT, now=20).core
    assert not core.rests(NAME, LONG_AGO, 0), "the changelog does not hold it yet"
    core = settled(*CAME_AND_WENT)
    core.accept(gate_in(3, ef="E"))
    assert not core.rests(NAME, LONG_AGO, 0), "it is to be derived"


def test_the_books_of_vessels_do_not_rest() -> None:
    core = settled(call("BERTH", "ARRI", 1, "ALGS"))
    assert not core.rests(f"C{OCEAN}|qingdao", LONG_AGO, 0)


def test_a_row_that_the_store_may_still_hold_keeps_the_book_here() -> None:
    core = settled(*CAME_AND_WENT)
    core.adopt_stored("box_visits", (BOX, at(9)), 1 << 62, "B")
    while core.pending():
        core.flush()
    assert not core.rests(NAME, LONG_AGO, 0)


# -- on the way out -----------------------------------------------------------------------------------------------------


def test_the_stub_says_how_much_there_was_until_when_and_under_which_rules() -> None:
    core, blob, stub = archived()
    assert read_stub(stub) == Stub(2, at(2), 1, digest_of(blob))
    assert each_stub(stub + stub) == [stub, stub]
    with pytest.raises(ValueError, match="cut off"):
        each_stub(stub[:-1])
    assert core.counts() == (0, 0, 1) and core.size() == (0, 0)
    assert core.archive.horizon == at(2) and core.archive.blobs(NAME) == [digest_of(blob)]
    assert core.book(NAME) is None and core.row_keys(NAME) == set()


def test_a_book_for_which_something_came_meanwhile_stays() -> None:
    core = settled(*CAME_AND_WENT)
    core.archive.leave(NAME, b"x" * 8)
    core.accept(gate_in(3, ef="E"))
    assert core.archive.take_leaving() == []
    core = settled(*CAME_AND_WENT)
    core.archive.leave(NAME, b"x" * 8)
    (leaving,) = core.archive.take_leaving()
    core.accept(gate_in(3, ef="E"))
    core.archive.left(leaving)
    assert core.book(NAME) is not None and core.archive.count() == 0


def test_what_was_not_written_leaves_another_time_and_what_the_store_refuses_never() -> None:
    core = settled(*CAME_AND_WENT)
    stub = core.archive.leave(NAME, b"x" * 8)
    (leaving,) = core.archive.take_leaving()
    assert leaving == Leaving(NAME, pack_stub(stub), b"", b"") and core.archive.take_leaving() == []
    core.archive.stay([leaving])
    (again,) = core.archive.take_leaving()
    assert again.stub == leaving.stub and again.refs == b"", "the same stub is kept once"
    core.archive.keep({NAME})
    core.archive.stay([again])
    core.archive.leave(NAME, b"x" * 8)
    assert core.archive.take_leaving() == []


# -- back again ---------------------------------------------------------------------------------------------------------


def test_late_evidence_waits_for_its_book_and_both_end_in_the_same_rows() -> None:
    late = gate_in(1.5, ef="E", source="OCR")
    core, blob, _ = archived()
    assert not core.archive.holding()
    core.accept(late)
    assert core.archive.holding() and list(core.archive.wanted) == [NAME] and core.archive.held[NAME] == [late]
    assert core.flush().rows == {}, "nothing is derived of half a book"
    core.supply(NAME, [blob])
    assert not core.archive.holding() and core.archive.count() == 0 and core.pending()
    rows = core.flush().rows["box_visits"]
    whole = Platform().hear(*CAME_AND_WENT, late, now=20)
    assert [row[:-3] for row in rows] == [tuple(next(iter(whole.store.values())).values())[:-3]]
    core.supply(NAME, [blob])  # somebody asked twice: nothing happens
    assert core.size() == (1, 3)


def test_a_stub_comes_back_from_the_changelog_once_and_can_be_forgotten() -> None:
    _core, _, stub = archived()
    other = Correlator(REFERENCE, 1, 0, unpack=unpack)
    other.archive.restore(NAME, stub)
    other.archive.restore(NAME, stub)
    assert other.archive.stubs == {NAME: stub} and other.archive.horizon == at(2)
    newer = pack_stub(Stub(3, at(5), 1, b"y" * 8))
    other.archive.restore(NAME, newer)
    assert other.archive.stubs == {NAME: stub + newer} and other.archive.horizon == at(5)
    other.archive.forget(NAME, digest_of(stub))
    assert other.archive.stubs == {NAME: newer}
    other.archive.forget(NAME, digest_of(newer))
    assert other.archive.stubs == {} and other.archive.blobs(NAME) == []


@pytest.mark.parametrize("epoch", [1, 2])
def test_what_was_derived_under_other_rules_is_read_in_its_turn(epoch: int) -> None:
    _, _, stub = archived()
    core = Correlator(REFERENCE, epoch, 0, unpack=unpack)
    core.archive.restore(NAME, stub)
    core.restored()
    assert core.archive.stale == ([] if epoch == 1 else [NAME])
    core.archive.want_stale(5)
    assert list(core.archive.background) == ([] if epoch == 1 else [NAME]) and core.archive.stale == []
    assert not core.archive.holding(), "nobody waits for it"


def test_a_book_of_which_the_changelog_holds_a_part_is_read_soon_and_made_whole() -> None:
    _core, blob, stub = archived()
    other = Correlator(REFERENCE, 1, 0, unpack=unpack)
    other.archive.restore(NAME, stub)
    other.restore(NAME, pack([gate_in(3, ef="E", number="LATER")]), b"d" * 8)
    other.restored()
    assert list(other.archive.background) == [NAME] and other.book(NAME) is None
    other.supply(NAME, [blob])
    book = other.book(NAME)
    assert book is not None and book.pages is not None and len(book.pages.items) == 3 and book.count == 3


def test_a_call_that_changes_wakes_the_archived_boxes_that_may_depend_on_it() -> None:
    sailed = [call("BERTH", "ARRI", 3, "ALGS"), call("BERTH", "DEPA", 6, "OUTB")]
    box = [line("WATERWAY", 0, trade="D"), gate_in(1, trade="D"), release("TERMINAL", "RELEASE", 2), load(5, trade="D")]
    core, _, _ = archived(*sailed, *box)
    late = call("BERTH", "DEPA", 7, "OUTB")
    core.accept(late)
    core.flush()
    ((link, horizon),) = core.archive.calls.items()
    assert link == f"{OCEAN}|qingdao" and horizon <= at(3) and core.archive.holding()
    core.archive.want_since([NAME, "Bnobody"], at(5) + 1)
    assert not core.archive.wanted, "it knows of nothing as late as that"
    core.archive.want_since([NAME], at(5))
    assert list(core.archive.wanted) == [NAME]


def test_of_two_changes_of_a_call_the_one_that_reaches_back_further_counts() -> None:
    core = settled(*CAME_AND_WENT)
    for horizon in (at(5), at(3), at(4)):
        core.archive.call_changed("V|qingdao", horizon)
    assert core.archive.calls == {"V|qingdao": at(3)}
