"""What the gate lets in and out, seals, and where a box is (contracts, section 7)."""

from __future__ import annotations

import pytest

from streams.domain.evidence import Evidence
from tests.unit.domain.scenes import NOTHING, Verdict, judge, raised, resolved, scene
from tests.unit.domain.story import (
    COASTER,
    FEEDER,
    OCEAN,
    at,
    call,
    discharge,
    gate_in,
    gate_out,
    line,
    load,
    release,
)

ARRIVED = [line("PREPARED", 1), gate_in(3), release("ARRIVAL", "ACK", 3.1, ref="M1")]
SEALED = line("PREPARED", 1, seals="S1 S2")
OPENED = release("DECLARATION", "INSPECT_STEP", 2, reason_code="OPENED")
RESEALED = release("DECLARATION", "INSPECT_STEP", 2.5, reason_code="RESEALED")
LEAVES = [discharge(1), release("TERMINAL", "RELEASE", 2), gate_out(7)]


def hold(authority: str) -> Evidence:
    return release("DELIVERY_ORDER", "HOLD", 2, mode=authority, extra="H1")


def conditional(until: float) -> Evidence:
    return release("BILL", "CONDITIONAL", 3, until=at(until), bill="BL1")


SCENES = [
    scene("EXPORT_OUT_UNAPPROVED", "it is taken away again",
          [*ARRIVED, gate_out(9, purpose="WITHDRAWAL")], 10, raised(9)),
    scene("EXPORT_OUT_UNAPPROVED", "customs approved the withdrawal (退关)",
          [*ARRIVED, release("DECLARATION", "APPROVE", 8), gate_out(9, purpose="WITHDRAWAL")], 10, NOTHING),
    scene("EXPORT_OUT_UNAPPROVED", "approved too late",
          [*ARRIVED, release("DECLARATION", "APPROVE", 9.5), gate_out(9, purpose="WITHDRAWAL")], 10, raised(9)),
    scene("EXPORT_OUT_UNAPPROVED", "to another terminal",
          [*ARRIVED, gate_out(9, purpose="INTER_TERMINAL")], 10, NOTHING),
    scene("EXPORT_OUT_UNAPPROVED", "to an inspection that customs ordered",
          [*ARRIVED, release("DECLARATION", "INSPECT_SELECT", 5), gate_out(9, purpose="INSPECTION")], 10, NOTHING),
    scene("EXPORT_OUT_UNAPPROVED", "to an inspection that nobody ordered",
          [*ARRIVED, gate_out(9, purpose="INSPECTION")], 10, raised(9)),
    scene("EXPORT_OUT_UNAPPROVED", "its arrival was not reported yet",
          [*ARRIVED[:2], gate_out(3.05, purpose="WITHDRAWAL"), ARRIVED[2]], 10, NOTHING),

    scene("WITHDRAWN", "taken back by the shipper", [*ARRIVED, gate_out(9, purpose="WITHDRAWAL")], 10, raised(9)),
    scene("WITHDRAWN", "out for inspection", [*ARRIVED, gate_out(9, purpose="INSPECTION")], 10, NOTHING),

    scene("GATEOUT_NOT_PAID", "the carrier holds it", [*LEAVES, hold("CARRIER")], 8, raised(7)),
    scene("GATEOUT_NOT_PAID", "charges are open", [*LEAVES, hold("CHARGES")], 8, raised(7)),
    scene("GATEOUT_NOT_PAID", "paid in time",
          [*LEAVES, hold("CARRIER"), release("DELIVERY_ORDER", "UNHOLD", 6, extra="H1")], 8, NOTHING),
    scene("GATEOUT_NOT_PAID", "paid after it left",
          [*LEAVES, hold("CARRIER"), release("DELIVERY_ORDER", "UNHOLD", 7.5, extra="H1")], 8, raised(7)),
    scene("GATEOUT_NOT_PAID", "another hold was lifted",
          [*LEAVES, hold("CARRIER"), release("DELIVERY_ORDER", "UNHOLD", 6, extra="H2")], 8, raised(7)),
    scene("GATEOUT_NOT_PAID", "customs holds it: not a matter of money", [*LEAVES, hold("CUSTOMS")], 8, NOTHING),

    scene("GATEOUT_NO_RELEASE", "no bill release", LEAVES, 8, raised(7)),
    scene("GATEOUT_NO_RELEASE", "released on a condition", [*LEAVES, conditional(9)], 8, NOTHING),
    scene("GATEOUT_NO_RELEASE", "its time is over, but only customs can take it back", [*LEAVES, conditional(6)], 8, NOTHING),
    scene("GATEOUT_NO_RELEASE", "the conditional release was revoked",
          [*LEAVES, conditional(9), release("BILL", "REVOKE", 4, bill="BL1")], 8, raised(7)),
    scene("GATEOUT_NO_RELEASE", "in transit to another customs office",
          [*LEAVES, release("TRANSIT", "APPROVE", 6)], 8, NOTHING),

    scene("EMPTY_NOT_EMPTY", "4 t in 20 ft", [gate_in(3, ef="E", kg=4000.0, iso_type="22G1")], 4, raised(3)),
    scene("EMPTY_NOT_EMPTY", "3.5 t in 20 ft", [gate_in(3, ef="E", kg=3500.0, iso_type="22G1")], 4, NOTHING),
    scene("EMPTY_NOT_EMPTY", "4 t in 40 ft", [gate_in(3, ef="E", kg=4000.0, iso_type="45G1")], 4, NOTHING),
    scene("EMPTY_NOT_EMPTY", "6.1 t, of unknown size", [gate_in(3, ef="E", kg=6100.0)], 4, raised(3)),
    scene("EMPTY_NOT_EMPTY", "a full box", [gate_in(3, kg=24000.0)], 4, NOTHING),

    scene("SEAL_MISMATCH", "another seal", [SEALED, gate_in(3, seals="S1 S3")], 4, raised(3)),
    scene("SEAL_MISMATCH", "the same in another order", [SEALED, gate_in(3, seals="S2 S1")], 4, NOTHING),
    scene("SEAL_MISMATCH", "nobody looked", [SEALED, gate_in(3)], 4, NOTHING),
    scene("SEAL_MISMATCH", "customs has it open", [SEALED, OPENED, gate_in(3, seals="S3")], 4, NOTHING),
    scene("SEAL_MISMATCH", "customs has closed it again",
          [SEALED, OPENED, RESEALED, gate_in(3, seals="S3")], 4, raised(3)),

    scene("SEAL_BROKEN", "at the gate", [gate_in(3, seal_state="BROKEN")], 4, raised(3)),
    scene("SEAL_BROKEN", "at the quay", [gate_in(3), load(8, seal_state="BROKEN")], 9, raised(8)),
    scene("SEAL_BROKEN", "told by the second source",
          [gate_in(3), gate_in(3.1, source="OCR", seal_state="BROKEN")], 4, raised(3)),
    scene("SEAL_BROKEN", "an empty box", [gate_in(3, ef="E", seal_state="BROKEN")], 4, NOTHING),
    scene("SEAL_BROKEN", "customs has it open", [OPENED, gate_in(3, seal_state="BROKEN")], 4, NOTHING),

    scene("ARR_WRONG_TERMINAL", "two sources, two terminals",
          [gate_in(3), gate_in(3.1, source="AGENT", terminal="QQCTN")], 4, raised(3.1)),
    scene("ARR_WRONG_TERMINAL", "two sources, one terminal", [gate_in(3), gate_in(3.1, source="AGENT")], 4, NOTHING),
    scene("ARR_WRONG_TERMINAL", "one source does not say",
          [gate_in(3, terminal=""), gate_in(3.1, source="AGENT")], 4, NOTHING),

    scene("STAY_OVER", "nobody collects it", [discharge(1)], 51.1, raised(51)),
    scene("STAY_OVER", "not yet", [discharge(1)], 51, NOTHING),
    scene("STAY_OVER", "collected in time", [discharge(1), gate_out(51)], 60, NOTHING),
    scene("STAY_OVER", "collected late", [discharge(1), gate_out(55)], 60, resolved(51, 55)),

    scene("BOX_TWO_PLACES", "4 h later at the other port, which is 9 h away",
          [discharge(3), gate_out(4), gate_in(8, port="weihai")], 9, raised(8)),
    scene("BOX_TWO_PLACES", "9 h later", [discharge(3), gate_out(4), gate_in(13, port="weihai")], 14, NOTHING),
    scene("BOX_TWO_PLACES", "an unknown way takes 2 h",
          [discharge(3), gate_out(4), gate_in(5.9, port="yantai")], 9, raised(5.9)),
    scene("BOX_TWO_PLACES", "it came by ship",
          [gate_in(3), load(4, vessel=FEEDER, pod="CNWEI"), discharge(8, port="weihai", vessel=FEEDER)], 9, NOTHING),

    scene("VESSEL_NOT_PERMITTED", "foreign, on a coastal ship", [gate_in(3), load(8, vessel=COASTER)], 9, raised(8)),
    scene("VESSEL_NOT_PERMITTED", "domestic, on an ocean ship",
          [gate_in(3, trade="D"), load(8, trade="D", vessel=OCEAN)], 9, raised(8)),
    scene("VESSEL_NOT_PERMITTED", "it came off such a ship", [discharge(1, vessel=COASTER)], 9, raised(1)),
    scene("VESSEL_NOT_PERMITTED", "foreign, on a feeder", [gate_in(3), load(8, vessel=FEEDER)], 9, NOTHING),
    scene("VESSEL_NOT_PERMITTED", "domestic, on a coastal ship",
          [gate_in(3, trade="D"), load(8, trade="D", vessel=COASTER)], 9, NOTHING),
    scene("VESSEL_NOT_PERMITTED", "on the last day of its permit", [gate_in(3), load(8, vessel="CNSHIP:M1")], 9, NOTHING),
    scene("VESSEL_NOT_PERMITTED", "on the day after", [gate_in(3), load(25, vessel="CNSHIP:M1")], 26, raised(25)),
    scene("VESSEL_NOT_PERMITTED", "an empty box", [gate_in(3, ef="E"), load(8, ef="E", vessel=COASTER)], 9, NOTHING),
    scene("VESSEL_NOT_PERMITTED", "a ship that nobody knows", [gate_in(3), load(8, vessel="CNSHIP:X")], 9, NOTHING),

    scene("DG_NO_PERMIT", "loaded without", [line("PREPARED", 1, dg="3 1263"), gate_in(3), load(8)], 9, raised(8)),
    scene("DG_NO_PERMIT", "the permit is there",
          [line("PREPARED", 1, dg="3 1263"), gate_in(3), release("DG", "RELEASE", 8), load(8)], 9, NOTHING),
    scene("DG_NO_PERMIT", "nothing dangerous", [line("PREPARED", 1), gate_in(3), load(8)], 9, NOTHING),

    scene("NO_WATERWAY_BILL", "domestic, without its bill",
          [gate_in(3, trade="D"), load(8, trade="D", vessel=COASTER)], 9, raised(8)),
    scene("NO_WATERWAY_BILL", "with it",
          [line("WATERWAY", 8, trade="D"), gate_in(3, trade="D"), load(8, trade="D", vessel=COASTER)], 9, NOTHING),
    scene("NO_WATERWAY_BILL", "a foreign box", [gate_in(3), load(8)], 9, NOTHING),
    scene("NO_WATERWAY_BILL", "the bill comes late",
          [line("WATERWAY", 9, trade="D"), gate_in(3, trade="D"), load(8, trade="D", vessel=COASTER)], 10,
          resolved(8, 9)),

    scene("DIFF_UNEXPLAINED", "two days after operations ended",
          [call("ANCHOR", "ARRI", 0), call("CARGO_OPS", "CMPL", 4), line("ORIGINAL", -10, pod="CNTAO")], 52.1,
          raised(52)),
    scene("DIFF_UNEXPLAINED", "landed, in no manifest",
          [call("ANCHOR", "ARRI", 0), call("CARGO_OPS", "CMPL", 4), discharge(1)], 52.1, raised(52)),
    scene("DIFF_UNEXPLAINED", "explained in time",
          [call("ANCHOR", "ARRI", 0), call("CARGO_OPS", "CMPL", 4), line("ORIGINAL", -10, pod="CNTAO"), discharge(52)],
          60, NOTHING),
    scene("DIFF_UNEXPLAINED", "explained late",
          [call("ANCHOR", "ARRI", 0), call("CARGO_OPS", "CMPL", 4), line("ORIGINAL", -10, pod="CNTAO"), discharge(55)],
          60, resolved(52, 55)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "events", "now", "verdict"), SCENES)
def test_what_the_rule_says(code: str, events: list[Evidence], now: float, verdict: Verdict) -> None:
    judge(code, events, now, verdict)
