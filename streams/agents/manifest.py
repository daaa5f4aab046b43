"""Manifest lines and VGM confirmations: evidence of their master bill, which passes them to its boxes."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.decoded import Decoded
from streams.agents.envelope import FIELDS as ENVELOPE
from streams.agents.envelope import envelope, items
from streams.domain.evidence import LINE, VGM, Evidence
from streams.runtime.ports import Record

KIND = "manifest"
FIELDS = (
    *ENVELOPE, "event_type", "manifest_kind", "function_code", "direction", "trade", "vessel_id", "voyage",
    "domestic_vessel", "domestic_voyage", "master_bl", "house_bl", "declaration_no", "container_no", "iso_type", "ef",
    "load_type", "pol", "pod", "gross_kg", "packages", "goods", "place_code", "leg_from", "leg_to", "allocation_no",
    "vgm.kg", "seals.no", "dg.imdg", "dg.un",
)  # fmt: skip


def evidence(decoded: Decoded, records: Sequence[Record]) -> list[Evidence]:
    """One item per good record of a batch of manifest events."""
    words = decoded.words
    boxes, masters, kinds = decoded.text("container_no"), decoded.text("master_bl"), words("manifest_kind")
    legs = [kind == "LEG" for kind in kinds]
    some_leg = any(legs)
    vgms = [event_type == "VGM" for event_type in words("event_type")]

    def by_leg(of_leg: list[str], of_others: list[str]) -> list[str]:
        if not some_leg:
            return of_others
        return [first if leg else second for leg, first, second in zip(legs, of_leg, of_others, strict=True)]

    vessels, voyages = words("vessel_id"), words("voyage")
    domestic_vessels, domestic_voyages = words("domestic_vessel"), words("domestic_voyage")
    # the vessel of the line is the feeder itself where it has the feeder's voyage: its id says more than a name
    feeders = [
        vessel if vessel and voyage == domestic else named or vessel
        for vessel, voyage, named, domestic in zip(vessels, voyages, domestic_vessels, domestic_voyages, strict=True)
    ] if some_leg else vessels  # fmt: skip
    weights = zip(vgms, decoded.column("vgm.kg", 0.0), decoded.column("gross_kg", 0.0), strict=True)
    return items(
        envelope(decoded, records),
        book=["M" if master else "B" for master in masters],  # a VGM may come without its bill
        key=[master or box for master, box in zip(masters, boxes, strict=True)],
        what=[VGM if vgm else LINE for vgm in vgms],
        code=kinds,
        action=words("function_code"),
        container=boxes,
        bill=masters,
        house=decoded.text("house_bl"),
        vessel=by_leg(feeders, _first(vessels, domestic_vessels)),
        voyage=by_leg(_first(domestic_voyages, voyages), _first(voyages, domestic_voyages)),
        trade=words("trade"),
        ef=words("ef"),
        direction=words("direction"),
        iso_type=words("iso_type"),
        seals=decoded.joined("seals.no", " "),
        kg=[verified if vgm else gross for vgm, verified, gross in weights],
        pol=by_leg(words("leg_from"), words("pol")),
        pod=by_leg(words("leg_to"), words("pod")),
        declaration=decoded.text("declaration_no"),
        ref=words("allocation_no"),
        extra=words("load_type"),
        place=words("place_code"),
        packages=decoded.times("packages"),
        goods=words("goods"),
        dg=_dangerous(words("dg.imdg"), words("dg.un")),
    )


def _dangerous(classes: list[str], numbers: list[str]) -> list[str]:
    if not any(classes) and not any(numbers):
        return classes
    return [f"{imdg} {un}".strip() for imdg, un in zip(classes, numbers, strict=True)]


def _first(one: list[str], other: list[str]) -> list[str]:
    return one if not any(other) else [a or b for a, b in zip(one, other, strict=True)]
