"""A broker that is away must not fill the log."""

from __future__ import annotations

import logging

from streams.runtime.log_limit import RepeatLimit


def record(name: str, message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "", 0, message, args, None)


def test_a_repeated_line_comes_once_per_window_with_the_number_left_out() -> None:
    now = 0.0
    limit = RepeatLimit(window=10, clock=lambda: now)
    assert limit.filter(record("aiokafka.conn", "no connection to %s", "a"))
    assert not any(limit.filter(record("aiokafka.conn", "no connection to %s", x)) for x in "bcd")
    now = 11.0
    later = record("aiokafka.conn", "no connection to %s", "e")
    assert limit.filter(later)
    assert later.getMessage() == "no connection to e (3 more like this in 11 s)"


def test_different_lines_and_other_loggers_are_not_held_back() -> None:
    limit = RepeatLimit(clock=lambda: 0.0)
    assert limit.filter(record("aiokafka.conn", "one"))
    assert limit.filter(record("aiokafka.conn", "two"))
    assert limit.filter(record("aiokafka.other", "one"))
    assert all(limit.filter(record("streams.runtime.sink", "again")) for _ in range(5))


def test_a_percent_sign_in_the_filled_in_text_does_not_break_the_line() -> None:
    now = 0.0
    limit = RepeatLimit(window=1, clock=lambda: now)
    limit.filter(record("aiokafka", "%s", "100 %"))
    limit.filter(record("aiokafka", "%s", "100 %"))
    now = 2.0
    later = record("aiokafka", "%s", "100 %d")
    assert limit.filter(later)
    assert later.getMessage() == "100 %d (1 more like this in 2 s)"
