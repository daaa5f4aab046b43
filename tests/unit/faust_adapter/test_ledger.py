"""What may be committed, whatever the order of acknowledgements."""

from __future__ import annotations

from streams.runtime.faust_ledger import OffsetLedger

P, Q = ("qingdao.gate.v1", 0), ("weihai.release.v1", 0)


def test_nothing_is_committable_before_an_acknowledgement() -> None:
    ledger = OffsetLedger()
    ledger.deliver(P, 9)
    assert ledger.committable() == {}


def test_an_unacknowledged_head_is_never_passed() -> None:
    ledger = OffsetLedger()
    head, middle, tail = (ledger.deliver(P, last) for last in (9, 19, 29))
    tail.ack()
    middle.ack()
    assert ledger.committable() == {}
    head.ack()
    assert ledger.committable() == {P: 30}


def test_a_gap_in_the_middle_stops_the_commit_at_the_gap() -> None:
    ledger = OffsetLedger()
    units = [ledger.deliver(P, last) for last in (4, 9, 14)]
    units[0].ack()
    units[2].ack()
    assert ledger.committable() == {P: 5}


def test_offsets_without_records_are_no_gap() -> None:
    """Compacted topics and transaction markers leave numbers out; a unit ends where its last record is."""
    ledger = OffsetLedger()
    first, second = ledger.deliver(P, 3), ledger.deliver(P, 90)
    first.ack()
    second.ack()
    assert ledger.committable() == {P: 91}


def test_a_failed_commit_is_repeated_and_a_done_one_is_not() -> None:
    ledger = OffsetLedger()
    ledger.deliver(P, 9).ack()
    assert ledger.committable() == ledger.committable() == {P: 10}
    ledger.committed({P: 10})
    assert ledger.committable() == {}
    ledger.deliver(P, 19).ack()
    assert ledger.committable() == {P: 20}


def test_partitions_do_not_wait_for_each_other() -> None:
    ledger = OffsetLedger()
    ledger.deliver(P, 9)
    ledger.deliver(Q, 5).ack()
    assert ledger.committable() == {Q: 6}


def test_a_late_acknowledgement_of_given_up_partitions_counts_for_nothing() -> None:
    ledger = OffsetLedger()
    old = ledger.deliver(P, 9)
    ledger.reset()
    new = ledger.deliver(P, 9)  # the same records, read again
    old.ack()
    assert old.stale and not new.stale
    assert ledger.committable() == {}
    new.ack()
    assert ledger.committable() == {P: 10}


def test_acknowledged_offsets_stay_committable_until_the_reset() -> None:
    """A rebalance commits once more before it lets go; upstream forgets them first."""
    ledger = OffsetLedger()
    ledger.deliver(P, 9).ack()
    assert ledger.open_units() == 0
    assert ledger.committable() == {P: 10}
    ledger.reset()
    assert ledger.committable() == {}


def test_a_unit_acknowledged_twice_counts_once() -> None:
    ledger = OffsetLedger()
    unit, _ = ledger.deliver(P, 9), ledger.deliver(P, 19)
    unit.ack()
    unit.ack()
    assert ledger.committable() == {P: 10}
    assert ledger.open_units() == 1


def test_a_log_end_counts_only_when_every_delivered_unit_was_taken_in() -> None:
    ledger = OffsetLedger()
    assert ledger.all_taken(P)
    first, second = ledger.deliver(P, 9), ledger.deliver(P, 19)
    first.taken()
    assert not ledger.all_taken(P)
    second.taken()
    assert ledger.all_taken(P)
    ledger.deliver(P, 29)
    ledger.reset()
    assert ledger.all_taken(P)
