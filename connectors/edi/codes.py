"""Code lists of CODECO and COARRI as they are used, as data (domain model 3.1; SMDG guides; UN/EDIFACT directories)."""

from __future__ import annotations

from typing import Final, NamedTuple


class Documents(NamedTuple):
    """Document codes (BGM 1001) of a message in directories of ``first`` to ``last`` -> move.

    The directories re-use numbers (D.21A: 34 is "cargo status", 36 "identity card"), so there is no one list for all.
    ``unconfirmed``: practice that the directory does not bear out; taken, with a flag.
    """

    message: str
    first: str
    last: str
    moves: dict[str, str]
    unconfirmed: frozenset[str] = frozenset()


_OLD_GATE: Final = {"34": "IN", "36": "OUT"}
_OLD_QUAY: Final = {"44": "DISC", "98": "DISC", "46": "LOAD", "270": "LOAD"}
DOCUMENTS: Final = (
    Documents("CODECO", "93A", "99B", _OLD_GATE),
    Documents("CODECO", "00A", "99Z", {"109": "IN", "111": "OUT", **_OLD_GATE}, frozenset(_OLD_GATE)),
    Documents("COARRI", "93A", "99B", _OLD_QUAY),
    Documents("COARRI", "00A", "99Z", {"119": "DISC", "122": "LOAD", "24": "SHIF", **_OLD_QUAY}, frozenset(_OLD_QUAY)),
)
MESSAGES: Final = ("CODECO", "COARRI")

#: BGM 1225: what a message does to what was said before.
CANCELS: Final = frozenset(("1", "3"))
REPLACES: Final = frozenset(("4", "5"))
ORIGINALS: Final = frozenset(("", "2", "7", "9", "31", "43"))
#: Added to the document's time, ms: documents state minutes, and a cancellation must still come after what it cancels.
REPLACES_RANK: Final = 1
CANCELS_RANK: Final = 2

#: DTM 2005 that tell the time of a move, best first.
MOVE_TIMES: Final = {
    "IN": ("7", "203", "181"), "OUT": ("7", "203", "181"),
    "DISC": ("403", "203", "7"), "LOAD": ("404", "203", "7"), "SHIF": ("203", "7", "394"),
}  # fmt: skip
DOCUMENT_TIME: Final = "137"

#: RFF 1153 that name the bill, best first. A booking number (BN) stands for it where nothing else does, with a flag.
BILLS: Final = {"MB": 0, "BM": 1, "BN": 2}
BOOKING: Final = 2
#: LOC 3227 -> what it names. 152, the next port of discharge, stands beside the box's own port on a feeder.
PLACES: Final = {"9": "pol", "11": "pod", "147": "slot", "152": "next", "164": "berth", "165": "terminal"}
#: MEA 6313 that mean box and cargo together, best first.
WEIGHTS: Final = {"VGM": 0, "AET": 1, "G": 2, "WT": 3, "": 4}
#: MEA 6311 that speak of weights.
WEIGHED: Final = frozenset(("AAE", "WT", ""))
KG: Final = {"KGM": 1.0, "TNE": 1000.0, "LBR": 0.45359237}

#: EQD 8249: known statuses; what trade they tell.
STATUSES: Final = frozenset(str(n) for n in range(1, 18))
TRADE: Final = {"2": "F", "3": "F", "6": "F", "17": "F", "9": "D"}
#: EQD 8249 of boxes that a quay report lists although no crane moved them over the rail.
NO_MOVE: Final = {"4": "remains on board", "7": "shortlanded"}
#: EQD 8249 of boxes that are moved within the ship or set ashore and back.
RESTOWED: Final = frozenset(("5", "14"))

#: EQD 8169, and the letters of the flat files (E 空, F 重, L 拼).
FULLNESS: Final = {"4": "E", "5": "F", "7": "F", "8": "F", "E": "E", "F": "F", "L": "F"}
#: TDT 8067 (UN/ECE recommendation 19), as the flat files' record 52 has it too. 1, by sea, is no way through a gate.
MODES: Final = {"2": "RAIL", "3": "TRUCK", "8": "BARGE"}
#: TDT 8051 of the ship; every other stage is how the box came to the gate or leaves it.
MAIN_CARRIAGE: Final = "20"

#: (move, empty or full, EQD 8249) -> purpose of a gate move; "" stands for any. A full export box that leaves by the
#: gate is in neither list: whether that is an approved withdrawal is not the terminal's to say.
PURPOSES: Final = {
    ("IN", "E", ""): "EMPTY_RETURN", ("OUT", "E", ""): "EMPTY_PICKUP",
    ("IN", "F", "9"): "DOMESTIC", ("OUT", "F", "9"): "DOMESTIC",
    ("IN", "F", "2"): "EXPORT_IN", ("OUT", "F", "3"): "IMPORT_OUT",
    ("IN", "F", "17"): "INTER_TERMINAL", ("OUT", "F", "17"): "INTER_TERMINAL",
}  # fmt: skip
#: The same for the flat files (I 进口, E 出口, V 装箱, D 拆箱).
FLAT_PURPOSES: Final = {
    ("IN", "E", ""): "EMPTY_RETURN", ("OUT", "E", "V"): "STUFF", ("OUT", "E", ""): "EMPTY_PICKUP",
    ("IN", "F", "E"): "EXPORT_IN", ("IN", "F", "V"): "STUFF", ("OUT", "F", "I"): "IMPORT_OUT",
    ("OUT", "F", "D"): "STRIP",
}  # fmt: skip
FLAT_PURPOSE_CODES: Final = frozenset("IEVD")


#: What ports really send; a directory that is not given or not known counts as this one.
USUAL_DIRECTORY: Final = "95B"


def documents_of(message: str, directory: str) -> Documents | None:
    """The document codes of a message in a directory such as ``95B``; None where there are none."""
    wanted = _order(directory)
    for entry in DOCUMENTS:
        if entry.message == message and _order(entry.first) <= wanted <= _order(entry.last, latest=True):
            return entry
    return None


def purpose(table: dict[tuple[str, str, str], str], move: str, ef: str | None, code: str) -> str:
    """Purpose of a gate move; UNKNOWN where the codes do not tell."""
    filled = ef or ""
    return table.get((move, filled, code)) or table.get((move, filled, "")) or "UNKNOWN"


def is_directory(directory: str) -> bool:
    """True for a directory of the UN/EDIFACT series D, such as ``95B``."""
    return bool(_order(directory))


def _order(directory: str, latest: bool = False) -> str:
    """Directories sort by year and letter: 99B before 00A. ``latest``: a last directory of 99Z means no end."""
    if latest and directory.endswith("Z"):
        return "9999"
    if len(directory) != 3 or not (directory[:2].isascii() and directory[:2].isdigit()):
        return ""
    return ("19" if directory[:2] >= "88" else "20") + directory
