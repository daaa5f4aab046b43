"""Soups of evidence: what may come from four ports, in small alphabets, so that events meet, contradict and amend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from streams.domain.evidence import GATE, LINE, MOVED, Evidence, from_tuple, version_of
from streams.domain.moved import moved
from tests.unit.domain import story
from tests.unit.domain.story import COASTER, FEEDER, HOUR, MINUTE, OCEAN
from tests.unit.domain.test_main_paths import exported, feeder_export, imported

BOXES = ("CSQU3054383", "APZU4812090")
BILLS = ("BL1", "BL2")
#: Long after everything: every deadline has passed.
LATE = 100
#: A busy machine is no failure.
thorough = settings(max_examples=200, deadline=None)

#: Half hours of two days: deadlines fall between and upon them, and customs' day changes twice.
hours = st.integers(0, 80).map(lambda n: n / 2)
boxes = st.sampled_from(BOXES)
bills = st.sampled_from(BILLS)
sources = st.sampled_from(("TOS", "OCR", "AGENT"))
classifiers = st.sampled_from(("ACT", "ACT", "ACT", "EST"))
maybe_bill = st.sampled_from(("", *BILLS))
ships = st.sampled_from((
    {"vessel": OCEAN, "voyage": "V1"}, {"vessel": OCEAN, "voyage": "V2"}, {"vessel": OCEAN, "voyage": ""},
    {"vessel": FEEDER, "voyage": "F1"}, {"vessel": COASTER, "voyage": "C1"},
))  # fmt: skip
terminals = st.sampled_from((
    {"port": "qingdao", "terminal": "QQCTU"}, {"port": "qingdao", "terminal": "QQCTN"},
    {"port": "weihai", "terminal": "WHCT"}, {"port": "rizhao", "terminal": "RZCT"},
))  # fmt: skip
places = st.sampled_from(("", "NLRTM", "CNTAO", "CNWEI", "CNRZH"))
slugs = st.sampled_from(("qingdao", "weihai", "rizhao"))
trades = st.sampled_from(("", "F", "F", "D"))
efs = st.sampled_from(("F", "F", "E", ""))
seals = st.sampled_from(("", "S1", "S2"))
sizes = st.sampled_from(("", "22G1", "20GP", "45G1", "ZZZZ"))
weights = st.sampled_from((0.0, 3_600.0, 6_100.0, 20_000.0, 21_500.0))
seal_states = st.sampled_from(("", "", "", "BROKEN"))


def told(event: Callable[..., Evidence], **attributes: Any) -> st.SearchStrategy[Evidence]:
    """Events with attributes of their own and with those of a terminal and a ship."""

    def make(terminal: dict[str, str], ship: dict[str, str], own: dict[str, Any]) -> Evidence:
        return event(**{**terminal, **ship, **own})

    return st.builds(make, terminals, ships, st.fixed_dictionaries(attributes))


PURPOSES = (
    "EXPORT_IN", "IMPORT_OUT", "DIVERSION", "DECONSOLIDATION", "INSPECTION", "INTER_TERMINAL", "LEG", "EMPTY_PICKUP",
    "EMPTY_RETURN", "WITHDRAWAL", "STUFF", "STRIP", "DOMESTIC", "UNKNOWN",
)  # fmt: skip
PASSED = {
    "when": hours, "box": boxes, "source": sources, "classifier": classifiers, "ef": efs, "trade": trades,
    "bill": maybe_bill, "seals": seals, "iso_type": sizes, "kg": weights, "seal_state": seal_states,
}  # fmt: skip
gates = st.one_of(
    *(
        told(way, **PASSED, purpose=st.sampled_from(PURPOSES), reason=st.sampled_from(("", "", "", "DENY")))
        for way in (story.gate_in, story.gate_out)
    )
)
quays = st.one_of(told(story.load, **PASSED, pod=places), told(story.discharge, **PASSED, pol=places))


def of_bill(event: Callable[..., Evidence]) -> Callable[..., Evidence]:
    """The same event in the book of its bill."""
    return lambda **a: event(book="M", key=a["bill"], **a)


def leg_line(**a: Any) -> Evidence:
    return of_bill(story.line)(kind="LEG", **a)


PAPER = {"when": hours, "box": st.sampled_from((*BOXES, *BOXES, "")), "bill": bills, "classifier": classifiers}
papers = st.one_of(
    told(
        of_bill(story.line), **PAPER,
        kind=st.sampled_from(("ORIGINAL", "PREPARED", "LOADED", "TALLY", "PACKING", "WATERWAY")),
        action=st.sampled_from(("9", "9", "9", "3")), house=st.sampled_from(("", "", "H1")), trade=trades, pod=places,
        pol=places, ef=efs, seals=seals, iso_type=sizes, dg=st.sampled_from(("", "", "3 1263")),
    ),
    told(leg_line, **PAPER, pol=slugs, pod=slugs),
    told(of_bill(story.vgm), **PAPER, kg=weights),
)  # fmt: skip


def release(scope: str, box: str, bill: str, **a: Any) -> Evidence:
    """A release of one box, of a whole bill, or of one box of a bill."""
    if scope == "box":
        return story.release(box=box, **a)
    return story.release(box=box, bill=bill, book="M", key=bill, container="" if scope == "bill" else box, **a)


permits = told(
    release, scope=st.sampled_from(("box", "bill", "box of bill")), box=boxes, bill=bills, when=hours,
    stage=st.sampled_from((
        "DECLARATION", "DECLARATION", "LOADING", "TERMINAL", "TALLY", "BILL", "LEG", "ARRIVAL", "DG", "REASSIGN", "TRANSIT",
    )),
    action=st.sampled_from((
        "RELEASE", "RELEASE", "REVOKE", "HOLD", "UNHOLD", "DECLARED", "APPROVE", "ACK", "CONDITIONAL", "INSPECT_SELECT",
        "INSPECT_STEP",
    )),
    extra=st.sampled_from(("H1", "H2")), mode=st.sampled_from(("CUSTOMS", "CARRIER", "CHARGES")),
    reason_code=st.sampled_from(("", "OPENED", "RESEALED")), until=st.sampled_from((0, story.at(10), story.at(30))),
).map(lambda e: unvoyaged(e))  # fmt: skip


def unvoyaged(e: Evidence) -> Evidence:
    """Half of the releases name no voyage: they find their visit by bill or by time."""
    if e.at // HOUR % 2:
        e.vessel = e.voyage = ""
    return e


calls = told(
    lambda **a: owned(story.call(**a)), when=hours, number=st.none(), classifier=classifiers,
    service=st.sampled_from(("ANCHOR", "BERTH", "CARGO_OPS", "CUTOFF")),
    action=st.sampled_from(("ARRI", "DEPA", "STRT", "CMPL")), phase=st.sampled_from(("INBD", "ALGS", "SHIF", "OUTB")),
    call=st.sampled_from(("PC1", "PC2")), berth=st.sampled_from(("B1", "B2")),
    opens=st.sampled_from((0, story.at(5), story.at(20))),
)  # fmt: skip


def owned(e: Evidence) -> Evidence:
    """A berth timestamp as the vessel's own book has it; copies go to every partition as facts."""
    return e.readdressed("V", e.key) if e.book == "C" else e


