"""One group of a message (a box, a bill, a place) into events, as the message's table says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.edi import moves
from connectors.edi.gathering import gather
from connectors.edi.heads import Head, component, moved_at, said, settle, stamp_of
from connectors.edi.mending import doubted, mend
from connectors.edi.notes import Refused
from connectors.edi.syntax import Segment
from connectors.edi.tables import MOVES, Table, Target
from connectors.edi.values import Box, Found, Make, decided, maker, places
from connectors.reading import facts
from connectors.reading.events import Event, Record
from connectors.reading.words import is_no_damage
from schemas.registry import latest

#: What a target cannot do without, when nobody gave it: problem, where, what was expected.
_MISSING: Final = {
    "master_bl": ("NO_BILL", "RFF C506/1154", "RFF+BM, RFF+MB or RFF+BN with a number"),
    "scope": ("NO_SCOPE", "RFF C506/1154", "RFF+BM or RFF+MB with a bill, or RFF+AAQ or EQD with a box"),
    "vgm": ("NO_VGM", "MEA C174", "MEA+AAE+VGM with the verified gross mass"),
    "stage": ("NO_DECISION", "GIS C529/7365", "GIS or GEI with a code of list 7365 that decides"),
    "vessel_id": ("NO_VESSEL", "TDT C222", "TDT+20 with an IMO number, or the vessel's name, in C222"),
    "container_no": ("BAD_CONTAINER", "EQD C237/8260", moves.CONTAINER_EXPECTED),
}  # fmt: skip
#: Fields of a box itself, which a bill with several boxes does not say of each.
_OF_BOX: Final = ("iso_type", "ef", "seals", "kg", "?kg", "equipment", "status")
#: Fields of goods, which a bill with several goods in several boxes does not say of each.
_OF_GOODS: Final = ("goods", "imdg", "un")


def read_group(head: Head, group: Sequence[Segment]) -> list[Event]:
    """The events of one group; [] for what makes none (told in the notes). Raises Refused."""
    table = head.table
    if table.item:
        return _lines(head, group)
    found: Found = {}
    gather(table.box, group, found)
    mend(table, table.box, group, found)
    equipment = found.get("equipment")
    position = equipment[2].position if equipment is not None else group[0].position
    if table.each:
        return [event for one in _each(table, head.found) for event in _one(head, found | one, position, group)]
    return _one(head, found, position, group)


def take_context(head: Head, segments: Sequence[Segment]) -> None:
    """What holds for the groups that follow. Raises Refused."""
    fresh: Found = {}
    gather(head.table.head, segments, fresh)
    mend(head.table, head.table.head, segments, fresh)
    head.found |= fresh
    settle(head)


def remember(head: Head, segments: Sequence[Segment]) -> None:
    """A box that is described before the bills that name it."""
    found: Found = {}
    gather(head.table.item, segments, found)
    mend(head.table, head.table.item, segments, found)
    if "container_no" in found:
        sent = found["container_no"][1]
        head.remembered[facts.box(sent).number or sent] = found


def _each(table: Table, found: Found) -> list[Found]:
    """One finding for each value of the first field of ``each`` that stands there."""
    for number, field in enumerate(table.each):
        if field in found:
            rest = {name: found[name][0] for name in table.each[number + 1 :] if name in found}
            return [{**rest, field: value} for value in found[field]]
    return [{}]


def _lines(head: Head, group: Sequence[Segment]) -> list[Event]:
    """The lines of a bill: one for each box that it names."""
    found: Found = {}
    boxes: dict[str, Found] = {}
    errors: list[Refused] = []
    item: list[Segment] = []
    rest: list[Segment] = []
    goods: list[list[Segment]] = [[]]  # of each GID
    for segment in group:
        if segment.tag in ("EQD", "SGP"):
            _take_item(head, item, boxes)
            item = [segment]
            goods[-1].append(segment)
        elif item and segment.tag in head.table.item:
            item.append(segment)
        else:
            _take_item(head, item, boxes)
            item = []
            rest.append(segment)
            goods += [[]] if segment.tag == "GID" else []
            goods[-1].append(segment)
    _take_item(head, item, boxes)
    gather(head.table.box, rest, found)
    mend(head.table, head.table.box, rest, found)
    _pass_over(head, boxes)
    position = group[0].position
    if not boxes:
        return _one(head, found, position, group)
    if len(boxes) > 1:
        found = {name: value for name, value in found.items() if name not in ("packages", *_OF_BOX)}
        _share_out(head, goods[1:], boxes)
    elif "packages" in found:
        next(iter(boxes.values())).pop("packages", None)  # what the bill counts is of all its goods
    events: list[Event] = []
    for number, own in boxes.items():
        line = dict(found)
        line |= {name: value for name, value in head.remembered.get(facts.box(number).number, {}).items() if name in _OF_BOX}
        try:
            events += _one(head, line | own, own["container_no"][2].position, group)
        except Refused as refused:
            errors.append(refused)
    if errors and not events:
        raise errors[0]
    head.refused += [error.problem for error in errors]
    return events


def _share_out(head: Head, goods: Sequence[Sequence[Segment]], boxes: dict[str, Found]) -> None:
    """What a goods item says of itself is true of the boxes that it names (SGP), not of the bill's others."""
    for segments in goods:
        own: Found = {}
        gather(head.table.box, segments, own)
        for segment in segments:
            if segment.tag == "SGP" and (number := component(segment.elements, 1, 0)) in boxes:
                for name in _OF_GOODS:  # None = nothing is said of this box, whatever the bill's first goods are
                    boxes[number][name] = boxes[number].get(name) or own.get(name)


