"""An export against its vessel's call: cut-offs and changed voyages (contracts, section 7)."""

from __future__ import annotations

import pytest

from streams.domain.evidence import Evidence
from tests.unit.domain.scenes import NOTHING, Verdict, judge, raised, resolved, scene
from tests.unit.domain.story import OCEAN, Platform, at, call, cutoff, estimate, gate_in, gate_out, line, load, release

BOOKED = line("PREPARED", 1)
DECLARED = release("DECLARATION", "RELEASE", 5)
LEFT = call("BERTH", "DEPA", 12, "OUTB")
OTHER = {"vessel": "IMO:9321483", "voyage": "W1"}
OTHER_SHIP = line("PREPARED", 6, **OTHER)
OTHER_VOYAGE = line("PREPARED", 6, voyage="V2")

SCENES = [
    scene("CUTOFF_MISSED", "it came too late", [BOOKED, cutoff(10), gate_in(10.1)], 11, raised(10.1)),
    scene("CUTOFF_MISSED", "it came in the last minute", [BOOKED, cutoff(10), gate_in(10)], 11, NOTHING),
    scene("CUTOFF_MISSED", "nobody knows the cut-off", [BOOKED, gate_in(10.1)], 11, NOTHING),
    scene("CUTOFF_MISSED", "the cut-off was put off",
          [BOOKED, cutoff(10, updated=at(2)), cutoff(11, updated=at(9)), gate_in(10.1)], 12, NOTHING),

    scene("CUTOFF_MISSED", "it came to another port, to go on by feeder",
          [BOOKED, cutoff(10), gate_in(10.1, port="weihai")], 11, NOTHING),
    scene("CUTOFF_MISSED", "the ship does not sail on the booked voyage",
          [BOOKED, cutoff(10, ref="V9"), gate_in(10.1)], 11, NOTHING),

    scene("EARLY_GATE_IN", "the yard is not open", [BOOKED, cutoff(20, opens=4), gate_in(3)], 4, raised(3)),
    scene("EARLY_GATE_IN", "the yard is open", [BOOKED, cutoff(20, opens=3), gate_in(3)], 4, NOTHING),
    scene("EARLY_GATE_IN", "it came to another port, to go on by feeder",
          [BOOKED, cutoff(20, opens=4), gate_in(3, port="weihai")], 4, NOTHING),

    scene("CUTOFF_RISK", "4 h before the cut-off not released", [BOOKED, cutoff(10), gate_in(3)], 6.1, raised(6)),
    scene("CUTOFF_RISK", "there is still time", [BOOKED, cutoff(10), gate_in(3)], 6, NOTHING),
    scene("CUTOFF_RISK", "ready", [BOOKED, cutoff(10), gate_in(3), DECLARED, release("LOADING", "RELEASE", 6)], 9, NOTHING),
    scene("CUTOFF_RISK", "it was not here then", [BOOKED, cutoff(10), gate_in(6)], 9, NOTHING),
    scene("CUTOFF_RISK", "it had left", [BOOKED, cutoff(10), gate_in(3), gate_out(5, purpose="WITHDRAWAL")], 9, NOTHING),
    scene("CUTOFF_RISK", "this port has its own time: 2 h before",
          [line("PREPARED", 1, port="rizhao"), cutoff(10, port="rizhao"), gate_in(3, port="rizhao")], 8.1, raised(8)),
    scene("CUTOFF_RISK", "released in the last hours",
          [BOOKED, cutoff(10), gate_in(3), DECLARED, release("LOADING", "RELEASE", 7)], 9, resolved(6, 7)),

    scene("SHUT_OUT", "the ship left without it", [BOOKED, cutoff(10), LEFT, gate_in(3)], 12.1, raised(12)),
    scene("SHUT_OUT", "it is on board", [BOOKED, cutoff(10), LEFT, gate_in(3), load(11)], 13, NOTHING),
    scene("SHUT_OUT", "the ship is still here", [BOOKED, cutoff(10), gate_in(3)], 13, NOTHING),
    scene("SHUT_OUT", "it was booked on another ship", [BOOKED, cutoff(10), LEFT, gate_in(3), OTHER_SHIP], 13, NOTHING),
    scene("SHUT_OUT", "the other ship left without it, too",
          [BOOKED, cutoff(10), LEFT, gate_in(3), OTHER_SHIP, cutoff(20, **OTHER), call("BERTH", "DEPA", 22, "OUTB", **OTHER)],
          23, raised(22)),
    scene("SHUT_OUT", "its ship sailed from the port that it was to reach by feeder",
          [line("PREPARED", 1, port="weihai", pol="CNWEI"), cutoff(10), LEFT, gate_in(3, port="weihai")], 13, raised(12)),
    scene("SHUT_OUT", "it came after the cut-off", [BOOKED, cutoff(10), LEFT, gate_in(11)], 13, NOTHING),
    scene("SHUT_OUT", "it came at the cut-off, not before", [BOOKED, cutoff(10), LEFT, gate_in(10)], 13, NOTHING),
    scene("SHUT_OUT", "it had been taken away",
          [BOOKED, cutoff(10), LEFT, gate_in(3), gate_out(9, purpose="WITHDRAWAL")], 13, NOTHING),
    scene("SHUT_OUT", "a later ship took it",
          [BOOKED, cutoff(10), LEFT, gate_in(3), load(20, vessel="IMO:9321483", voyage="W1")], 21, resolved(12, 20)),
    scene("SHUT_OUT", "it was taken away afterwards",
          [BOOKED, cutoff(10), LEFT, gate_in(3), gate_out(20, purpose="WITHDRAWAL")], 21, resolved(12, 20)),

    scene("ROLLED", "another ship", [BOOKED, gate_in(3), OTHER_SHIP], 7, raised(6)),
    scene("ROLLED", "the booking was only sent again", [BOOKED, gate_in(3), line("PREPARED", 6)], 7, NOTHING),
    scene("ROLLED", "another voyage of the ship is something else", [BOOKED, gate_in(3), OTHER_VOYAGE], 7, NOTHING),
    scene("VOYAGE_CHANGED", "another voyage of the ship", [BOOKED, gate_in(3), OTHER_VOYAGE], 7, raised(6)),
    scene("VOYAGE_CHANGED", "the booking was only sent again", [BOOKED, gate_in(3), line("PREPARED", 6)], 7, NOTHING),
    scene("VOYAGE_CHANGED", "the change was deleted",
          [BOOKED, gate_in(3), line("PREPARED", 6, voyage="V2", action="3")], 7, NOTHING),

    scene("REASSIGN_NOT_ACCEPTED", "released for the first ship", [BOOKED, gate_in(3), DECLARED, OTHER_SHIP], 7, raised(6)),
    scene("REASSIGN_NOT_ACCEPTED", "released for the first voyage", [BOOKED, gate_in(3), DECLARED, OTHER_VOYAGE], 7, raised(6)),
    scene("REASSIGN_NOT_ACCEPTED", "never released", [BOOKED, gate_in(3), OTHER_SHIP], 7, NOTHING),
    scene("REASSIGN_NOT_ACCEPTED", "released after the change",
          [BOOKED, gate_in(3), OTHER_SHIP, release("DECLARATION", "RELEASE", 6.5)], 7, NOTHING),
    scene("REASSIGN_NOT_ACCEPTED", "an older approval was for another change",
          [BOOKED, gate_in(3), DECLARED, OTHER_SHIP, release("REASSIGN", "APPROVE", 5.5)], 7, raised(6)),
    scene("REASSIGN_NOT_ACCEPTED", "customs accepts",
          [BOOKED, gate_in(3), DECLARED, OTHER_SHIP, release("REASSIGN", "ACK", 8)], 9, resolved(6, 8)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "events", "now", "verdict"), SCENES)