Path = Callable[[], list[Evidence]]
ANY_PATH: tuple[Path, ...] = (list, exported, imported, feeder_export)
EXPORTS: tuple[Path, ...] = (exported, feeder_export)


def stories(paths: tuple[Path, ...]) -> st.SearchStrategy[list[Evidence]]:
    """A main path with some of its events missing."""
    return st.builds(
        lambda path, gaps: [owned(e) for i, e in enumerate(path()) if i not in gaps],
        st.sampled_from(paths), st.sets(st.integers(0, 12), max_size=4),
    )  # fmt: skip


later = st.sampled_from((0, 1, 30))
amendments = st.tuples(
    st.integers(0, 40), st.sampled_from(("retract", "retime", "rebox", "delete", "replace", "move", "witness")), hours,
    later,
)  # fmt: skip


#: What officers do about events: a target, VOID or UNVOID, and when.
orders = st.tuples(st.integers(0, 40), st.sampled_from(("VOID", "VOID", "UNVOID")), hours)


def order(e: Evidence, action: str, when: float, number: int) -> Evidence:
    """An officer's action on an event, in the event's own book."""
    act = {"B": story.act, "M": story.act_on_bill, "V": story.act_on_vessel}[e.book]
    a: dict[str, Any] = {"vessel": e.key.rsplit("|", 1)[0], "port": e.port} if e.book == "V" else {"box": e.container}
    return act(action, when, e, number=f"{action}{number}", updated=story.at(when), **a)


#: Of a correction: how it is taken back, or that being taken back, and when.
take_backs = st.tuples(
    st.integers(0, 5), st.sampled_from(("retract", "retract briefly", "VOID", "UNVOID", "retime", "turn", "misdirect")), hours,
)  # fmt: skip


#: What an officer says of a source's exceptions.
of_sources = st.tuples(
    st.sampled_from(("ACKNOWLEDGE", "ASSIGN", "COMMENT")), st.sampled_from(("qingdao", "weihai")),
    st.sampled_from(("X1", "X2")), hours,
)  # fmt: skip