def _take_item(head: Head, item: Sequence[Segment], boxes: dict[str, Found]) -> None:
    found: Found = {}
    gather(head.table.item, item, found)
    mend(head.table, head.table.item, item, found)
    equipment = found.get("equipment")
    if equipment is not None and not _is_box(equipment[1]):
        _tell_no_box(head, equipment)
    elif "container_no" in found:
        known = boxes.setdefault(found["container_no"][1], {})
        packages = known.get("packages", []) + found.get("packages", [])
        known |= found | ({"packages": packages} if packages else {})


def _pass_over(head: Head, boxes: dict[str, Found]) -> None:
    """Take out what a bill names and what is described before the bills as no box."""
    for number in list(boxes):
        described = head.remembered.get(facts.box(number).number or number, {}).get("equipment")
        if described is not None and not _is_box(described[1]):
            del boxes[number]
            _tell_no_box(head, described)


def _is_box(kind: str) -> bool:
    return kind == "CN" or kind.strip().upper() == "CN"


def _tell_no_box(head: Head, equipment: tuple[int, str, Segment]) -> None:
    _, kind, segment = equipment
    head.notes.tell("NOT_A_CONTAINER", segment.position, "EQD 8053", kind, "CN, a container", "code list 8053")


def _one(head: Head, found: Found, position: int, group: Sequence[Segment]) -> list[Event]:
    table = head.table
    box = Box(head, found, position, group)
    equipment = found.get("equipment")
    number = found.get("container_no")
    if equipment is not None and not _is_box(equipment[1]):
        _tell_no_box(head, equipment)
        return []
    if table.counts and equipment is None:
        if number is None:
            return []  # a stowage position without equipment
        box.position = number[2].position
        box.warn("NO_EQUIPMENT_TYPE", None, "EQD 8053", number[1], "CN before the number of a container")
    if number is not None:
        box.number = moves.container(head, number[1], number[2].position, _element(number[2]), box.flags)
    if not _operation(box):
        return []
    for doubt in doubted(box.get):
        box.warn(*doubt)
    events = []
    unmet = ""
    for order, target in enumerate(table.becomes):
        if table.every and not any(name in found or name in head.found for name in target.time.get("", ())):
            continue
        lacking = _lacking(box, target)
        if lacking:
            unmet = unmet or lacking
            continue
        events.append(_event(box, order, target))
        if not table.every:
            return events
    if not events and unmet:
        return _without(box, unmet)
    return events


def _without(box: Box, lacking: str) -> list[Event]:
    """What cannot become anything: planned boxes without a number are told, everything else is refused."""
    code, element, expected = _MISSING[lacking]
    if lacking == "container_no" and box.head.table.becomes[0].classifier != "ACT":
        box.head.notes.tell("NO_NUMBER", box.position, element, "", expected)
        return []
    said = decided(box) if lacking == "stage" else box.text("national_decision")
    raise box.head.notes.error(code, box.position, element, said, expected, box.head.message)


