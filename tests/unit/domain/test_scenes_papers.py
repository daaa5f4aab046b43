"""Papers that come late, are missing, or say something else than gate and quay (contracts, section 7)."""

from __future__ import annotations

import pytest

from streams.domain.evidence import Evidence
from tests.unit.domain.scenes import NOTHING, Verdict, judge, raised, resolved, scene
from tests.unit.domain.story import at, call, cutoff, discharge, gate_in, gate_out, line, load, release, vgm

LANDED = [call("ANCHOR", "ARRI", 0), discharge(1), call("CARGO_OPS", "CMPL", 4)]
MANIFEST = line("ORIGINAL", -10, pod="CNTAO")
BOOKED = line("PREPARED", 1)
DECLARED = [BOOKED, gate_in(3), release("DECLARATION", "DECLARED", 8)]
CFS = {"terminal": "CFS1"}
STRIPPED = [
    discharge(1), release("DECONSOLIDATION", "APPROVE", 2, place="CFS1"), gate_out(4, purpose="DECONSOLIDATION"),
    gate_in(5, purpose="DECONSOLIDATION", **CFS), gate_out(9, purpose="STRIP", ef="E", **CFS),
]  # fmt: skip


def condition(**a: object) -> Evidence:
    return release("BILL", "CONDITIONAL", 2, **{"until": at(5), "purpose": "LAB_PENDING", **a})


