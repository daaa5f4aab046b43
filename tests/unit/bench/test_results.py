"""What the rounds come to."""

from __future__ import annotations

import pytest

from bench.results import summary, verdicts


def line(case: str, rate: float, cpu: float = 1.0, **more: object) -> dict[str, object]:
    return {"case": case, "events": 10, "events_per_s": rate, "cpu_us_per_event": cpu, **more}


def test_the_median_of_the_rounds_counts_and_their_range_is_told() -> None:
    (entry,) = summary([line("core", 10, 3), line("core", 1000, 1), line("core", 20, 2)])
    assert (entry["events_per_s"], entry["cpu_us_per_event"], entry["rounds"]) == (20, 2, 3)
    assert entry["events_per_s_range"] == [10, 1000]


def test_words_and_flags_of_a_case_are_kept_as_they_are() -> None:
    (entry,) = summary([line("core", 10, compiled=True), line("core", 20, compiled=True)])
    assert entry["compiled"] is True


def test_rounds_that_are_not_alike_are_told_apart_not_averaged() -> None:
    (entry,) = summary([line("core", 10, compiled=True), line("core", 20, compiled=False)])
    assert entry["compiled"] == "mixed"


def test_the_rest_of_the_worker_is_what_the_core_does_not_take() -> None:
    entries = {e["case"]: e for e in summary([line("platform_null_sink", 9, cpu=20.0), line("core", 9, cpu=12.5)])}
    assert entries["rest_of_worker"]["cpu_us_per_event"] == 7.5


@pytest.mark.parametrize(("platform", "kept"), [(1200.0, True), (1199.0, False)])
def test_a_promised_ratio_is_kept_from_its_value_on(platform: float, kept: bool) -> None:
    entries = summary([line("platform", platform), line("faust_idiomatic", 100.0)])
    assert [(what, is_kept) for what, _, _, is_kept in verdicts(entries)] == [("platform / faust_idiomatic", kept)]


def test_a_promise_whose_case_was_not_run_is_not_judged() -> None:
    assert verdicts(summary([line("aiokafka", 5.0)])) == []


@pytest.mark.parametrize(("used", "kept"), [(2500, True), (2501, False)])
def test_memory_is_kept_at_or_below_its_limit(used: int, kept: bool) -> None:
    assert verdicts(summary([{"case": "memory_cold_box", "bytes_per_box": used}]))[0][3] is kept
