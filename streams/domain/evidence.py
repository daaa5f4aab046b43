"""Evidence: one accepted event as one entity sees it (design 3, model 7.1).

Attributes are kept *as sent*; aliases and old codes are resolved when rows are derived, so a corrected alias table
corrects history. Unknown text is "" and unknown time is 0; all times are UTC milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

# What an item of evidence is about. Small ints: they are compared on every derivation.
GATE: Final = 1  # code IN | OUT
QUAY: Final = 2  # code DISC | LOAD | SHIF
LINE: Final = 3  # code = manifest_kind
VGM: Final = 4
RELEASE: Final = 5  # code = stage, action = action
CALL: Final = 6  # code = service, action = call_event, phase
REPORT: Final = 7  # an arrival report that was sent: code = message type, action = function
OPERATOR: Final = 8  # what an officer did: code = action
NOTICE: Final = 9  # what people were told of an exception, no evidence: code, action = state, version = its number
MOVED: Final = 10  # a correction that moved an event from one book to another (`streams.domain.moved`)

#: Kind of the book of what officers say of a port's sources, and of the rows about these; its key is the port.
SOURCE: Final = "S"

ACCEPTED: Final = 0
DUPLICATE: Final = 1


class Evidence:
    """One version of one event, as plain typed attributes.

    ``book`` is the kind of book it belongs to ("B" box, "M" master bill, "V" vessel at port, "C" call copy, "S" a port's
    sources) and ``key`` that book's key; ``ident`` is ``source_party|source_system|event_id``; ``version`` orders the
    versions of one ident: updated_time in ms (44 bits) | content hash (19 bits) | retracted (1 bit).

    The other attributes mean, by ``what``:

    ============  =======================================================================================
    GATE          code move, mode, purpose, reason = result, vessel and voyage where the sender names them;
                  seal_state BROKEN when a seal is, "" when nobody says so; extra who put its seals on
    QUAY          code move, pol and pod (UN/LOCODE of the last and the next port), place = slot, seal_state, extra
    LINE          code manifest_kind, action function_code, extra load_type, ref allocation_no, dg class and
                  UN number of dangerous goods; of a LEG line pol and pod are the port slugs it leads from and to
    VGM           kg
    RELEASE       code stage, action, mode authority, purpose condition, extra hold_id, ref message id,
                  reason_code, until = valid_until (ms), reason the text or else the code
    CALL          code service, action call_event, phase, call number, voyage inbound, ref outbound voyage,
                  extra vessel name, kg planned moves; of a CUTOFF at = the cut-off, opens = cy_open (ms)
    REPORT        code message_type, action function, ref message_id, extra basis, at = arrived_at,
                  opens = sent_at (ms), packages how often it was sent before, until version of its line
    OPERATOR      code action, mode the officer's name, reason in the officer's words, extra the assignee, ref what it
                  is about: an exception id, a message id, or the ident of an event; place the key of the book
                  that tells another one of it, "" where it was said
    MOVED         ref ident of the correction, extra key of the book that held the event; "" in that book itself;
                  place as of OPERATOR
    ============  =======================================================================================
    """

    __slots__ = (
        "book", "key", "ident", "version", "what", "code", "action", "classifier", "at", "seen", "port", "terminal",
        "source", "corrects", "container", "bill", "house", "vessel", "voyage", "trade", "ef", "direction", "iso_type",
        "mode", "purpose", "seals", "kg", "pol", "pod", "declaration", "ref", "reason", "call", "berth", "phase",
        "extra", "place", "packages", "goods", "dg", "seal_state", "until", "opens", "reason_code",
    )  # fmt: skip

    def __init__(
        self, book: str, key: str, ident: str, version: int, what: int, code: str, action: str, classifier: str,
        at: int, seen: int, port: str, terminal: str, source: str, corrects: str = "", container: str = "",
        bill: str = "", house: str = "", vessel: str = "", voyage: str = "", trade: str = "", ef: str = "",
        direction: str = "", iso_type: str = "", mode: str = "", purpose: str = "", seals: str = "", kg: float = 0.0,
        pol: str = "", pod: str = "", declaration: str = "", ref: str = "", reason: str = "", call: str = "",
        berth: str = "", phase: str = "", extra: str = "", place: str = "", packages: int = 0, goods: str = "",
        dg: str = "", seal_state: str = "", until: int = 0, opens: int = 0, reason_code: str = "",
    ) -> None:  # fmt: skip
        self.book = book
        self.key = key
        self.ident = ident
        self.version = version
        self.what = what
        self.code = code
        self.action = action
        self.classifier = classifier
        self.at = at
        self.seen = seen
        self.port = port
        self.terminal = terminal
        self.source = source
        self.corrects = corrects
        self.container = container
        self.bill = bill
        self.house = house
        self.vessel = vessel
        self.voyage = voyage
        self.trade = trade
        self.ef = ef
        self.direction = direction
        self.iso_type = iso_type
        self.mode = mode
        self.purpose = purpose
        self.seals = seals
        self.kg = kg
        self.pol = pol
        self.pod = pod
        self.declaration = declaration
        self.ref = ref
        self.reason = reason
        self.call = call
        self.berth = berth
        self.phase = phase
        self.extra = extra
        self.place = place
        self.packages = packages
        self.goods = goods
        self.dg = dg
        self.seal_state = seal_state
        self.until = until
        self.opens = opens
        self.reason_code = reason_code

    @property
    def retracted(self) -> bool:
        """True when this version withdraws the event."""
        return bool(self.version & 1)

    def readdressed(self, book: str, key: str) -> Evidence:
        """The same evidence as another book sees it."""
        return Evidence(
            book, key, self.ident, self.version, self.what, self.code, self.action, self.classifier, self.at, self.seen,
            self.port, self.terminal, self.source, self.corrects, self.container, self.bill, self.house, self.vessel,
            self.voyage, self.trade, self.ef, self.direction, self.iso_type, self.mode, self.purpose, self.seals, self.kg,
            self.pol, self.pod, self.declaration, self.ref, self.reason, self.call, self.berth, self.phase, self.extra,
            self.place, self.packages, self.goods, self.dg, self.seal_state, self.until, self.opens, self.reason_code,
        )  # fmt: skip

    def renamed(self, vessel: str) -> Evidence:
        """The same evidence under another id of its vessel."""
        known = self.readdressed(self.book, self.key)
        known.vessel = vessel
        return known

    def retraction(self, book: str, key: str, version: int) -> Evidence:
        """What tells another book that this event is no longer its own: a retracted version, above all it may hold."""
        return Evidence(
            book, key, self.ident, version | 1, self.what, self.code, self.action, self.classifier, self.at, self.seen,
            self.port, self.terminal, self.source, vessel=vessel_of(book, key),
        )  # fmt: skip

    def to_tuple(self) -> tuple[Any, ...]:
        """All attributes in the order of the constructor: the form that is packed."""
        return (
            self.book, self.key, self.ident, self.version, self.what, self.code, self.action, self.classifier,
            self.at, self.seen, self.port, self.terminal, self.source, self.corrects, self.container, self.bill,
            self.house, self.vessel, self.voyage, self.trade, self.ef, self.direction, self.iso_type, self.mode,
            self.purpose, self.seals, self.kg, self.pol, self.pod, self.declaration, self.ref, self.reason, self.call,
            self.berth, self.phase, self.extra, self.place, self.packages, self.goods, self.dg, self.seal_state,
            self.until, self.opens, self.reason_code,
        )  # fmt: skip


def by_time(e: Evidence) -> tuple[int, str]:
    """The order of evidence where time decides."""
    return (e.at, e.ident)


def vessel_of(book: str, key: str) -> str:
    """The vessel that a book of its calls is about, as its key names it; "" of other books."""
    return key.rsplit("|", 1)[0] if book == "V" else ""


def first_hand(e: Evidence) -> bool:
    """True for what a vessel's book has from its topic and not from the book of another id of the vessel."""
    return e.key == e.vessel + "|" + e.port


def from_tuple(values: Sequence[Any]) -> Evidence:
    """Evidence from :meth:`Evidence.to_tuple`; a shorter tuple (an older writer's) takes the defaults."""
    return Evidence(*values)


#: 2^44 ms, 19 bits of content hash, 1 bit retracted: one number orders the versions of an event.
HASH_BITS: Final = 19


#: Below updated_time in a version: content hash and retraction.
VERSION_BITS: Final = 20


def version_of(updated_ms: int, content_hash: int, retracted: bool) -> int:
    """The version of one event (design 3): updated_time (44 bits) | content hash (19 bits) | retracted (1 bit)."""
    return ((updated_ms & 0xFFFFFFFFFFF) << VERSION_BITS) | ((content_hash & 0x7FFFF) << 1) | (1 if retracted else 0)