SCENES = [
    scene("TALLY_LATE", "6 h after operations end", LANDED, 10.1, raised(10)),
    scene("TALLY_LATE", "not before", LANDED, 10, NOTHING),
    scene("TALLY_LATE", "the report is in time", [*LANDED, line("TALLY", 10)], 20, NOTHING),
    scene("TALLY_LATE", "off a feeder it was tallied before",
          [*LANDED[::2], discharge(1, pol="CNWEI")], 20, NOTHING),
    scene("TALLY_LATE", "the report comes late", [*LANDED, line("TALLY", 11)], 20, resolved(10, 11)),

    scene("MANIFEST_LATE", "the box is there, its manifest is not", LANDED, 1.5, raised(0)),
    scene("MANIFEST_LATE", "sent before the ship came", [*LANDED, MANIFEST], 9, NOTHING),
    scene("MANIFEST_LATE", "nobody has seen the box yet", LANDED[:1], 9, NOTHING),
    scene("MANIFEST_LATE", "sent after the ship came",
          [*LANDED, line("ORIGINAL", 3, pod="CNTAO")], 9, resolved(0, 3)),

    scene("DECLARE_LATE_EXPORT", "20 h before the crane took it", [*DECLARED, load(28)], 30, resolved(4, 8)),
    scene("DECLARE_LATE_EXPORT", "a day before", [*DECLARED, load(32)], 40, NOTHING),
    scene("DECLARE_LATE_EXPORT", "it has not been loaded yet", DECLARED, 40, NOTHING),
    scene("DECLARE_LATE_EXPORT", "never declared", [BOOKED, gate_in(3), load(28)], 30, raised(4)),
    scene("DECLARE_LATE_EXPORT", "onto a feeder: its ocean vessel counts",
          [*DECLARED, load(10, pod="CNRZH", vessel="CNSHIP:F1", voyage="F1")], 12, NOTHING),

    scene("LOADMANIFEST_LATE", "no line names it", [*DECLARED, load(32)], 33, raised(31.5)),
    scene("LOADMANIFEST_LATE", "named half an hour before", [*DECLARED, line("LOADED", 31.5), load(32)], 33, NOTHING),
    scene("LOADMANIFEST_LATE", "named afterwards", [*DECLARED, load(32), line("LOADED", 33)], 34, resolved(31.5, 33)),
    scene("LOADMANIFEST_LATE", "a domestic box has no such manifest",
          [line("WATERWAY", 1, trade="D"), gate_in(3), load(32)], 33, NOTHING),

    scene("DECONSOLIDATION_TALLY_LATE", "2 h after the goods were taken out", STRIPPED, 11.1, raised(11)),
    scene("DECONSOLIDATION_TALLY_LATE", "not before", STRIPPED, 11, NOTHING),
    scene("DECONSOLIDATION_TALLY_LATE", "tallied at the CFS", [*STRIPPED, line("TALLY", 10)], 20, NOTHING),
    scene("DECONSOLIDATION_TALLY_LATE", "the tally of the quay is another", [*STRIPPED, line("TALLY", 3)], 20, raised(11)),
    scene("DECONSOLIDATION_TALLY_LATE", "tallied late", [*STRIPPED, line("TALLY", 12)], 20, resolved(11, 12)),
    scene("DECONSOLIDATION_TALLY_LATE", "still full at the CFS", STRIPPED[:-1], 20, NOTHING),

    scene("DECLARATION_OVERDUE", "still here, not declared", [*LANDED, MANIFEST], 40.1, raised(40)),
    scene("DECLARATION_OVERDUE", "declared in time",
          [*LANDED, MANIFEST, release("DECLARATION", "DECLARED", 40)], 41, NOTHING),
    scene("DECLARATION_OVERDUE", "it has left by then", [*LANDED, MANIFEST, gate_out(39)], 41, NOTHING),
    scene("DECLARATION_OVERDUE", "declared late",
          [*LANDED, MANIFEST, release("DECLARATION", "DECLARED", 42)], 43, resolved(40, 42)),

    scene("CONDITION_OVERDUE", "the laboratory has not answered in time",
          [discharge(1), condition()], 5.1, raised(5)),
    scene("CONDITION_OVERDUE", "its time is not over", [discharge(1), condition()], 5, NOTHING),
    scene("CONDITION_OVERDUE", "no time was set", [discharge(1), condition(until=0)], 9, NOTHING),
    scene("CONDITION_OVERDUE", "released in time",
          [discharge(1), condition(), release("BILL", "RELEASE", 5)], 9, NOTHING),
    scene("CONDITION_OVERDUE", "taken back before",
          [discharge(1), condition(), release("BILL", "REVOKE", 4)], 9, NOTHING),
    scene("CONDITION_OVERDUE", "released late",
          [discharge(1), condition(), release("BILL", "RELEASE", 6)], 9, resolved(5, 6)),

    scene("EF_MISMATCH", "declared empty, came full", [line("PREPARED", 1, ef="E"), gate_in(3)], 4, raised(3)),
    scene("EF_MISMATCH", "declared full, came empty",
          [line("PREPARED", 1, ef="F"), gate_in(3, ef="E", bill="BL1")], 4, raised(3)),
    scene("EF_MISMATCH", "both full", [line("PREPARED", 1, ef="F"), gate_in(3)], 4, NOTHING),
    scene("EF_MISMATCH", "that declaration was deleted",
          [line("PREPARED", 1, ef="E", action="3"), gate_in(3)], 4, NOTHING),

    scene("SIZE_TYPE_MISMATCH", "20 ft declared, 40 ft came",
          [line("PREPARED", 1, iso_type="22G1"), gate_in(3, iso_type="45G1")], 4, raised(3)),
    scene("SIZE_TYPE_MISMATCH", "two codes of one type",
          [line("PREPARED", 1, iso_type="22G1"), gate_in(3, iso_type="20gp")], 4, NOTHING),
    scene("SIZE_TYPE_MISMATCH", "a code that nobody knows",
          [line("PREPARED", 1, iso_type="22G1"), gate_in(3, iso_type="ZZZZ")], 4, NOTHING),

    scene("WEIGHT_DEVIATION", "more than 1 t off", [vgm(2, kg=30_000.0), gate_in(3, kg=31_001.0)], 4, raised(3)),
    scene("WEIGHT_DEVIATION", "1 t off", [vgm(2, kg=30_000.0), gate_in(3, kg=31_000.0)], 4, NOTHING),
    scene("WEIGHT_DEVIATION", "more than 5 % off",
          [vgm(5, kg=10_000.0), gate_in(3, kg=9_499.0)], 6, raised(5)),
    scene("WEIGHT_DEVIATION", "5 % off", [vgm(2, kg=10_000.0), gate_in(3, kg=9_500.0)], 4, NOTHING),
    scene("WEIGHT_DEVIATION", "the latest VGM counts",
          [vgm(1, kg=10_000.0), vgm(2, kg=20_000.0), gate_in(3, kg=20_500.0)], 4, NOTHING),
    scene("WEIGHT_DEVIATION", "the gate did not weigh", [vgm(2), gate_in(3)], 4, NOTHING),

    scene("DOMESTIC_IN_FOREIGN_BL", "one bill says both",
          [BOOKED, gate_in(3), line("WATERWAY", 2, trade="D")], 4, raised(2)),
    scene("DOMESTIC_IN_FOREIGN_BL", "two bills",
          [BOOKED, gate_in(3), line("WATERWAY", 2, trade="D", bill="BL2")], 4, NOTHING),
    scene("DOMESTIC_IN_FOREIGN_BL", "the wrong line was deleted",
          [BOOKED, gate_in(3), line("WATERWAY", 2, trade="D", action="3")], 4, NOTHING),

    scene("LOAD_NO_VGM", "no weight is known", [gate_in(3), load(8)], 9, raised(8)),
    scene("LOAD_NO_VGM", "it came after loading", [gate_in(3), load(8), vgm(8.1)], 9, raised(8)),
    scene("LOAD_NO_VGM", "it came at the last moment", [gate_in(3), load(8), vgm(8)], 9, NOTHING),
    scene("LOAD_NO_VGM", "an empty box needs none", [gate_in(3, ef="E"), load(8, ef="E")], 9, NOTHING),

    scene("SHORTLANDED", "two house bills in one box are one box",
          [*LANDED[::2], line("ORIGINAL", -10, pod="CNTAO", house="H1"), line("ORIGINAL", -9, pod="CNTAO", house="H2")], 11,
          raised(10)),
    scene("SHORTLANDED", "it is bound for a port outside",
          [*LANDED[::2], line("ORIGINAL", -10, pod="NLRTM")], 11, NOTHING),
    scene("OVERLANDED", "a domestic box needs no customs manifest",
          [*LANDED[::2], discharge(1, trade="D")], 11, NOTHING),
    scene("OVERLANDED", "announced on another voyage of the ship",
          [*LANDED, line("ORIGINAL", -10, pod="CNTAO", voyage="V2", bill="")], 11, raised(10)),

    scene("BILL_INCOMPLETE", "not there at the cut-off", [BOOKED, cutoff(10)], 10.1, raised(10)),
    scene("BILL_INCOMPLETE", "the cut-off is still to come", [BOOKED, cutoff(10)], 10, NOTHING),
    scene("BILL_INCOMPLETE", "it came in time", [BOOKED, cutoff(10), gate_in(10)], 12, NOTHING),
    scene("BILL_INCOMPLETE", "booked after the cut-off", [line("PREPARED", 11), cutoff(10)], 12, NOTHING),
    scene("BILL_INCOMPLETE", "booked at the cut-off", [line("PREPARED", 10), cutoff(10)], 12, raised(10)),
    scene("BILL_INCOMPLETE", "the booking was deleted", [line("PREPARED", 1, action="3"), cutoff(10)], 12, NOTHING),
    scene("BILL_INCOMPLETE", "it was here long ago, with another cargo",
          [BOOKED, cutoff(10), discharge(-1600), gate_out(-1550)], 12, raised(10)),
    scene("BILL_INCOMPLETE", "it came late", [BOOKED, cutoff(10), gate_in(11)], 12, resolved(10, 11)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "events", "now", "verdict"), SCENES)
def test_what_the_rule_says(code: str, events: list[Evidence], now: float, verdict: Verdict) -> None:
    judge(code, events, now, verdict)
