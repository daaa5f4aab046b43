"""A source that falls silent: one alarm for its line, none for the boxes that wait for it, and nobody else waits."""

from __future__ import annotations

from tests.unit.domain.story import MINUTE, Platform, at, discharge, gate_out, receipt
from tests.unit.domain.test_alerts import DUE, SECOND, told, waiting

RELEASES = ("qingdao", "release")


def own(port: Platform, when: float, ahead_s: float = 0, source: tuple[str, str] = RELEASES) -> Platform:
    """A heartbeat that this partition has read, by a clock that is ahead by so much."""
    port.core.sources.own(*source, at(when), at(when) + round(ahead_s * 1000))
    port.core.heard(*source, at(when))
    return port.hear()


def row(port: Platform, code: str) -> dict[str, object]:
    (found,) = [r for r in port.rows("exceptions") if r["code"] == code]
    return found


def test_silence_is_one_exception_and_the_next_heartbeat_resolves_it() -> None:
    port = own(Platform(), 1)
    port.hear(now=1 + 3 / 60)
    assert port.exceptions() == []
    port.hear(now=1 + 3 / 60 + SECOND)
    assert port.exceptions() == [("SOURCE_SILENT", "RAISED")]
    silent = row(port, "SOURCE_SILENT")
    assert (silent["subject"], silent["port"], silent["raised_at"]) == ("qingdao.release", "qingdao", at(1) + 3 * MINUTE)
    port.hear(now=2)
    assert told(port) == [("SOURCE_SILENT", "RAISED")]
    own(port, 2.5)
    assert row(port, "SOURCE_SILENT")["ended_at"] == at(2.5)
    assert told(port) == [("SOURCE_SILENT", "RAISED"), ("SOURCE_SILENT", "RESOLVED")]
    port.hear(now=2.5 + 3 / 60 + SECOND)
    assert port.exceptions() == [("SOURCE_SILENT", "RAISED"), ("SOURCE_SILENT", "RESOLVED")]


def test_a_heartbeat_each_minute_is_no_silence() -> None:
    port = Platform()
    for minute in range(10):
        own(port, minute / 60).hear(now=(minute + 0.99) / 60)
    assert port.exceptions() == []


def test_a_silence_that_was_over_before_we_looked_is_a_row_and_tells_nobody() -> None:
    port = own(own(Platform(), 1), 2).hear(now=2)
    assert port.exceptions() == [("SOURCE_SILENT", "RESOLVED")] and port.alerts == []


def test_only_the_partition_that_reads_a_port_writes_of_its_silence() -> None:
    port = Platform()
    port.core.heard(*RELEASES, at(1))
    port.hear(now=3)
    assert port.exceptions() == []


def test_an_absence_waits_for_the_word_of_the_source_that_could_end_it() -> None:
    port = waiting(3.2)
    port.core.heard(*RELEASES, at(DUE) - MINUTE)
    port.hear(now=DUE + 1)
    assert port.exceptions() == [("ARR_MISSING", "PENDING")] and port.alerts == []
    pending = max(port.versions.values())
    port.core.heard(*RELEASES, at(DUE + 1))
    port.hear()
    assert port.exceptions() == [("ARR_MISSING", "RAISED")] and told(port) == [("ARR_MISSING", "RAISED")]
    assert max(port.versions.values()) > pending


def test_a_receipt_that_was_held_up_with_its_line_is_never_told_as_missing() -> None:
    port = waiting(3.2)
    port.core.heard(*RELEASES, at(3.2))
    port.hear(now=DUE + 1)
    port.hear(receipt(port.commands[0], DUE - 0.1))
    port.core.heard(*RELEASES, at(DUE + 1))
    port.hear()
    assert port.exceptions() == [] and port.alerts == []


def test_who_does_not_wait_for_a_silent_source_is_not_held() -> None:
    port = waiting(3.2)
    port.core.heard("qingdao", "gate", at(3))  # receipts do not come from there
    port.core.heard("weihai", "release", at(3))
    port.hear(discharge(3, box="TSTU0000010"), gate_out(3.1, box="TSTU0000010"), now=DUE + 1)
    assert ("ARR_MISSING", "RAISED") in port.exceptions()
    assert ("GATEOUT_NO_RELEASE", "RAISED") in port.exceptions()  # what did happen shows at once


def test_whether_a_box_left_without_release_is_told_when_the_releases_of_its_port_are_heard() -> None:
    port = Platform()
    port.core.heard(*RELEASES, at(2))
    port.hear(discharge(1), gate_out(2), now=3)
    assert port.exceptions() == [("GATEOUT_NO_RELEASE", "RAISED")] and port.alerts == []
    port.core.heard(*RELEASES, at(3))
    port.hear()
    assert told(port) == [("GATEOUT_NO_RELEASE", "RAISED")]


def test_a_clock_that_runs_ahead_is_an_exception_until_it_is_right_again() -> None:
    port = own(own(own(Platform(), 1), 1.01, ahead_s=119), 1.02, ahead_s=121)
    own(port, 1.03, ahead_s=300)
    assert port.exceptions() == [("CLOCK_SKEW", "RAISED")]
    assert row(port, "CLOCK_SKEW")["raised_at"] == at(1.02) and "121 s" in str(row(port, "CLOCK_SKEW")["detail"])
    own(port, 1.04)
    assert port.exceptions() == [("CLOCK_SKEW", "RESOLVED")] and row(port, "CLOCK_SKEW")["ended_at"] == at(1.04)
    assert told(port) == [("CLOCK_SKEW", "RAISED"), ("CLOCK_SKEW", "RESOLVED")]


def test_a_restart_knows_who_was_silent_and_ends_the_same_exception() -> None:
    before = own(Platform(), 1).hear(now=2)
    port = Platform()
    port.core.sources.load(before.core.sources.dump())
    port.core.advance(at(2))
    port.hear()
    assert port.exceptions() == [] and port.alerts == []  # its row stands in the store
    own(port, 2.2)
    assert told(port) == [("SOURCE_SILENT", "RESOLVED")]
    assert row(port, "SOURCE_SILENT")["exception_id"] == row(before, "SOURCE_SILENT")["exception_id"]
