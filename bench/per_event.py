"""The platform's core as a per-event framework uses it: one record in, its book's rows out, state packed and unpacked.

This is less work than the worker does: a bill's evidence does not reach its boxes, ships' calls reach nobody, nothing is
sent to customs, and no history is written. What is left is the same code on the same evidence.
"""

from __future__ import annotations

import io
from typing import Any
from zlib import crc32

import fastavro

from bench.workload import KINDS, kind_of
from schemas.identifiers import container_ok
from schemas.reference import load_reference
from schemas.registry import latest
from streams.domain.book import Book
from streams.domain.box import derive_box
from streams.domain.calls import derive_calls
from streams.domain.consignment import consignment_rows
from streams.domain.evidence import CALL, GATE, LINE, QUAY, RELEASE, VGM, Evidence, version_of
from streams.domain.print_box import box_rows
from streams.domain.reference import Reference
from streams.domain.world import World
from streams.runtime.packing import pack, unpack

_PARSED = {kind: latest(kind).parsed for kind in KINDS}
PREFIX = 5
#: Classifier, event time, time seen, port, terminal, source, identity of the event that it corrects.
Told = tuple[str, int, int, str, str, str, str]


def decode(value: bytes) -> tuple[str, dict[str, Any]]:
    """Kind and record of one value, read with fastavro in the usual way."""
    kind = kind_of(value)
    record: dict[str, Any] = fastavro.schemaless_reader(io.BytesIO(value[PREFIX:]), _PARSED[kind], None)  # type: ignore[assignment]
    return kind, record


def evidence_of(value: bytes, seen: int) -> Evidence:
    """One value as evidence, as the agents make it from columns (a test compares them). ``seen`` is its append time."""
    kind, r = decode(value)
    g = r.get
    source = r["source_system"]
    origin = f"{r['source_party']}|{source}|"
    voids = g("corrects_event_id") or ""
    seals = " ".join([s["no"] for s in r["seals"]]) if g("seals") else ""
    broken = _seal_broken(r)
    vessel, voyage, box = g("vessel_id") or "", g("voyage") or "", g("container_no") or ""
    common = (origin + r["event_id"], version_of(r["updated_time"], crc32(value), r["is_retracted"]))
    told: Told = (
        r["classifier"], r["event_time"], seen, r["port"], g("terminal_code") or "", source,
        origin + voids if voids else "",
    )  # fmt: skip
    if kind == "gate":
        return Evidence(
            "B", box, *common, GATE, g("move") or "", "", *told, box, g("bill_no") or "", "", vessel, voyage,
            g("trade") or "", g("ef") or "", "", g("iso_type") or "", g("mode") or "", g("purpose") or "", seals,
            g("weigh_kg") or 0.0, "", "", "", "", g("result") or "", seal_state=broken,
            extra=_seal_issuers(r),
        )  # fmt: skip
    if kind == "berth" and r["event_type"] == "QUAY_MOVE":
        return Evidence(
            "B", box, *common, QUAY, g("move") or "", "", *told, box, g("bill_no") or "", "", vessel, voyage,
            g("trade") or "", g("ef") or "", "", g("iso_type") or "", "VESSEL", "", seals, g("weigh_kg") or 0.0,
            g("pol") or "", g("pod") or "", "", "", "", "", "", "", _seal_issuers(r), g("slot") or "",
            seal_state=broken,
        )  # fmt: skip
    if kind == "berth":
        planned = (g("moves") or {}).get("planned") or 0
        return Evidence(
            "V", vessel + "|" + r["port"], *common, CALL, g("service") or "", g("call_event") or "", *told, "", "", "",
            vessel, g("voyage_in") or "", "", "", "", "", "", "", "", float(planned), "", "", "", g("voyage_out") or "",
            "", g("port_call_id") or "", g("berth_code") or "", g("phase") or "", g("vessel_name") or "",
            opens=(g("cutoffs") or {}).get("cy_open") or 0,
        )  # fmt: skip
    if kind == "manifest":
        return _line(r, common, told, seals)
    bill = g("bill_no") or ""
    book, key = ("B", box) if box else ("M", bill) if bill else ("V", vessel + "|" + r["port"])
    return Evidence(
        book, key, *common, RELEASE, g("stage") or "", g("action") or "", *told, box, bill, "", vessel, voyage, "", "",
        "", "", g("authority") or "", g("condition") or "", seals, 0.0, "", "", g("declaration_no") or "",
        g("ref_message_id") or "", g("reason_text") or g("reason_code") or "", g("call_id") or "", "", "",
        g("hold_id") or "", g("site") or "", until=g("valid_until") or 0, reason_code=g("reason_code") or "",
    )  # fmt: skip


