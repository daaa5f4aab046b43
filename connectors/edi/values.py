"""From what stands in segments to the values of an event's fields, one small function for each kind of field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from connectors.edi import codes, moves
from connectors.edi.heads import Head
from connectors.edi.syntax import Segment
from connectors.edi.tables import code_lists
from connectors.reading import facts
from connectors.reading.words import is_country, is_seal

#: What was found for a field: its rule's rank among the field's rules, the text, the segment. Fields that may stand
#: several times have a list of these.
Found = dict[str, Any]
CODES: Final = code_lists()
_FULLNESS: Final = CODES["8169"].codes
_TRADES: Final = CODES["8249"].codes
_MODES: Final = CODES["8067"].codes
_MASSES: Final = CODES["6411"]
#: No container weighs less, empty as it may be.
_NO_BOX_KG: Final = 100.0
#: So many digits after a mark may be thousands.
_THOUSANDS: Final = 3


class Box:
    """What a group says (``found``), and what the head says where it does not (``get``); what it is to become."""

    __slots__ = ("flags", "found", "get", "group", "head", "number", "operation", "position")

    def __init__(self, head: Head, found: Found, position: int, group: Sequence[Segment]) -> None:
        self.head = head
        self.found = found
        self.get: Callable[[str], Any] = (head.found | found).get
        self.group = group
        self.position = position
        self.flags = head.flags.copy()
        self.operation = ""
        self.number = ""

    def text(self, field: str) -> str:
        """What stands for a field as text, "" where it is not said."""
        found = self.get(field)
        return found[1].strip() if found is not None else ""

    def listed(self, field: str) -> list[tuple[int, str, Segment]]:
        """All that stands for a field that may stand several times."""
        return self.get(field) or []

    def warn(self, code: str, segment: Segment | None, element: str, value: str, expected: str, section: str = "") -> None:
        """Flag the event with ``code`` and tell it."""
        position = segment.position if segment is not None else self.position
        self.head.notes.warn(self.flags, code, position, element, value, expected, section)

    def place_position(self) -> int:
        """Where the place of the event stands, of the box where it is not said."""
        names = ("locode", "terminal", "berth", "here", "pod_terminal", "pol_terminal")
        found = next((found for name in names if (found := self.get(name)) is not None), None)
        return found[2].position if found is not None else self.position

    def coded(self, field: str, number: str, element: str) -> Any:
        """What a code means in a code list, None where it is not said; an unknown one is flagged."""
        found = self.get(field)
        if found is None:
            return None
        known, code = CODES[number], found[1].strip()
        if code in known.codes or not code:
            return known.codes.get(code)
        if known.unknown:
            self.warn(known.unknown, found[2], element, code, known.expected, f"code list {number}")
        return None


Make = Callable[[Box], Any]


def places(*fields: str) -> Make:
    """Takes the place of the first of these fields that is there; what has not the shape of a UN/LOCODE is flagged."""

    def make(box: Box) -> str | None:
        found = next((found for field in fields if (found := box.get(field)) is not None), None)
        if found is None:
            return None
        segment = found[2]
        code = facts.locode(found[1].strip())
        if code and not facts.is_locode(code):
            element = f"LOC+{segment.elements[1][0]} C517/3225"
            box.warn("BAD_LOCODE", segment, element, code, "a UN/LOCODE such as CNTAO", "UN/ECE rec. 16")
        return code or None

    return make


def _text(field: str) -> Make:
    def make(box: Box) -> str | None:
        return box.text(field) or None

    return make


def _literals(field: str) -> Make:
    """The lines of a text (FTX C108) as one."""

    def make(box: Box) -> str | None:
        found = box.get(field)
        if found is None:
            return None
        elements = found[2].elements
        return " ".join(filter(None, map(str.strip, elements[4] if len(elements) > 4 else elements[3]))) or None

    return make


def _size_type(box: Box) -> str | None:
    found = box.get("iso_type")
    if found is None:
        return None
    return moves.size_type(box.head, found[1], found[2].position, "EQD C224/8155", box.flags)


def _fullness(box: Box) -> Any:
    found = box.get("ef")
    if found is None:
        return None
    return _FULLNESS.get(found[1]) or box.coded("ef", "8169", "EQD 8169")


def _load_type(box: Box) -> str | None:
    return {"4": "EMPTY", "E": "EMPTY", "7": "LCL", "8": "FCL"}.get(box.text("ef"))


def _trade(box: Box) -> str | None:
    found = box.get("status")
    if found is None:
        return None
    return _TRADES.get(found[1]) or box.coded("status", "8249", "EQD 8249") or None


def _seals(box: Box) -> list[dict[str, str | None]]:
    seals = []
    for _, text, segment in box.listed("seals"):
        if number := text.strip():
            if not is_seal(number):
                box.warn("NO_SEAL_NUMBER", segment, "SEL 9308", number, facts.SEAL_EXPECTED)
                continue
            elements = segment.elements
            issuer = elements[2][0].strip() if len(elements) > 2 else ""
            condition = elements[3][0].strip() if len(elements) > 3 else ""
            seals.append({"no": number, "issuer": issuer or None, "type": None, "condition": condition or None})
    return seals


def kilograms(box: Box) -> float | None:
    """The weight in kilograms; what is no weight is flagged."""
    found = box.get("kg")
    if found is None:
        return None
    _, text, segment = found
    text = text.strip()
    unit = segment.elements[3][0]
    factor = _MASSES.codes.get(unit) or _MASSES.codes.get(unit.strip().upper())
    try:
        weight = float(point(text)) * (factor or 0.0)
    except ValueError:
        weight = -1.0
    if factor is None or not 0.0 < weight < 1e6 or "_" in text:
        if text.strip("0.") or factor is None:
            box.warn("BAD_WEIGHT", segment, "MEA C174", f"{unit}:{text}", f"a number of {_MASSES.expected}", "MEA C174")
        return None
    return weight


def _of_a_box(box: Box) -> float | None:
    """The weight of a box with its cargo. 24.500 kilograms may be thousands: no box weighs so little."""
    weight = kilograms(box)
    if weight is None or weight >= _NO_BOX_KG or len(box.text("kg").partition(".")[2]) != _THOUSANDS:
        return weight
    segment = box.get("kg")[2]
    expected = "kilograms without a mark between the thousands"
    box.warn("BAD_WEIGHT", segment, "MEA C174", ":".join(segment.elements[3]), expected, "MEA C174")
    return None


def point(number: str) -> str:
    """A number with a decimal point. A comma is one too (ISO 9735), unless three digits follow: then it may separate
    thousands."""
    whole, comma, part = number.partition(",")
    return f"{whole}.{part}" if comma and len(part) != _THOUSANDS else number


def _bill(box: Box) -> str | None:
    """The bill's number, or that of the booking, with a flag."""
    bill = box.text("bill")
    if bill:
        return bill
    booking = box.get("booking")
    number = box.text("booking")
    if not number:
        return None
    box.warn("BOOKING_AS_BILL", booking[2], "RFF C506/1153", number, "RFF+BM or RFF+MB", "code list 1153")
    return number


