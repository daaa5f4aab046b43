"""Who is told, and when: an absence once it has settled, each change once, nothing that is old (design 3, Time)."""

from __future__ import annotations

import pytest

from streams.domain.correlator import Correlator
from streams.domain.evidence import Evidence
from streams.runtime.packing import pack, unpack
from tests.unit.domain.story import REFERENCE, Platform, at, discharge, gate_in, gate_out, line, receipt, release, report
from tests.unit.domain.test_main_paths import imported

SECOND = 1 / 3600
#: The report of `waiting` is ready at 3 h, its receipt due at 3.5 h.
DUE = 3.5


def waiting(now: float) -> Platform:
    """An export box whose arrival report was sent, and nobody has answered."""
    port = Platform().hear(line("PREPARED", 1), gate_in(3))
    return port.hear(report(port.commands[0]), now=now)


def told(port: Platform) -> list[tuple[str, str]]:
    return [(a["code"], a["state"]) for a in port.alerts]


def again(before: Platform, now: float, told_people: bool = True, epoch: int = 1) -> Platform:
    """The next life of a platform, with what its changelog held at ``now``; ``told_people`` False: as a back-fill wrote it."""
    port = Platform()
    port.core = Correlator(REFERENCE, epoch, 0, unpack=unpack)
    for name, items in before.core.take_fresh():
        kept = items if told_people else [e for e in items if e.seen]  # notices were never seen in a log
        port.core.restore(name, pack(kept))
    port.core.advance(at(now))
    port.core.restored()
    return port


def swept(port: Platform) -> Platform:
    port.core.resweep()
    while port.core.sweep(100):
        port.hear()
    return port


@pytest.mark.parametrize(
    ("now", "state", "alerts"),
    [
        (DUE, None, []),
        (DUE + SECOND, "PENDING", []),
        (DUE + 30 * SECOND, "PENDING", []),
        (DUE + 31 * SECOND, "RAISED", [("ARR_MISSING", "RAISED")]),
    ],
)
def test_an_absence_is_pending_for_30_seconds_before_anybody_is_told(
    now: float, state: str | None, alerts: list[tuple[str, str]]
) -> None:
    port = waiting(now)
    assert port.exceptions() == ([("ARR_MISSING", state)] if state else [])
    assert told(port) == alerts


def test_a_receipt_that_comes_in_time_but_late_to_us_is_never_told_as_missing() -> None:
    port = waiting(DUE + 10 * SECOND)
    port.hear(receipt(port.commands[0], DUE - 0.1), now=DUE + 1)
    assert port.exceptions() == [] and port.alerts == []


def test_the_settled_row_stands_above_the_pending_one() -> None:
    port = waiting(DUE + SECOND)
    (pending,) = [v for (table, _), v in port.versions.items() if table == "exceptions"]
    port.hear(now=DUE + 1)
    (raised,) = [v for (table, _), v in port.versions.items() if table == "exceptions"]
    assert raised > pending


def test_a_broken_rule_shows_at_once_and_is_told_when_nothing_came_that_mends_it() -> None:
    """The release by bill comes from another partition, and may come after the move."""
    port = Platform().hear(discharge(1), gate_out(2), now=2 + 30 * SECOND)
    assert port.exceptions() == [("GATEOUT_NO_RELEASE", "RAISED")] and port.alerts == []
    port.hear(now=2 + 31 * SECOND)
    assert told(port) == [("GATEOUT_NO_RELEASE", "RAISED")]
    port = Platform().hear(discharge(1), gate_out(2), now=2)
    port.hear(release("BILL", "RELEASE", 1.5), release("TERMINAL", "RELEASE", 1.5), now=3)
    assert port.exceptions() == [] and port.alerts == []


def test_what_was_told_and_proves_wrong_is_withdrawn_and_may_be_raised_anew() -> None:
    port = waiting(DUE + 1)
    late = receipt(port.commands[0], DUE - 0.1)
    port.hear(late)
    port.hear(late.retraction("B", late.key, late.version + 2))
    assert told(port) == [("ARR_MISSING", "RAISED"), ("ARR_MISSING", "WITHDRAWN"), ("ARR_MISSING", "RAISED")]
    assert [a["notice"] for a in port.alerts] == [1, 2, 3]
    assert {a["exception_id"] for a in port.alerts} == {port.alerts[0]["exception_id"]}
    assert all(a["subject"] == "CSQU3054383" and a["raised_at"] == at(DUE) for a in port.alerts)


def test_what_was_resolved_before_anybody_heard_of_it_is_not_told() -> None:
    port = Platform().hear(line("PREPARED", 1), gate_in(3))
    port.hear(report(port.commands[0]), receipt(port.commands[0], 4), now=8)
    assert port.exceptions() == [("ARR_MISSING", "RESOLVED")] and port.alerts == []