def _line(r: dict[str, Any], common: tuple[str, int], told: Told, seals: str) -> Evidence:
    g = r.get
    leg, vgm = g("manifest_kind") == "LEG", r["event_type"] == "VGM"
    vessels = (g("vessel_id") or "", g("domestic_vessel") or "")
    voyages = (g("voyage") or "", g("domestic_voyage") or "")
    first, second = (1, 0) if leg and voyages[0] != voyages[1] else (0, 1)
    kg = (g("vgm") or {}).get("kg") if vgm else g("gross_kg")
    return Evidence(
        "M", r["master_bl"], *common, VGM if vgm else LINE, g("manifest_kind") or "", g("function_code") or "", *told,
        g("container_no") or "", r["master_bl"], g("house_bl") or "", vessels[first] or vessels[second],
        voyages[first] or voyages[second], g("trade") or "", g("ef") or "", g("direction") or "", g("iso_type") or "",
        "", "", seals, kg or 0.0, (g("leg_from") if leg else g("pol")) or "", (g("leg_to") if leg else g("pod")) or "",
        g("declaration_no") or "", g("allocation_no") or "", "", "", "", "", g("load_type") or "",
        g("place_code") or "", g("packages") or 0, g("goods") or "", dg=_dangerous(g("dg") or {}),
    )  # fmt: skip


def _dangerous(dg: dict[str, Any]) -> str:
    return f"{dg.get('imdg') or ''} {dg.get('un') or ''}".strip()


def _seal_issuers(r: dict[str, Any]) -> str:
    issuers = [seal["issuer"] for seal in r.get("seals") or []]
    return " ".join(issuers) if None not in issuers else ""


def _seal_broken(r: dict[str, Any]) -> str:
    told = any(seal["condition"] in ("BROKEN", "2") for seal in r.get("seals") or [])
    return "BROKEN" if told or (r.get("ocr") or {}).get("seal_ok") is False else ""


class PerEventCore:
    """Accept one item of evidence into its book and derive that book."""

    def __init__(self) -> None:
        self.reference = Reference(**load_reference().for_domain())
        self._world = World(self.reference, {})

    def handle(self, book: Book, e: Evidence) -> list[Any]:
        """The rows of the book with this evidence in it; none for a duplicate."""
        if not book.add(e) or book.pages is None:
            return []
        in_force = book.pages.in_force()
        if book.kind == "B":
            return box_rows(derive_box(book.key, in_force, self._world, e.at, book.number_ok), self.reference)
        if book.kind == "M":
            return consignment_rows(book.key, in_force, list(in_force.slots))
        vessel, port = book.key.rsplit("|", 1)
        return derive_calls(vessel, port, in_force.calls, in_force.releases)


def new_book(e: Evidence) -> Book:
    """The empty book that an item of evidence opens."""
    book = Book(e.book + e.key)
    book.number_ok = e.book != "B" or container_ok(e.key)
    return book


def dump(book: Book) -> bytes:
    """A book's state in the platform's packed form."""
    return pack(book.pages.items if book.pages is not None else [])


def load(packed: bytes) -> Book:
    """The book of `dump`."""
    items = unpack(packed)
    book = new_book(items[0])
    for e in items:
        book.add(e)
    return book
