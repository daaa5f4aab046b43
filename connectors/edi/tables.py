"""Codes of CODECO and COARRI as data. Sources: UN/EDIFACT directories D.95B to D.21A, the SMDG user manuals of both
messages (D.95B and D.00B), and real messages. A code that is in no table is kept as sent and flagged, never guessed."""

from __future__ import annotations

from typing import Final, NamedTuple

#: Message type -> kind of event, event type.
MESSAGES: Final = {"CODECO": ("gate", "GATE_MOVE"), "COARRI": ("berth", "QUAY_MOVE")}


class Document(NamedTuple):
    """What BGM 1001 says moved, and in which directories; ``later`` is what the code means after them."""

    move: str
    first: str
    last: str
    later: str = ""


#: (message type, 1001) -> meaning. Directories as in `directory_order`. D.95B knew no codes for these reports and users
#: agreed on some, which later directories gave other meanings; D.00B brought proper ones.
DOCUMENTS: Final = {
    ("CODECO", "34"): Document("IN", "95B", "99B", "Cargo status"),
    ("CODECO", "36"): Document("OUT", "95B", "99B", "Identity card"),
    ("CODECO", "109"): Document("IN", "00A", "21A"),
    ("CODECO", "111"): Document("OUT", "00A", "21A"),
    ("COARRI", "44"): Document("DISC", "95B", "99B", "Transport status report"),
    ("COARRI", "46"): Document("LOAD", "95B", "99B", "Banking status"),
    ("COARRI", "98"): Document("DISC", "95B", "99B"),
    ("COARRI", "270"): Document("LOAD", "95B", "99B", "Delivery note"),
    ("COARRI", "119"): Document("DISC", "00A", "21A"),
    ("COARRI", "122"): Document("LOAD", "00A", "21A"),
    ("COARRI", "24"): Document("SHIF", "00A", "21A"),
}


def directory_order(release: str) -> int:
    """95B -> 19952, 00A -> 20001, 21A -> 20211: directories in the order they came; 0 = no directory."""
    if len(release) != 3 or not (release[:2].isascii() and release[:2].isdigit()) or release[2] not in "ABC":
        return 0
    year = int(release[:2])
    return (1900 + year if year >= 90 else 2000 + year) * 10 + "ABC".index(release[2]) + 1


FIRST_DIRECTORY: Final = directory_order("95B")
LAST_DIRECTORY: Final = directory_order("21A")

#: 1225 message function.
ORIGINAL: Final = ("9", "")
CANCELLATION: Final = "1"
AMENDMENTS: Final = ("4", "5")
#: Added to the document's time, ms: documents state minutes, and an amendment of the same minute still comes after what
#: it amends.
FUNCTION_RANK: Final = {"9": 0, "": 0, "4": 1, "5": 2, "1": 3}

#: Move -> DTM 2005 qualifiers of its time, best first. 7 effective, 203 execution (D.95B practice), 403 and 404 actual
#: discharge and loading (D.00B), 181 and 394 positioning.
MOVE_TIMES: Final = {
    "IN": ("7", "203", "181", "394"),
    "OUT": ("7", "203", "181", "394"),
    "DISC": ("403", "203", "181", "394", "7"),
    "LOAD": ("404", "203", "181", "394", "7"),
    "SHIF": ("203", "404", "403", "181", "394", "7"),
}
DOCUMENT_TIME: Final = "137"

#: 8169 full or empty; 7 LCL and 8 FCL are full.
FULL_EMPTY: Final = {"4": "E", "5": "F", "7": "F", "8": "F"}
#: 8249 equipment status -> trade: 9 domestic; import, export and transhipment cross a border. The others say nothing.
TRADE: Final = {"2": "F", "3": "F", "6": "F", "9": "D", "17": "F"}
STATUSES: Final = frozenset({"", "1", "2", "3", "4", "5", "6", "7", "8", "9", "14", "17"})
SHORTLANDED: Final = "7"

#: (move, full or empty, 8249 or the flat file's purpose) -> purpose of a gate move. Flat files: I import, E export, V
#: stuffing (装), D stripping (拆). What is not here stays unknown.
PURPOSES: Final = {
    ("IN", "F", "2"): "EXPORT_IN", ("IN", "F", "E"): "EXPORT_IN",
    ("OUT", "F", "3"): "IMPORT_OUT", ("OUT", "F", "I"): "IMPORT_OUT",
    ("IN", "F", "9"): "DOMESTIC", ("OUT", "F", "9"): "DOMESTIC",
    ("IN", "F", "V"): "STUFF", ("OUT", "F", "V"): "STUFF", ("IN", "E", "V"): "STUFF", ("OUT", "E", "V"): "STUFF",
    ("IN", "F", "D"): "STRIP", ("OUT", "F", "D"): "STRIP", ("IN", "E", "D"): "STRIP", ("OUT", "E", "D"): "STRIP",
} | {
    (move, "E", status): purpose
    for move, purpose in (("IN", "EMPTY_RETURN"), ("OUT", "EMPTY_PICKUP"))
    for status in ("", "2", "3", "E", "I")
}  # fmt: skip

#: RFF 1153 -> bill number, best first: master bill, bill, booking.
BILLS: Final = {"MB": 0, "BM": 1, "BN": 2}
BOOKING: Final = BILLS["BN"]
#: MEA 6313 -> gross weight of a box, best first. T is the tare: no weight of a box with its goods.
WEIGHTS: Final = {"VGM": 0, "G": 1, "AET": 2, "": 3}
#: MEA 6311 that speak of weights.
MEASURED: Final = frozenset({"AAE", "WT", ""})
#: 6411 unit -> kg.
UNITS: Final = {"KGM": 1.0, "TNE": 1000.0, "LBR": 0.45359237}

#: TDT 8051: the vessel of the message. 8067 mode -> mode of a gate move.
MAIN_CARRIAGE: Final = "20"
MODES: Final = {"2": "RAIL", "3": "TRUCK", "8": "BARGE"}
#: TDT C222 1131 code list of a vessel id. Others only where the partner's profile says what they are.
IMO_LISTS: Final = frozenset({"146", ""})
CALL_SIGN_LIST: Final = "103"

#: LOC 3227 -> where it goes. 152 is the next port of discharge, which a box on a feeder has beside its own.
LOCATIONS: Final = {"9": "pol", "11": "pod", "147": "slot", "152": "next", "164": "berth_code", "165": "terminal"}
