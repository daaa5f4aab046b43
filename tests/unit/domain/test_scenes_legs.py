"""Transfer legs: approved, on time, to the right port, with their seals (contracts, section 7)."""

from __future__ import annotations

import pytest

from streams.domain.evidence import Evidence
from tests.unit.domain.scenes import NOTHING, Verdict, judge, raised, resolved, scene
from tests.unit.domain.story import FEEDER, call, cutoff, discharge, estimate, gate_in, line, load, release

SHIP = {"vessel": FEEDER, "voyage": "F1"}
THERE = {"port": "weihai", "terminal": "WHCT"}
PLAN = line("LEG", 1, pol="weihai", pod="qingdao", **SHIP)
APPROVED = release("LEG", "APPROVE", 4)
IN = gate_in(3, **THERE)
LOADED = load(5, pod="CNTAO", **THERE, **SHIP)
SAILED = call("BERTH", "DEPA", 6, "OUTB", **THERE, **SHIP)
UNDER_WAY = [IN, PLAN, APPROVED, LOADED, SAILED]
EXPECTED = estimate("ANCHOR", "ARRI", 12, **SHIP)
ARRIVED = call("ANCHOR", "ARRI", 12, **SHIP)
WORKED = call("CARGO_OPS", "CMPL", 15, **SHIP)
TO_LEAVE = estimate("BERTH", "DEPA", 20, "OUTB", **THERE, **SHIP)


def landed(when: float, **a: str) -> Evidence:
    return discharge(when, **{"pol": "CNWEI", **SHIP, **a})


def berthed(when: float, port: str) -> Evidence:
    return call("BERTH", "ARRI", when, "ALGS", port=port, **SHIP)


