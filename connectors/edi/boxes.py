"""One box of a CODECO or COARRI message: the segments from its EQD to the next into an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.edi import codes, moves
from connectors.edi.events import Event, Record
from connectors.edi.header import EdifactHeader, component, moved_at, note_place, plate
from connectors.edi.syntax import Segment

#: Worse than any rank.
_NONE: Final = 99
_TIME_EXPECTED: Final = {"IN": "DTM+7 with the time at the gate", "OUT": "DTM+7 with the time at the gate"}


def read_box(header: EdifactHeader, group: Sequence[Segment]) -> Event | None:
    """The event of one box; None for equipment or a status that is no move (told in the notes). Raises Refused."""
    eqd = group[0].elements
    position = group[0].position
    notes = header.notes
    if (equipment := component(eqd, 1, 0)) != "CN":
        notes.tell("NOT_A_CONTAINER", position, "EQD 8053", equipment, "CN, a container", "code list 8053")
        return None
    flags = header.flags.copy()
    number = moves.container(header, component(eqd, 2, 0), position, "EQD C237/8260", flags)
    status = component(eqd, 5, 0)
    move = header.move
    if header.kind == "berth":
        if status in codes.NO_MOVE:
            notes.tell("NOT_A_MOVE", position, "EQD 8249", status, codes.NO_MOVE[status], "code list 8249")
            return None
        if status in codes.RESTOWED:
            move = "SHIF"
    record = header.base.copy()
    record["container_no"] = number
    record["move"] = move
    record["iso_type"] = moves.size_type(header, component(eqd, 3, 0), position, "EQD C224/8155", flags)
    _fullness(header, record, eqd, position, flags)
    if status and status not in codes.STATUSES:
        notes.warn(flags, "UNKNOWN_STATUS", position, "EQD 8249", status, "a code of list 8249", "code list 8249")
    record["trade"] = codes.TRADE.get(status)
    at = _details(header, record, group, flags, position)
    if header.kind == "gate":
        moves.purpose(header, record, codes.PURPOSES, status)
    else:
        record["eqd_status"] = status or None
    content = "" if header.id_prefix else _content(header, group)
    return moves.finish(header, record, at, flags, position, content)


def _fullness(header: EdifactHeader, record: Record, eqd: list[list[str]], position: int, flags: list[str]) -> None:
    sent = component(eqd, 6, 0)
    record["ef"] = codes.FULLNESS.get(sent) if sent.isdigit() else None
    if sent and record["ef"] is None:
        header.notes.warn(flags, "UNKNOWN_FULLNESS", position, "EQD 8169", sent, "4 empty or 5 full", "code list 8169")


def _details(
    header: EdifactHeader, record: Record, group: Sequence[Segment], flags: list[str], position: int
) -> int:  # fmt: skip
    """What the segments after EQD say; returns the time of the move, UTC ms."""
    times: dict[str, Segment] = {}
    places = header.places.copy()
    bill_rank = weight_rank = _NONE
    weight: Segment | None = None
    seals: list[dict[str, str | None]] = []
    mode, truck = header.mode, header.plate
    for segment in group:
        tag, elements, _ = segment
        if len(elements) < 2:
            continue
        qualifier = elements[1][0]
        if tag == "LOC":
            note_place(places, elements)
        elif tag == "DTM":
            times.setdefault(qualifier, segment)
        elif tag == "RFF":
            rank = codes.BILLS.get(qualifier, _NONE)
            if rank < bill_rank and (bill := component(elements, 1, 1).strip()):
                bill_rank, record["bill_no"] = rank, bill
        elif tag == "MEA":
            rank = codes.WEIGHTS.get(component(elements, 2, 0), _NONE)
            if rank < weight_rank and qualifier in codes.WEIGHED:
                weight_rank, weight = rank, segment
        elif tag == "SEL":
            if seal := qualifier.strip():
                issuer, condition = component(elements, 2, 0) or None, component(elements, 3, 0) or None
                seals.append({"no": seal, "issuer": issuer, "type": None, "condition": condition})
        elif tag == "TDT":
            if qualifier != codes.MAIN_CARRIAGE and (known := codes.MODES.get(component(elements, 3, 0))):
                mode, truck = known, plate(elements) if known == "TRUCK" else ""
        elif tag == "FTX" and qualifier == "DAR" and "DAMAGE_REPORTED" not in flags:
            flags.append("DAMAGE_REPORTED")
    record["seals"] = seals
    if weight is not None:
        record["weigh_kg"] = _kilograms(header, weight, flags)
    if bill_rank == codes.BOOKING:
        header.notes.warn(
            flags, "BOOKING_AS_BILL", position, "RFF C506/1153", record["bill_no"], "RFF+BM or RFF+MB", "code list 1153"
        )
    _places(header, record, places, position, flags)
    if header.kind == "gate":
        record["mode"], record["truck_plate"] = mode or None, truck or None
    return _moved(header, record, times, flags, position)


def _places(
    header: EdifactHeader, record: Record, places: dict[str, str], position: int, flags: list[str]
) -> None:  # fmt: skip
    code = places.get("terminal", "")
    moves.terminal(header, record, code, places.get("locode", ""), position, flags)
    if header.kind == "gate":
        return
    pod = places.get("pod", "")
    if record["move"] != "DISC":
        pod = places.get("next") or pod
    record["pol"] = moves.place(header, places.get("pol", ""), position, "LOC+9 C517/3225", flags)
    record["pod"] = moves.place(header, pod, position, "LOC+11 C517/3225", flags)
    record["slot"] = places.get("slot")
    record["berth_code"] = places.get("berth")


def _kilograms(header: EdifactHeader, segment: Segment, flags: list[str]) -> float | None:
    elements = segment.elements
    unit, text = component(elements, 3, 0), component(elements, 3, 1).strip()
    factor = codes.KG.get(unit)
    try:
        kilograms = float(text) * (factor or 0.0)
    except ValueError:
        kilograms = -1.0
    if factor is None or not 0.0 < kilograms < 1e6 or "_" in text:
        if text.strip("0.") or factor is None:
            expected = "a number of KGM, TNE or LBR"
            header.notes.warn(flags, "BAD_WEIGHT", segment.position, "MEA C174", f"{unit}:{text}", expected, "MEA C174")
        return None
    return kilograms


def _moved(
    header: EdifactHeader, record: Record, times: dict[str, Segment], flags: list[str], position: int
) -> int:  # fmt: skip
    for qualifier in codes.MOVE_TIMES[record["move"]]:
        if qualifier in times:
            _, elements, at = times[qualifier]
            stamp = moved_at(header, component(elements, 1, 1), component(elements, 1, 2), at, flags)
            break
    else:
        if header.moved is None:
            if header.retracts and header.prepared:
                return header.prepared
            expected = _TIME_EXPECTED.get(header.move, "DTM+203 (or 403, 404) with the time of the move")
            raise header.notes.error("NO_TIME", position, "DTM C507/2005", record["container_no"], expected, "code list 2005")
        stamp = header.moved
    record["source_offset_min"] = stamp.offset_min
    return stamp.ms


def _content(header: EdifactHeader, group: Sequence[Segment]) -> str:
    """The whole record as text: the voyage, and every element of the box's segments."""
    voyage = f"{header.base['vessel_id']}/{header.base['voyage']}"
    return "'".join((voyage, *("+".join(map(":".join, segment.elements)) for segment in group)))
