"""Manifest lines and VGM confirmations: evidence of their master bill, which passes them to its boxes."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.decoded import Decoded
from streams.agents.envelope import FIELDS as ENVELOPE
from streams.agents.envelope import envelope
from streams.domain.evidence import LINE, VGM, Evidence
from streams.runtime.ports import Record

KIND = "manifest"
FIELDS = (
    *ENVELOPE, "event_type", "manifest_kind", "function_code", "direction", "trade", "vessel_id", "voyage",
    "domestic_vessel", "domestic_voyage", "master_bl", "house_bl", "declaration_no", "container_no", "iso_type", "ef",
    "load_type", "pol", "pod", "gross_kg", "packages", "goods", "place_code", "leg_from", "leg_to", "allocation_no",
    "vgm.kg", "seals.no",
)  # fmt: skip


def evidence(decoded: Decoded, records: Sequence[Record]) -> list[Evidence]:
    """One item per good record of a batch of manifest events."""
    e = envelope(decoded, records)
    legs_from, legs_to = decoded.text("leg_from"), decoded.text("leg_to")
    weights, vgms = decoded.column("gross_kg", 0.0), decoded.column("vgm.kg", 0.0)
    vessels, voyages = decoded.text("vessel_id"), decoded.text("voyage")
    domestic_vessels, domestic_voyages = decoded.text("domestic_vessel"), decoded.text("domestic_voyage")
    rows = zip(
        decoded.text("event_type"), decoded.text("manifest_kind"), decoded.text("function_code"),
        decoded.text("master_bl"), decoded.text("house_bl"), decoded.text("container_no"), decoded.text("trade"),
        decoded.text("ef"), decoded.text("direction"), decoded.text("iso_type"), decoded.text("load_type"),
        decoded.text("pol"), decoded.text("pod"), decoded.text("declaration_no"), decoded.text("allocation_no"),
        decoded.times("packages"), decoded.text("goods"), decoded.text("place_code"), decoded.joined("seals.no", " "),
        strict=True,
    )  # fmt: skip
    out: list[Evidence] = []
    for i, (
        event_type, kind, function, master, house, box, trade, ef, direction, iso_type, load_type, pol, pod,
        declaration, allocation, packages, goods, place, seals,
    ) in enumerate(rows):  # fmt: skip
        leg = kind == "LEG"
        book, key = ("M", master) if master else ("B", box)  # a VGM may come without its bill
        out.append(Evidence(
            book, key, e.idents[i], e.versions[i], VGM if event_type == "VGM" else LINE, kind, function,
            e.classifiers[i], e.at[i], e.seen[i], e.ports[i], e.terminals[i], e.sources[i], e.corrects[i], box, master,
            house, (domestic_vessels[i] or vessels[i]) if leg else (vessels[i] or domestic_vessels[i]),
            (domestic_voyages[i] or voyages[i]) if leg else (voyages[i] or domestic_voyages[i]), trade, ef, direction,
            iso_type, "", "", seals, vgms[i] if event_type == "VGM" else weights[i], legs_from[i] if leg else pol,
            legs_to[i] if leg else pod, declaration, allocation, "", "", "", "", load_type, place, packages, goods,
        ))  # fmt: skip
    return out