@st.composite
def soups(draw: st.DrawFn, paths: tuple[Path, ...] = ANY_PATH) -> list[Evidence]:
    """A set of evidence: every version of every event that some ports sent, each once."""
    found = draw(stories(paths)) + draw(st.lists(st.one_of(gates, quays, papers, permits, calls), max_size=12))
    for number, e in enumerate(found):
        e.ident = f"P|{e.source}|E{number:02}"
    amended = list(found)
    for number, (target, how, when, later) in enumerate(draw(st.lists(amendments, max_size=6))):
        if found:
            amended += amend(found[target % len(found)], how, story.at(when), number, later)
    corrections = [e for e in amended if e.corrects and e.what != MOVED]
    for number, (target, how, when) in enumerate(draw(st.lists(take_backs, max_size=3)) if corrections else ()):
        e = corrections[target % len(corrections)]
        if how in ("retract", "retime"):
            amended += amend(e, how, story.at(when), 50 + number, round(when))
        elif how in ("retract briefly", "turn"):
            amended += turned(e, found[(target + number) % len(found)] if how == "turn" else None, 50 + number, round(when))
        elif how == "misdirect":  # an officer voids a correction, and says later that another event was meant
            void = order(e, "VOID", when, 50 + number)
            meant = from_tuple(void.to_tuple())
            meant.version, meant.ref = void.version + (HOUR << 20), found[target % len(found)].ident
            amended += [void, meant]
        else:
            amended.append(order(e, how, when, 50 + number))
    for number, (target, action, hour) in enumerate(draw(st.lists(orders, max_size=3))):
        if found:
            amended.append(order(found[target % len(found)], action, hour, number))
    for number, (action, port, about, hour) in enumerate(draw(st.lists(of_sources, max_size=2))):
        amended.append(story.act_on_source(action, hour, about, port, number=f"S{number}", updated=story.at(hour)))
    return amended


def amend(e: Evidence, how: str, when: int, number: int, later: int) -> list[Evidence]:
    """What a sender may send, ``later`` hours afterwards, about an event it has sent; of another box, also what the
    runtime tells the old one."""
    version = version_of((e.version >> 20) + later * HOUR, number + 1, how == "retract")
    new = from_tuple(e.to_tuple())
    new.version = version
    if how == "retime":
        new.at = when
    elif how == "delete" and e.what == LINE:
        new.action = "3"
    elif how == "replace":
        new.ident, new.corrects, new.at = f"{e.ident}R{number}", e.ident, when
    elif how == "move":
        new.ident, new.corrects, new.at = f"{e.ident}M{number}", e.ident, when
        return _in_another_book(new, e)
    elif how == "witness":  # another source of the same fact, which knows less and takes another ship for this one
        new.ident, new.source, new.at = f"P|AGENT|W{number}", "AGENT", e.at + later * MINUTE
        if e.book != "V":
            new.vessel = OCEAN if e.vessel == FEEDER else FEEDER
        e.pod, e.seals = "", ""
    elif how == "rebox" and e.container:
        new.container = BOXES[e.container == BOXES[0]]
        if e.book == "B":
            new.key = new.container
            return [new, e.retraction("B", e.key, version)]
    return [new]


def turned(correction: Evidence, of: Evidence | None, number: int, later: int) -> list[Evidence]:
    """A later version of a correction: of another event, maybe of another book, or taken back without a word of it."""
    new = from_tuple(correction.to_tuple())
    new.version = version_of((correction.version >> 20) + later * HOUR, number + 1, of is None)
    new.corrects = of.ident if of is not None and of.book == correction.book else ""
    return [new, moved(new, of.key)] if of is not None and new.corrects and new.key != of.key else [new]


def _in_another_book(new: Evidence, e: Evidence) -> list[Evidence]:
    """A correction says that an event was another box's, bill's or ship's; and what the runtime tells its book."""
    if e.book == "B" and e.container:
        new.key = new.container = BOXES[e.container == BOXES[0]]
    elif e.book == "M" and e.bill in BILLS:
        new.key = new.bill = BILLS[e.bill == BILLS[0]]
    elif e.book == "V":
        new.vessel = OCEAN if e.vessel == FEEDER else FEEDER
        new.key = f"{new.vessel}|{e.port}"
    return [new, moved(new, e.key)] if new.key != e.key else [new]


@st.composite
def contested_exports(draw: st.DrawFn) -> list[Evidence]:
    """Exports whose arrival is corrected again and again, also to the next day: the report may be out each time."""
    soup = draw(soups(EXPORTS))
    arrivals = [e for e in soup if e.what == GATE and e.code == "IN"]
    corrections = st.tuples(st.sampled_from((2, 3.5, 20, 22)), later)
    for number, (when, after) in enumerate(draw(st.lists(corrections, min_size=1, max_size=3))):
        for e in arrivals[:1]:
            soup += amend(e, "retime", story.at(when), 100 + number, after)
    return soup
