"""The ledger against its definition: the committed offset is the end of the longest acknowledged prefix."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.faust_ledger import OffsetLedger, Unit

P = ("t", 0)


@given(st.lists(st.one_of(st.integers(1, 5), st.just("commit"), st.just("reset"), st.floats(0, 1)), max_size=60))
def test_commits_follow_the_longest_acknowledged_prefix(steps: list[int | float | str]) -> None:
    ledger, units, acked, last, committed = OffsetLedger(), [], set(), -1, None
    for step in steps:
        if step == "reset":
            ledger.reset()
            units, acked, last, committed = [], set(), -1, None
        elif step == "commit":
            offered = ledger.committable()
            ledger.committed(offered)
            committed = offered.get(P, committed)
        elif isinstance(step, int):
            last += step
            units.append(ledger.deliver(P, last))
        elif units:
            unit: Unit = units[int(step * (len(units) - 1))]
            unit.ack()
            acked.add(unit.last_offset)
        prefix = None
        for unit in units:
            if unit.last_offset not in acked:
                break
            prefix = unit.last_offset + 1
        assert ledger.committable() == ({P: prefix} if prefix is not None and prefix != committed else {})
        assert ledger.open_units() == len([u for u in units if u.last_offset not in acked])
