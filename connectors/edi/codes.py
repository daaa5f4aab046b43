"""Codes that are the same for all messages, and what a gate move is for (domain model 3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from connectors.edi.tables import Documents

#: BGM 1225: what a message does to what was said before.
CANCELS: Final = frozenset(("1", "3"))
REPLACES: Final = frozenset(("4", "5"))
ORIGINALS: Final = frozenset(("", "2", "7", "9", "22", "31", "43"))
#: Added to the document's time, ms: documents state minutes, and a cancellation must still come after what it cancels.
REPLACES_RANK: Final = 1
CANCELS_RANK: Final = 2

#: Modes of the flat files' record 52 (UN/ECE recommendation 19).
MODES: Final = {"2": "RAIL", "3": "TRUCK", "8": "BARGE"}

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


def documents_of(documents: Iterable[Documents], directory: str) -> Documents | None:
    """The document codes in a directory such as ``95B``; None where there are none."""
    wanted = _order(directory)
    for entry in documents:
        if _order(entry.first) <= wanted <= _order(entry.last, latest=True):
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