def _lacking(box: Box, target: Target) -> str:
    """The first field that the target cannot do without and that is not there, "" = none."""
    for need in target.needs:
        if need == "container_no":
            there = bool(box.number)
        elif need == "vessel_id":
            there = bool(box.head.vessel.id) or (box.head.retracts and target.event != "PORT_CALL")
        elif need == "scope":
            there = bool(box.number or box.text("bill"))
        elif need == "master_bl":
            there = bool(box.text("bill") or box.text("booking"))
        else:
            there = maker(need)(box) is not None or (box.head.retracts and need == "vgm")
        if not there:
            return need
    return ""


def _operation(box: Box) -> str:
    """What is done with it, "" where that makes no event (told)."""
    head, table = box.head, box.head.table
    box.operation = head.operation
    if table.place and not head.operation:
        return _by_place(box)
    if table.here and table.group and facts.port_of(box.text(table.here)) != head.profile.port:
        return ""
    status = box.found.get("status")
    said = table.statuses.get(status[1], "") if status is not None else ""
    if said == "SHIF":
        box.operation = said
    elif said:
        head.notes.tell("NOT_A_MOVE", box.position, "EQD 8249", status[1] if status else "", said, "code list 8249")
        return ""
    return box.operation or "-"


def _by_place(box: Box) -> str:
    place, port = box.head.table.place, box.head.profile.port
    pol, pod = box.text("pol"), box.text("pod") or box.text("final_dest")
    if pod and facts.port_of(pod) == port:
        box.operation = place["pod"]
    elif pol and facts.port_of(pol) == port:
        box.operation = place["pol"]
    elif pol or pod:
        box.operation = place.get("other", "")
        if box.operation:
            found = next(found for name in ("pod", "final_dest", "pol") if box.text(name) and (found := box.get(name)))
            box.warn("PORT_MISMATCH", found[2], "LOC C517/3225", pod or pol, port)
        else:
            _tell_no_port(box)
            box.head.elsewhere += 1
    else:
        box.operation = place.get("unnamed", "")
        if box.operation:
            box.warn("NO_PORT_NAMED", None, "LOC C517/3225", "", f"LOC+9 and LOC+11; taken for {port}")
        else:
            box.head.elsewhere += 1
    return box.operation


def _tell_no_port(box: Box) -> None:
    """A box is not for this port; where its port of loading or discharge is none, that may be why."""
    for name in ("pol", "pod"):
        if (code := box.text(name)) and not facts.is_locode(code.upper()):
            segment = box.get(name)[2]
            element, expected = f"LOC+{component(segment.elements, 1, 0)} C517/3225", "a UN/LOCODE such as CNTAO"
            box.head.notes.tell("BAD_LOCODE", segment.position, element, code, expected)


def _event(box: Box, order: int, target: Target) -> Event:
    head, operation = box.head, box.operation
    known = head.bases.get((order, operation))
    if known is None:
        known = head.bases[order, operation] = _base(head, target, operation), _makers(target, operation)
    base, makers = known
    record = base.copy()
    for name, make in makers:
        record[name] = make(box)
    if target.event in MOVES:
        record["move"], record["container_no"] = operation, box.number
    for flag in head.table.flags:
        if box.get(f"!{flag}") is not None and flag not in box.flags and not (flag == "DAMAGE_REPORTED" and _sound(box)):
            box.flags.append(flag)
    moves.terminal(head, record, box.text("terminal") or _terminal_of_port(box), _locode(box), box.place_position, box.flags)
    at, offset = _when(box, target)
    if offset is not None:
        record["source_offset_min"] = offset
    return moves.finish(head, target.kind, record, at, box.flags, box.position, _about(record, target), lambda: _content(box))


def _sound(box: Box) -> bool:
    """Whether all that is said of damage is that there is none."""
    said = [segment.elements for segment in box.group if segment.tag == "FTX" and component(segment.elements, 1, 0) == "DAR"]
    return bool(said) and all(
        (words := [text for parts in elements[3:5] for text in parts if text.strip()]) and all(map(is_no_damage, words))
        for elements in said
    )


def _content(box: Box) -> str:
    """The whole record as text: the voyage, and every element of the group's segments."""
    voyage = f"{box.head.vessel.id or None}/{box.head.text('voyage') or None}"
    return "'".join((voyage, *("+".join(map(":".join, segment.elements)) for segment in box.group)))


def _terminal_of_port(box: Box) -> str:
    """The terminal that stands beside the port of loading or discharge (SMDG), where that port is the sender's own."""
    for port, terminal in (("pod", "pod_terminal"), ("pol", "pol_terminal")):
        if (code := box.text(terminal)) and facts.port_of(box.text(port)) == box.head.profile.port:
            return code
    return ""


