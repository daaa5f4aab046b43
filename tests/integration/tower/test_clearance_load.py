"""A gate is answered in time while 500 ask each second."""

from __future__ import annotations

import pytest

from bench.gate_load import measure


@pytest.mark.slow
def test_of_500_requests_a_second_99_of_100_are_answered_within_50_ms() -> None:
    seen = measure(100_000, 500.0, 20.0)
    assert seen.requests == 10_000
    assert seen.p99_ms < 50
    assert seen.bytes_per_box < 600, "a million boxes fit into some hundred megabytes"