SCENES = [
    scene("LEG_NOT_APPROVED", "4 h before its feeder is to leave", [IN, PLAN, TO_LEAVE], 16.1, raised(16)),
    scene("LEG_NOT_APPROVED", "there is still time", [IN, PLAN, TO_LEAVE], 16, NOTHING),
    scene("LEG_NOT_APPROVED", "approved in time", [IN, PLAN, TO_LEAVE, release("LEG", "APPROVE", 16)], 17, NOTHING),
    scene("LEG_NOT_APPROVED", "it is on board, another rule speaks", [IN, PLAN, TO_LEAVE, LOADED], 17, NOTHING),
    scene("LEG_NOT_APPROVED", "it goes on board at that moment",
          [IN, PLAN, TO_LEAVE, load(16, pod="CNTAO", **THERE, **SHIP)], 17, NOTHING),
    scene("LEG_NOT_APPROVED", "the plan was retracted",
          [IN, line("LEG", 1, pol="weihai", pod="qingdao", retracted=True, **SHIP), TO_LEAVE], 17, NOTHING),
    scene("LEG_NOT_APPROVED", "the plan names the ship by its name",
          [IN, line("LEG", 1, pol="weihai", pod="qingdao", vessel="LU FEEDER 1", voyage="F1"), TO_LEAVE], 17, raised(16)),
    scene("LEG_NOT_APPROVED", "approved late",
          [IN, PLAN, TO_LEAVE, release("LEG", "APPROVE", 17)], 18, resolved(16, 17)),

    scene("LEG_OVERDUE", "6 h after it was expected", [*UNDER_WAY, EXPECTED], 18.1, raised(18)),
    scene("LEG_OVERDUE", "not yet", [*UNDER_WAY, EXPECTED], 18, NOTHING),
    scene("LEG_OVERDUE", "it came in time", [*UNDER_WAY, EXPECTED, landed(18)], 20, NOTHING),
    scene("LEG_OVERDUE", "nothing was announced: the usual 15 h and 6 h", UNDER_WAY, 27.1, raised(27)),
    scene("LEG_OVERDUE", "it came late", [*UNDER_WAY, EXPECTED, landed(19)], 20, resolved(18, 19)),
    scene("LEG_OVERDUE", "it came late to another port",
          [*UNDER_WAY, EXPECTED, landed(19, port="yantai")], 20, resolved(18, 19)),

    scene("LEG_SHORT", "the feeder is worked, the box is not there", [*UNDER_WAY, ARRIVED, WORKED], 15.1, raised(15)),
    scene("LEG_SHORT", "it came off", [*UNDER_WAY, ARRIVED, WORKED, landed(15)], 16, NOTHING),
    scene("LEG_SHORT", "the feeder is still worked", [*UNDER_WAY, ARRIVED], 16, NOTHING),
    scene("LEG_SHORT", "it came off afterwards", [*UNDER_WAY, ARRIVED, WORKED, landed(16)], 17, resolved(15, 16)),

    scene("LEG_SHORT", "it came off at another port before, and here later",
          [*UNDER_WAY, ARRIVED, WORKED, landed(9, port="yantai"), landed(20)], 21, resolved(15, 20)),

    scene("LEG_LOST", "6 h after that it is nowhere", [*UNDER_WAY, ARRIVED, WORKED], 21.1, raised(21)),
    scene("LEG_LOST", "it may still come", [*UNDER_WAY, ARRIVED, WORKED], 21, NOTHING),
    scene("LEG_LOST", "it came off at another port", [*UNDER_WAY, ARRIVED, WORKED, landed(9, port="yantai")], 22, NOTHING),
    scene("LEG_LOST", "it is found", [*UNDER_WAY, ARRIVED, WORKED, landed(30)], 31, resolved(21, 30)),

    scene("LEG_LOST", "48 h after it was expected, and nobody tells of the work", [*UNDER_WAY, EXPECTED], 60.1, raised(60)),
    scene("LEG_LOST", "not yet", [*UNDER_WAY, EXPECTED], 60, NOTHING),
    scene("LEG_LOST", "nothing was announced: the usual 15 h and 48 h", UNDER_WAY, 69.1, raised(69)),
    scene("LEG_LOST", "it came", [*UNDER_WAY, EXPECTED, landed(19)], 61, NOTHING),
    scene("LEG_LOST", "its feeder is late, and worked then", [*UNDER_WAY, EXPECTED, call("CARGO_OPS", "CMPL", 59, **SHIP)],
          61, NOTHING),

    scene("LEG_OVER", "nobody loaded it", [IN, landed(13)], 14, raised(13)),
    scene("LEG_OVER", "it was loaded", [*UNDER_WAY, landed(13)], 14, NOTHING),
    scene("LEG_OVER", "it comes from outside", [discharge(13, **SHIP)], 14, NOTHING),
    scene("LEG_OVER", "it was loaded onto another ship",
          [IN, load(5, pod="CNTAO", vessel="CNSHIP:F2", voyage="F1", **THERE), landed(13)], 14, raised(13)),

    scene("LEG_UNPLANNED_STOP", "at a third port that did not expect it", [*UNDER_WAY, berthed(8, "rizhao")], 9, raised(8)),
    scene("LEG_UNPLANNED_STOP", "that port expected it",
          [*UNDER_WAY, estimate("ANCHOR", "ARRI", 8, port="rizhao", **SHIP), berthed(8, "rizhao")], 9, NOTHING),
    scene("LEG_UNPLANNED_STOP", "before this leg", [*UNDER_WAY, berthed(5, "rizhao")], 9, NOTHING),
    scene("LEG_UNPLANNED_STOP", "after it", [*UNDER_WAY, ARRIVED, berthed(13, "rizhao")], 14, NOTHING),
    scene("LEG_UNPLANNED_STOP", "where it was bound for", [*UNDER_WAY, berthed(12, "qingdao")], 14, NOTHING),

    scene("MISSED_CONNECTION_RISK", "4 h are left to the cut-off",
          [*UNDER_WAY, EXPECTED, line("PREPARED", 1), cutoff(16)], 7, raised(5)),
    scene("MISSED_CONNECTION_RISK", "6 h are left",
          [*UNDER_WAY, EXPECTED, line("PREPARED", 1), cutoff(18)], 7, NOTHING),
    scene("MISSED_CONNECTION_RISK", "it arrived earlier than expected",
          [*UNDER_WAY, EXPECTED, call("ANCHOR", "ARRI", 9, **SHIP), line("PREPARED", 1), cutoff(16)], 11, NOTHING),
    scene("MISSED_CONNECTION_RISK", "its ocean vessel calls elsewhere",
          [*UNDER_WAY, EXPECTED, line("PREPARED", 1, pol="CNRZH"), cutoff(16, port="rizhao")], 7, NOTHING),
    scene("MISSED_CONNECTION_RISK", "it came before the cut-off all the same",
          [*UNDER_WAY, EXPECTED, line("PREPARED", 1), cutoff(16), landed(13)], 17, resolved(5, 13)),
    scene("MISSED_CONNECTION_RISK", "it came after the cut-off",
          [*UNDER_WAY, EXPECTED, line("PREPARED", 1), cutoff(16), landed(17)], 18, raised(5)),

    scene("SUPERVISED_UNSEALED", "nobody names a seal", UNDER_WAY, 7, raised(5)),
    scene("SUPERVISED_UNSEALED", "a paper names it", [*UNDER_WAY, line("PREPARED", 1, seals="S1")], 7, NOTHING),
    scene("SUPERVISED_UNSEALED", "the quay saw it",
          [IN, PLAN, APPROVED, load(5, pod="CNTAO", seals="S1", **THERE, **SHIP)], 7, NOTHING),
    scene("SUPERVISED_UNSEALED", "a domestic box",
          [gate_in(3, trade="D", **THERE), load(5, pod="CNTAO", trade="D", **THERE, **SHIP)], 7, NOTHING),
]  # fmt: skip


@pytest.mark.parametrize(("code", "events", "now", "verdict"), SCENES)
def test_what_the_rule_says(code: str, events: list[Evidence], now: float, verdict: Verdict) -> None:
    judge(code, events, now, verdict)