def _mode(box: Box) -> str | None:
    known: Mapping[str, str] = _MODES
    return known.get(box.text("mode"))


def _truck(box: Box) -> str | None:
    mode = box.get("mode")
    if mode is None or _MODES.get(mode[1].strip()) != "TRUCK":
        return None
    for found in (box.get("truck"), box.get("truck_name")):
        # the plate of the way through the gate, not of another stage
        if found is not None and found[2] is mode[2] and (plate := found[1].strip()):
            return str(plate)
    return None


def _purpose(box: Box) -> str:
    return codes.purpose(codes.PURPOSES, box.operation, _fullness(box), box.text("status"))


def _berth(box: Box) -> str | None:
    found = box.get("berth_in") or box.get("berth")
    if found is None:
        return None
    berth: str = found[1].strip()
    if len(berth) == 2 and is_country(berth):
        box.warn("COUNTRY_AS_TERMINAL", found[2], "LOC C519/3223", berth, "the number of a berth")
        return None
    return berth or None


#: C517 3055 of a cell by ISO 9711; ships for wheels have ways of their own (87, ZZZ).
_BY_ISO: Final = frozenset(("", "5"))


def _slot(box: Box) -> str | None:
    found = box.get("slot")
    if found is None:
        return None
    cell: str = found[1].strip()
    if cell and not moves.is_cell(cell):
        place = found[2].elements[2]
        if (place[2].strip() if len(place) > 2 else "") in _BY_ISO:
            box.warn("BAD_SLOT", found[2], "LOC+147 C517/3225", cell, moves.CELL_EXPECTED, "ISO 9711-1")
    return cell or None


def _vgm(box: Box) -> dict[str, Any] | None:
    weight = _of_a_box(box)
    if weight is None:
        return None
    method = box.coded("vgm_method", "1001-VGM", "DOC C002/1001")
    return {"kg": weight, "method": method, "party": box.text("vgm_party") or None}


def _number(field: str) -> Make:
    def make(box: Box) -> int | None:
        digits = [text.strip() for _, text, _ in box.listed(field)]
        return sum(map(int, digits)) if digits and all(d.isascii() and d.isdigit() and len(d) < 9 for d in digits) else None

    return make


def _setpoint(box: Box) -> float | None:
    found = box.get("setpoint")
    if found is None:
        return None
    elements = found[2].elements
    unit = elements[2][1] if len(elements[2]) > 1 else ""
    try:
        degrees = float(point(found[1].strip()))
    except ValueError:
        return None
    if not -100.0 < degrees < 300.0:
        return None
    return round((degrees - 32) / 1.8, 1) if unit == "FAH" else degrees


