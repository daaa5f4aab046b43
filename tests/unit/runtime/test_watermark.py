"""Logical time: what may move it, and what must not be lost of it."""

from __future__ import annotations

import msgspec

from streams.runtime.watermark import Watermark

TOPICS = ("a", "b")


def watermark(live: bool = False) -> Watermark:
    return Watermark(TOPICS, partitions=2, live=live)


def test_a_heartbeat_counts_only_when_its_topic_was_read_past_it() -> None:
    w = watermark()
    for topic in TOPICS:
        w.heartbeat(topic, appended_at=100, sent_to=50, heard_at=1000)
    w.read("a", 101)
    w.read("b", 100)  # another record of the same millisecond may still come
    assert w.own() == 0
    w.read("b", 101)
    assert w.own() == 50


def test_a_log_end_counts_only_when_it_was_looked_up_after_the_heartbeat_was_heard() -> None:
    w = watermark()
    w.heartbeat("a", appended_at=100, sent_to=50, heard_at=1000)
    w.heartbeat("b", appended_at=100, sent_to=60, heard_at=1000)
    w.at_end("a", 1000)
    w.at_end("b", 1001)
    assert w.own() == 0
    w.at_end("a", 1001)
    assert w.own() == 50


def test_clocks_of_broker_and_worker_are_never_compared() -> None:
    w = watermark()
    w.heartbeat("a", appended_at=100, sent_to=50, heard_at=5)
    w.heartbeat("b", appended_at=100, sent_to=50, heard_at=5)
    w.read("a", 99)
    w.read("b", 99)
    assert w.own() == 0  # records of before, whatever this worker's clock says


def test_a_late_older_heartbeat_does_not_move_time_back() -> None:
    w = watermark()
    for topic in TOPICS:
        w.heartbeat(topic, 100, 50, 1)
        w.at_end(topic, 2)
        w.heartbeat(topic, 110, 40, 3)
        w.at_end(topic, 4)
    assert w.own() == 50


def test_now_is_the_least_over_all_partitions() -> None:
    w = watermark()
    w.heard(0, 70)
    assert w.now() == 0
    w.heard(1, 60)
    w.heard(0, 65)
    assert w.now() == 60


def test_live_time_follows_what_was_read() -> None:
    w = watermark(live=True)
    w.read("a", 100)
    w.at_end("b", 120)
    assert w.own() == 100


def test_everything_heard_survives_a_crash() -> None:
    w = watermark()
    w.heartbeat("a", 100, 50, 1)
    w.at_end("a", 2)
    w.heartbeat("b", 100, 55, 3)
    w.heard(0, 40)
    w.heard(1, 30)
    later = watermark()
    later.load(w.dump(), heard_at=500)
    assert later.now() == 30
    later.at_end("b", 500)
    assert later.own() == 0  # the end was looked up before this worker knew of the heartbeat
    later.at_end("b", 501)
    assert later.own() == 50


def waiting_for_customs() -> Watermark:
    """Both partitions have come to 70; customs answers in two topics."""
    w = Watermark(TOPICS, partitions=2, live=False, echoing=("x", "y"))
    for partition in (0, 1):
        w.heard(partition, 70)
    return w


def test_customs_is_asked_for_what_all_partitions_have_come_to_and_once() -> None:
    w = waiting_for_customs()
    assert (w.to_ask(), w.to_ask()) == (70, None)
    w.heard(0, 80)
    assert w.to_ask() is None, "partition 1 may still tell of something earlier"
    w.heard(1, 75)
    assert w.to_ask() == 75


def test_now_waits_until_customs_has_answered_in_every_topic() -> None:
    w = waiting_for_customs()
    w.echoed("x", 70)
    assert w.now() == 0
    w.echoed("y", 60)
    assert w.now() == 60
    w.echoed("y", 90)
    assert w.now() == 70, "customs knows no more than it was asked"


def test_where_no_responder_runs_nobody_is_asked_and_time_does_not_wait() -> None:
    w = watermark()
    w.heard(0, 70)
    w.heard(1, 60)
    w.echoed("x", 10)
    assert (w.to_ask(), w.now()) == (None, 60)


def test_what_customs_said_survives_a_crash_and_it_is_asked_again() -> None:
    """The question may have been lost with the worker; the answer was read and will not come again by itself."""
    w = waiting_for_customs()
    assert w.to_ask() == 70
    w.echoed("x", 70)
    w.echoed("y", 70)
    later = Watermark(TOPICS, partitions=2, live=False, echoing=("x", "y"))
    later.load(w.dump(), heard_at=1)
    assert (later.now(), later.to_ask()) == (70, 70)


def test_a_changelog_of_before_the_echo_is_read() -> None:
    w = waiting_for_customs()
    w.load(msgspec.msgpack.encode(({}, {}, {0: 90, 1: 90})), heard_at=1)
    assert w.to_ask() == 90


def test_heartbeats_that_are_heard_together_count_one_by_one() -> None:
    one, together = (Watermark(("a",), 1, live=False) for _ in range(2))
    said = [(100, 50), (110, 40), (120, 70)]
    for appended_at, sent_to in said:
        one.heartbeat("a", appended_at, sent_to, 1000)
    together.heartbeats("a", said, 1000)
    together.heartbeats("unknown", said, 1000)
    for w in (one, together):
        w.read("a", 115)
        assert w.own() == 50
        w.read("a", 121)
        assert w.own() == 70