@pytest.mark.parametrize("epoch", [1, 2])
def test_a_restart_and_a_raise_of_the_epoch_tell_nothing_again_and_forget_nobody_who_was_told(epoch: int) -> None:
    before = waiting(DUE + 1)
    port = swept(again(before, DUE + 1, epoch=epoch))
    assert port.exceptions() == [("ARR_MISSING", "RAISED")] and port.alerts == []
    port.hear(receipt(before.commands[0], DUE + 1.5))
    assert told(port) == [("ARR_MISSING", "RESOLVED")]
    assert port.alerts[0]["notice"] == 2


def test_what_was_pending_at_a_crash_is_told_after_it() -> None:
    before = waiting(DUE + 10 * SECOND)
    port = again(before, DUE + 10 * SECOND).hear(now=DUE + 1)
    swept(port)
    assert told(port) == [("ARR_MISSING", "RAISED")]


def test_what_a_back_fill_left_is_not_told_but_what_becomes_due_later_is() -> None:
    port = Platform()
    port.core = Correlator(REFERENCE, 1, 0, unpack=unpack, alerts=False)
    port.hear(discharge(1), gate_out(2), now=2.4)
    assert port.exceptions() and port.alerts == []
    live = swept(again(port, 2.5))
    assert live.alerts == []
    other = waiting(3.2)
    live = swept(again(other, 3.2)).hear(now=DUE + 1)
    assert told(live) == [("ARR_MISSING", "RAISED")]


def test_a_new_event_after_a_restart_is_told_although_its_book_is_old() -> None:
    before = Platform().hear(discharge(1), now=2)
    port = again(before, 9).hear(gate_out(2.5))
    assert ("GATEOUT_NO_RELEASE", "RAISED") in told(port)


def test_later_news_of_an_old_event_is_told_after_a_restart() -> None:
    """The first derivation after a restart finds what was known; from then on a change is news, whatever it is about."""
    events = imported()
    before = Platform().hear(*events, now=20)
    assert before.exceptions() == []
    port = swept(again(before, 20))
    revoked = next(e for e in events if e.code == "BILL")
    port.hear(revoked.retraction("B", revoked.key, revoked.version + 2))
    assert told(port) == [("GATEOUT_NO_RELEASE", "RAISED")]


@pytest.mark.parametrize(("now", "alerts"), [(26, 1), (26.1, 0)])
def test_what_became_due_more_than_a_day_ago_is_no_news(now: float, alerts: int) -> None:
    port = Platform().hear(discharge(1), release("TERMINAL", "RELEASE", 1), now=now)
    port.hear(gate_out(2))
    assert [a for a in told(port) if a[0] == "GATEOUT_NO_RELEASE"] == [("GATEOUT_NO_RELEASE", "RAISED")] * alerts
    assert ("GATEOUT_NO_RELEASE", "RAISED") in port.exceptions()


def test_a_live_worker_that_reads_an_old_log_tells_nothing_of_it() -> None:
    port = Platform()
    port.core.stale_before(at(3))
    port.hear(discharge(1), gate_out(2), now=2.5)
    assert port.exceptions() and port.alerts == []


def test_a_timer_that_a_late_record_starts_is_told_when_it_runs_out() -> None:
    """A box that came four days ago, of which we hear now, must not stand for three months unnoticed."""
    port = Platform().hear(now=90)
    port.hear(line("ORIGINAL", 88, pod="CNTAO"), *calls_of(88), now=95)
    assert ("SHORTLANDED", "RAISED") in told(port)


def calls_of(ended: float) -> list[Evidence]:
    from tests.unit.domain.story import call

    return [call("ANCHOR", "ARRI", ended - 3), call("CARGO_OPS", "CMPL", ended)]


def test_notices_are_no_evidence() -> None:
    port = waiting(DUE + 1)
    version = port.versions
    count = port.core.size()
    swept(port)
    assert port.core.size() == count
    restored = swept(again(port, DUE + 1))
    assert restored.rows("exceptions") == port.rows("exceptions")
    assert restored.versions == version


def test_a_closed_book_remembers_whom_it_told() -> None:
    port = waiting(DUE + 1)
    assert port.core.tidy(0, 100) > 0
    swept(port)
    assert told(port) == [("ARR_MISSING", "RAISED")]
    port.core.tidy(0, 100)
    port.hear(receipt(port.commands[0], DUE + 2))
    assert told(port) == [("ARR_MISSING", "RAISED"), ("ARR_MISSING", "RESOLVED")]
