"""Berth events: quay moves are evidence of their box, port-call timestamps of their vessel at that port."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.decoded import Decoded
from streams.agents.envelope import FIELDS as ENVELOPE
from streams.agents.envelope import envelope
from streams.domain.evidence import CALL, QUAY, Evidence
from streams.runtime.ports import Record

KIND = "berth"
FIELDS = (
    *ENVELOPE, "event_type", "vessel_id", "port_call_id", "vessel_name", "voyage_in", "voyage_out", "berth_code",
    "service", "phase", "call_event", "moves.planned", "move", "container_no", "slot", "ef", "bill_no", "voyage",
    "pol", "pod", "iso_type", "weigh_kg", "trade", "seals.no",
)  # fmt: skip


def evidence(decoded: Decoded, records: Sequence[Record]) -> list[Evidence]:
    """One item per good record of a batch of berth events."""
    e = envelope(decoded, records)
    vessels = decoded.text("vessel_id")
    types = decoded.text("event_type")
    quay = "QUAY_MOVE" in types
    calls = "PORT_CALL" in types
    out: list[Evidence] = []
    boxes = decoded.text("container_no")
    moves = decoded.text("move")
    if quay:
        bills, voyages, trades = decoded.text("bill_no"), decoded.text("voyage"), decoded.text("trade")
        efs, isos, seals = decoded.text("ef"), decoded.text("iso_type"), decoded.joined("seals.no", " ")
        kgs, pols, pods = decoded.column("weigh_kg", 0.0), decoded.text("pol"), decoded.text("pod")
        slots = decoded.text("slot")
    if calls:
        services, events, phases = decoded.text("service"), decoded.text("call_event"), decoded.text("phase")
        numbers, names, berths = decoded.text("port_call_id"), decoded.text("vessel_name"), decoded.text("berth_code")
        inbound, outbound = decoded.text("voyage_in"), decoded.text("voyage_out")
        planned = decoded.times("moves.planned")
    for i, event_type in enumerate(types):
        if event_type == "QUAY_MOVE":
            box = boxes[i]
            out.append(Evidence(
                "B", box, e.idents[i], e.versions[i], QUAY, moves[i], "", e.classifiers[i], e.at[i], e.seen[i],
                e.ports[i], e.terminals[i], e.sources[i], e.corrects[i], box, bills[i], "", vessels[i], voyages[i],
                trades[i], efs[i], "", isos[i], "VESSEL", "", seals[i], kgs[i], pols[i], pods[i], "", "", "", "", "",
                "", "", slots[i],
            ))  # fmt: skip
        else:
            out.append(Evidence(
                "V", vessels[i] + "|" + e.ports[i], e.idents[i], e.versions[i], CALL, services[i], events[i],
                e.classifiers[i], e.at[i], e.seen[i], e.ports[i], e.terminals[i], e.sources[i], e.corrects[i], "", "",
                "", vessels[i], inbound[i], "", "", "", "", "", "", "", float(planned[i]), "", "", "", outbound[i], "",
                numbers[i], berths[i], phases[i], names[i],
            ))  # fmt: skip
    return out