def _locode(box: Box) -> str:
    return box.text("locode") or (box.text("berth") if box.text("berth_in") else "") or box.text("here")


def _when(box: Box, target: Target) -> tuple[int, int | None]:
    """(Time of the event, UTC ms; the clock's offset where the sender said it). Raises Refused."""
    head = box.head
    fields = target.time.get(box.operation) or target.time.get("") or ()
    for name in fields:
        found = box.found.get(name)
        if found is not None:
            segment = found[2]
            if target.time_else and stamp_of(head, segment) is None:
                continue
            stamp = moved_at(head, *said(segment), segment.position, box.flags)
            return stamp.ms, stamp.offset_min
    for name in fields:
        known = head.stamps.get(name)
        if known is not None:
            return known.ms, known.offset_min
    if head.prepared and head.retracts:
        return head.prepared, None
    unread = next((found for name in fields if (found := box.get(name)) is not None), None)
    if head.prepared and target.time_else:
        if not target.quiet or unread is not None:
            value = said(unread[2])[0] if unread is not None else ""
            box.warn("NO_PLAN_TIME", None, "DTM C507/2380", value, _time_expected(box, fields), "code list 2005")
        return head.prepared, None
    if unread is not None:
        moved_at(head, *said(unread[2]), unread[2].position, box.flags)  # says what is wrong with it
    expected = target.time_expected or " or ".join(filter(None, (
        _time_expected(box, fields), "the document's time (DTM+137, or UNB)" if target.time_else else "",
    )))  # fmt: skip
    raise head.notes.error("NO_TIME", box.position, "DTM C507/2005", box.number, expected, "code list 2005")


def _time_expected(box: Box, fields: Sequence[str]) -> str:
    rules = (*box.head.table.box_rules, *box.head.table.head_rules)
    said = dict.fromkeys(rule.text.partition(":")[0] for rule in rules if rule.field in fields)
    return " or ".join(text.replace("|", ", ") for text in said)


def _about(record: Record, target: Target) -> moves.About:
    event = target.event
    if event in MOVES:
        box = record["container_no"]
        return moves.About(box, record["move"], box)
    if event == "PORT_CALL":
        vessel = record["vessel_id"] or ""
        move = f"{record['call_event']}-{record['classifier']}"
        return moves.About(f"{vessel}/{record['voyage_in'] or ''}", move, vessel, "TDT C222/8213")
    box, bill = record.get("container_no") or "", record.get("master_bl") or record.get("bill_no") or ""
    if event == "RELEASE":
        return moves.About(f"{bill}/{box}", f"{record['stage']}-{record['action']}", box or bill)
    if event == "VGM":
        return moves.About(box, "VGM", bill or box)
    subject = "/".join(filter(None, (bill, record.get("house_bl"), box)))
    return moves.About(subject, "LINE", bill, "RFF C506/1154", again=True)


def _base(head: Head, target: Target, operation: str) -> Record:
    """The part of a record that is the same for all groups."""
    profile, schema = head.profile, latest(target.kind).fields
    record: Record = {
        "event_id": "", "source_party": profile.party, "source_system": profile.source_system,
        "event_type": target.event, "classifier": target.classifier, "event_time": 0,
        "source_offset_min": profile.offset_min, "record_time": head.prepared or None, "updated_time": 0,
        "is_retracted": head.retracts, "port": profile.port, "unlocode_raw": None, "terminal_code": None,
        "raw_ref": None, "quality_flags": [], "vessel_id": head.vessel.id or None,
    }  # fmt: skip
    if target.event != "PORT_CALL":
        record["voyage"] = head.text("voyage") or None
    if target.kind == "manifest":
        record["msg_type"], record["function_code"] = head.message, head.function or None
    for name, value in target.constants.items():
        record[name] = value.get(operation) if isinstance(value, dict) else value
    unknown = set(record) - set(schema)
    assert not unknown, f"{target.kind} has no field {unknown}"
    return record


def _makers(target: Target, operation: str) -> list[tuple[str, Make]]:
    """The fields of a record and how each is made."""
    preferred = {name: choice[operation] for name, choice in target.prefer.items() if operation in choice}
    return [(name, places(*preferred[name]) if name in preferred else maker(name)) for name in target.fields]


def _element(segment: Segment) -> str:
    return "RFF C506/1154" if segment.tag == "RFF" else f"{segment.tag} C237/8260"
