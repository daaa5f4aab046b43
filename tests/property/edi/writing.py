"""Writes events as CODECO and COARRI D.95B and as national flat files, for reading them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final

Record = dict[str, Any]
_RELEASE: Final = str.maketrans({"?": "??", "'": "?'", "+": "?+", ":": "?:"})
_CODES: Final = {"IN": "34", "OUT": "36", "DISC": "44", "LOAD": "46"}
_TITLES: Final = {"IN": "GATE-IN REPORT", "OUT": "GATE-OUT REPORT", "DISC": "DISCHARGE REPORT", "LOAD": "LOAD REPORT"}


def edifact(records: Sequence[Record], sender: str, made: int) -> bytes:
    """One interchange, a message for each run of boxes of the same move, vessel and voyage."""
    segments: list[str] = []
    count = 0
    for (move, vessel, voyage), boxes in groupby(records, key=_batch):
        count += 1
        gate = move in ("IN", "OUT")
        message = [f"UNH+{count}+{'CODECO' if gate else 'COARRI'}:D:95B:UN:ITG10", f"BGM+{_CODES[move]}+DOC{count}+9"]
        message += [f"DTM+137:{_local(made)}:204", f"TDT+20+{_free(voyage)}+1++COS:172:166+++{vessel[4:]}:146"]
        equipment = [_equipment(box, gate) for box in boxes]
        message += [segment for box in equipment for segment in box]
        message.append(f"CNT+16:{len(equipment)}")
        segments += [*message, f"UNT+{len(message) + 1}+{count}"]
    head = f"UNB+UNOA:2+{sender}+YGT+{_local(made)[2:8]}:{_local(made)[8:12]}+1"
    return "".join(f"{s}'\n" for s in (head, *segments, f"UNZ+{count}+1")).encode()


def flat(records: Sequence[Record], sender: str, made: int) -> bytes:
    """One file, a message for each run of boxes of the same move, vessel and voyage."""
    lines: list[str] = []
    for (move, vessel, voyage), boxes in groupby(records, key=_batch):
        gate = move in ("IN", "OUT")
        message = [f"00:{'CODECO' if gate else 'COARRI'}:{_TITLES[move]}:9:{sender}:YGT:{_local(made)}"]
        message.append(f"10:UN{vessel[4:]}::{voyage}")
        for box in boxes:
            at, seal = _local(box["event_time"]), box["seals"][0]["no"] if box["seals"] else ""
            kilograms = f"{box['weigh_kg']:.0f}" if box["weigh_kg"] else ""
            if gate:
                times = f"{at}" if move == "IN" else f":{at}"
                purpose = "E" if move == "IN" else "I"
                fields = [box["container_no"], box["iso_type"], box["ef"], purpose, "", box["bill_no"] or "", kilograms]
                message += [":".join(["50", *fields, seal, times]), f"52:3:{box['truck_plate'] or ''}:T:P"]
            else:
                fields = [
                    box["container_no"],
                    box["iso_type"],
                    "C",
                    "C",
                    box["ef"],
                    box["bill_no"] or "",
                    seal,
                    box["slot"],
                    at,
                ]
                message += [":".join(["50", *fields]), f"52:{box['pod']}:X:{box['pol']}:Y:{box['pod']}:X:{kilograms}"]
        lines += [*message, f"99:{len(message) + 1}"]
    return "".join(f"{line}'\n" for line in lines).encode()


def _batch(record: Record) -> tuple[str, str, str]:
    return record["move"], record["vessel_id"], record["voyage"]


def _equipment(box: Record, gate: bool) -> list[str]:
    filled = "4" if box["ef"] == "E" else "5"
    status = "9" if box["trade"] == "D" else "2" if box["move"] in ("IN", "LOAD") else "3"
    out = [f"EQD+CN+{box['container_no']}+{box['iso_type']}:102:5++{status}+{filled}"]
    out += [f"RFF+BM:{_free(box['bill_no'])}"] if box["bill_no"] else []
    out.append(f"DTM+{'7' if gate else '203'}:{_local(box['event_time'])}:204")
    if not gate:
        out += [f"LOC+147+{box['slot']}:139:5", f"LOC+9+{box['pol']}:139:6", f"LOC+11+{box['pod']}:139:6"]
    out.append(f"LOC+165+CNYAT:139:6+{box['terminal_code']}")
    out += [f"MEA+AAE+G+KGM:{box['weigh_kg']:.0f}"] if box["weigh_kg"] else []
    out += [f"SEL+{_free(seal['no'])}+{seal['issuer']}+1" for seal in box["seals"]]
    return [*out, f"TDT+1++3+31++++{_free(box['truck_plate'])}"] if gate and box["truck_plate"] else out


def _free(text: str) -> str:
    return text.translate(_RELEASE)


def _local(at: int) -> str:
    return (datetime.fromtimestamp(at / 1000, UTC) + timedelta(hours=8)).strftime("%Y%m%d%H%M%S")