def test_what_the_rule_says(code: str, events: list[Evidence], now: float, verdict: Verdict) -> None:
    judge(code, events, now, verdict)


PLANNED = estimate("ANCHOR", "ARRI", 10, terminal="QQCTU", updated=at(1))


@pytest.mark.parametrize(("told", "since"), [
    pytest.param([PLANNED], 0, id="as planned so far"),
    pytest.param([PLANNED, estimate("ANCHOR", "ARRI", 9, terminal="QQCTN", updated=at(3))], 3, id="planned for another"),
    pytest.param([PLANNED, estimate("ANCHOR", "ARRI", 9, terminal="QQCTN", updated=at(3)),
                  estimate("ANCHOR", "ARRI", 11, terminal="QQCTU", updated=at(5))], 0, id="planned back"),
    pytest.param([PLANNED, call("BERTH", "ARRI", 11, "ALGS", terminal="QQCTN", updated=at(11))], 11, id="berthed at another"),
    pytest.param([PLANNED, call("BERTH", "ARRI", 11, "ALGS", terminal="QQCTU")], 0, id="berthed as planned"),
    pytest.param([PLANNED, call("BERTH", "ARRI", 11, "ALGS", terminal="QQCTU"),
                  call("BERTH", "ARRI", 14, "SHIF", terminal="QQCTN")], 0, id="a shift is none"),
    pytest.param([call("BERTH", "ARRI", 11, "ALGS", terminal="QQCTN")], 0, id="nobody had planned it"),
])  # fmt: skip
def test_a_vessel_goes_to_another_terminal(told: list[Evidence], since: float) -> None:
    """改靠港: of the call, whatever the order in which it is told."""
    own = [e.readdressed("V", e.key) for e in told]
    for order in (own, own[::-1]):
        port = Platform().hear(*order, now=20)
        found = [x for x in port.rows("exceptions") if x["code"] == "TERMINAL_CHANGED"]
        assert [(x["subject"], x["raised_at"]) for x in found] == ([(f"qingdao|{OCEAN}|PC1", at(since))] if since else [])
