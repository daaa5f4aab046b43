"""CODECO and COARRI as EDIFACT D.95B, the way Yantai's terminal system writes them (domain model 3.1).

Times are Beijing times in DTM format 204 (to the second). A message holds moves of one kind and one vessel; BGM
function 1 cancels and 5 replaces the message that RFF+ACW names, for the boxes that it lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ops.simulate.clock import local
from ops.simulate.delivery import Record
from ops.simulate.ports import PORTS, Port
from ops.simulate.sheet import ORIGINAL

_STAMP: Final = "%Y%m%d%H%M%S"
_DOCUMENT: Final = {"IN": "34", "OUT": "36", "DISC": "44", "LOAD": "46"}
_RELEASE: Final = str.maketrans({"?": "??", "'": "?'", "+": "?+", ":": "?:"})


def escaped(text: str) -> str:
    """Text with the service characters released by ``?``."""
    return text.translate(_RELEASE)


def message(
    moves: Sequence[Record], reference: str, document: str, function: str, about: str, written_at: int
) -> list[str]:
    """The segments of one message, without terminators. All moves are of one kind, vessel and voyage."""
    first = moves[0]
    gate = first["event_type"] == "GATE_MOVE"
    port = PORTS[first["port"]]
    name = "CODECO" if gate else "COARRI"
    segments = [f"UNH+{reference}+{name}:D:95B:UN:ITG10", f"BGM+{_DOCUMENT[first['move']]}+{document}+{function}"]
    if function != ORIGINAL:
        segments.append(f"RFF+ACW:{about}")
    segments.append(f"DTM+137:{local(written_at, _STAMP)}:204")
    if first["vessel_id"]:
        segments.append(_transport(first))
    segments += [f"NAD+MS+{port.sender}:160:ZZZ", "NAD+CF+COS:160:166"]
    for move in moves:
        segments += _equipment(move, gate, port)
    segments.append(f"CNT+16:{len(moves)}")
    segments.append(f"UNT+{len(segments) + 1}+{reference}")
    return segments


def interchange(messages: Sequence[Sequence[str]], port: Port, reference: str, written_at: int) -> str:
    """The text of one interchange."""
    head = [
        "UNA:+.? ",
        f"UNB+UNOA:2+{port.sender}+YGT+{local(written_at, '%y%m%d')}:{local(written_at, '%H%M')}+{reference}",
    ]
    tail = [f"UNZ+{len(messages)}+{reference}"]
    return "".join(f"{segment}'\n" for segment in (*head, *(s for m in messages for s in m), *tail))


def _transport(move: Record) -> str:
    scheme, _, number = str(move["vessel_id"]).partition(":")
    code_list = "146" if scheme == "IMO" else "ZZZ"
    name = escaped(str(move.get("vessel_name") or ""))
    return f"TDT+20+{escaped(move['voyage'] or '')}+1++COS:172:166+++{number}:{code_list}::{name}".rstrip(":")


def _equipment(move: Record, gate: bool, port: Port) -> list[str]:
    filled = "4" if move["ef"] == "E" else "5"
    segments = [f"EQD+CN+{move['container_no']}+{move['iso_type']}:102:5++{_status(move)}+{filled}"]
    if move["bill_no"]:
        segments.append(f"RFF+BM:{move['bill_no']}")
    segments.append(f"DTM+{'7' if gate else '203'}:{local(move['event_time'], _STAMP)}:204")
    if gate:
        segments.append(f"LOC+165+{port.locode}:139:6+{move['terminal_code']}")
    else:
        segments += [
            f"LOC+147+{move['slot']}:139:5", f"LOC+9+{move['pol']}:139:6", f"LOC+11+{move['pod']}:139:6",
            f"LOC+165+{port.locode}:139:6+{move['terminal_code']}",
        ]  # fmt: skip
        if move.get("final"):
            segments.append(f"LOC+8+{move['final']}:139:6")
    if move["weigh_kg"]:
        segments.append(f"MEA+AAE+G+KGM:{move['weigh_kg']:.0f}")
    segments += [f"SEL+{seal['no']}+{seal['issuer']}+1" for seal in move["seals"]]
    if gate and move["truck_plate"]:
        segments.append(f"TDT+1++3+31++++{escaped('LU' + move['truck_plate'][1:])}")
    return segments


def _status(move: Record) -> str:
    """8249: 2 export, 3 import, 9 domestic."""
    if move["trade"] == "D":
        return "9"
    return "2" if move["move"] in ("IN", "LOAD") else "3"
