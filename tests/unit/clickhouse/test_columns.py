"""Batches are cut so that one insert carries them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.clickhouse import BadRows, arrow
from connectors.clickhouse.columns import MAX_MONTHS, MAX_ROWS, MAX_TIME_MS, bad_rows, pieces
from connectors.clickhouse.schema import table

VISITS, INTAKE = table("box_visits"), table("intake")


def cut(times: list[int]) -> list[list[int]]:
    everything = range(len(times))
    found = pieces(VISITS, lambda: times, (min(times), max(times)), len(times))
    return [list(everything[piece]) if isinstance(piece, slice) else piece for piece in found]


def months(times: list[int], piece: list[int]) -> set[tuple[int, int]]:
    moments = (datetime.fromtimestamp(times[number] / 1000, UTC) for number in piece)
    return {(moment.year, moment.month) for moment in moments}


@given(st.lists(st.integers(0, MAX_TIME_MS), min_size=1, max_size=300))
def test_no_piece_has_too_many_months_and_no_row_is_lost(times: list[int]) -> None:
    found = cut(times)
    assert sorted(number for piece in found for number in piece) == list(range(len(times)))
    assert all(len(months(times, piece)) <= MAX_MONTHS for piece in found)


def test_one_day_is_one_piece() -> None:
    assert cut([1_772_323_200_000 + n for n in range(100)]) == [list(range(100))]


def test_a_month_is_not_torn_apart() -> None:
    day = 86_400_000
    times = [n * day for n in range(20_000)]
    found = cut(times)
    assert sum(len(months(times, piece)) for piece in found) == len(months(times, list(range(20_000))))


def test_no_piece_has_too_many_rows() -> None:
    found = list(pieces(INTAKE, list, (0, 0), 2 * MAX_ROWS + 1))
    assert found == [slice(0, MAX_ROWS), slice(MAX_ROWS, 2 * MAX_ROWS), slice(2 * MAX_ROWS, 2 * MAX_ROWS + 1)]


GOOD: dict[str, Any] = {"String": "a", "LC": "b", "TS": 5, "UInt8": 0, "UInt16": 1, "UInt32": 2, "UInt64": 3}
ANYTHING = st.one_of(
    st.integers(-(1 << 65), 1 << 65),
    st.sampled_from([0, 1, 255, 256, (1 << 32) - 1, 1 << 32, MAX_TIME_MS, MAX_TIME_MS + 1, (1 << 64) - 1, 1 << 64]),
    st.floats(),
    st.text(st.characters(codec=None), max_size=3),
    st.binary(max_size=3),
    st.none(),
    st.booleans(),
    st.lists(st.one_of(st.none(), st.integers(), st.text()), max_size=2),
)


@settings(deadline=None)  # the first example imports Arrow
@given(st.sampled_from(["transfer_legs", "port_calls", "box_visits", "intake"]), st.data())
def test_the_fast_conversion_refuses_exactly_what_the_slow_check_does(name: str, data: st.DataObject) -> None:
    known = table(name)
    fill = GOOD | {"Float64": 1.0, "Array(String)": ["x"], "Array(TS)": [7]}
    row = [fill[kind] for _, kind in known.columns]
    spot = data.draw(st.integers(0, len(row) - 1))
    row[spot] = data.draw(ANYTHING)
    rows = [tuple(fill[kind] for _, kind in known.columns), tuple(row)]
    slow = bad_rows(known, rows)
    try:
        batch = arrow.from_rows(known, rows)
    except BadRows as error:
        assert error.reasons == slow != {}
    else:
        assert slow == {}
        (stored,) = arrow.to_rows(known, batch)[1:]
        given_value, kept = row[spot], stored[spot]
        kind = known.columns[spot][1]
        if kind in {"String", "LC"} and isinstance(given_value, bytes) and isinstance(kept, str):
            kept = kept.encode()
        assert kept == given_value or given_value != given_value  # NaN is equal to nothing