def _dangerous(box: Box) -> dict[str, str | None] | None:
    imdg, un = box.text("imdg"), box.text("un")
    return {"imdg": imdg or None, "un": un or None} if imdg or un else None


def _parties(box: Box) -> dict[str, str | None] | None:
    shipper, consignee = box.text("shipper"), box.text("consignee")
    return {"shipper": shipper or None, "consignee": consignee or None, "agent": None} if shipper or consignee else None


def _decision(part: int) -> Make:
    def make(box: Box) -> str | None:
        meaning = _coded_decision(box) if box.get("decision") else _told_decision(box)
        return meaning.split()[part] if meaning else None

    return make


def _coded_decision(box: Box) -> str | None:
    """The decision of the codes, None where they say several: which is of which bill is not said by where they stand."""
    known = CODES["7365"]
    meanings: set[str] = set()
    for _, text, segment in box.listed("decision"):
        code = text.strip()
        if code in known.codes:
            meanings.add(known.codes[code])
        else:
            box.warn(known.unknown, segment, "GIS C529/7365", code, known.expected, "code list 7365")
    return meanings.pop() if len(meanings) == 1 else None


def decided(box: Box) -> str:
    """What an answer says that is no one decision: its codes, else its words."""
    codes_said = dict.fromkeys(text.strip() for _, text, _ in box.listed("decision"))
    return ", ".join(codes_said) or box.text("national_decision") or "; ".join(text for text, _ in _free_texts(box))


def _told_decision(box: Box) -> str | None:
    """The decision where nothing but words tells it, with a flag; None where they say anything else, or several."""
    known = CODES["FTX"]
    texts = _free_texts(box)
    meanings = {known.codes.get(text.upper().rstrip(" .!")) for text, _ in texts}
    if len(meanings) != 1 or None in meanings:
        return None
    text, segment = texts[0]
    box.warn("DECISION_BY_TEXT", segment, "FTX C108/4440", text, known.expected)
    return str(meanings.pop())


def _free_texts(box: Box) -> list[tuple[str, Segment]]:
    """The words of each FTX, in C107 and C108, without what only names them. Found once for a message."""
    head = box.head
    if head.words is None:
        head.words = []
        for segment in box.group:
            if segment.tag == "FTX":
                said = [text.strip() for parts in segment.elements[3:5] for text in parts if text.strip()]
                said = said[1:] if said and said[0].upper().endswith("STATUS") and len(said) > 1 else said
                if said:
                    head.words.append((" ".join(said), segment))
    return head.words


def _vessel_name(box: Box) -> str | None:
    return box.head.vessel.name or None


#: Field -> how it is made; a field that is not listed is taken as text.
MAKERS: Final[Mapping[str, Make]] = {
    "ef": _fullness, "iso_type": _size_type, "seals": _seals, "weigh_kg": _of_a_box, "gross_kg": kilograms, "vgm": _vgm,
    "pol": places("pol"), "pod": places("pod"), "final_dest": places("final_dest"), "trade": _trade,
    "eqd_status": _text("status"), "bill_no": _bill, "master_bl": _bill, "mode": _mode, "truck_plate": _truck,
    "purpose": _purpose, "berth_code": _berth, "load_type": _load_type, "packages": _number("packages"),
    "reefer_setpoint": _setpoint, "dg": _dangerous, "parties": _parties, "vessel_name": _vessel_name,
    "voyage_in": _text("voyage"), "stage": _decision(0), "action": _decision(1), "reason_code": _text("national_decision"),
    "transfer_ports": lambda box: [text.strip() for _, text, _ in box.listed("transfer")],
    "goods": _literals("goods"), "reason_text": _literals("reason_text"),
    "container_no": lambda box: box.number or None, "slot": _slot,
}  # fmt: skip


def maker(field: str) -> Make:
    """How a field is made."""
    return MAKERS.get(field) or _text(field)


#: Field -> the raw fields that it is made of, where they have other names (for the documents).
MADE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "weigh_kg": ("kg",), "gross_kg": ("kg",), "vgm": ("kg", "vgm_method", "vgm_party"), "trade": ("status",),
    "eqd_status": ("status",), "bill_no": ("bill", "booking"), "master_bl": ("bill", "booking"),
    "truck_plate": ("truck", "truck_name"), "purpose": ("status", "ef"), "berth_code": ("berth", "berth_in"),
    "load_type": ("ef",), "reefer_setpoint": ("setpoint",), "dg": ("imdg", "un"), "parties": ("shipper", "consignee"),
    "vessel_name": ("vessel_name", "vessel_no"), "voyage_in": ("voyage",), "stage": ("decision",),
    "action": ("decision",), "reason_code": ("national_decision",), "transfer_ports": ("transfer",),
}  # fmt: skip
