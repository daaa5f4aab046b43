"""Short event lists that a domain expert can read: the words of the tests about boxes, bills and calls."""

from __future__ import annotations

from itertools import count
from typing import Any

from schemas.details import in_words
from schemas.identifiers import imo_ok
from streams.domain.correlator import Correlator
from streams.domain.evidence import CALL, GATE, LINE, OPERATOR, QUAY, RELEASE, REPORT, VGM, Evidence, version_of
from streams.domain.reference import Reference
from streams.domain.reports import sent_as
from streams.domain.rows import TABLES
from streams.runtime.packing import unpack

DAY = 1_772_409_600_000  # 2026-03-02T00:00:00Z
MINUTE = 60_000
HOUR = 60 * MINUTE

PORTS = {
    "CNTAO": "qingdao", "CNQGD": "qingdao", "CNRZH": "rizhao", "CNYNT": "yantai", "CNWEI": "weihai",
    "qingdao": "qingdao", "rizhao": "rizhao", "yantai": "yantai", "weihai": "weihai",
}  # fmt: skip
REFERENCE = Reference(
    ports=PORTS,
    arrival_modes={"qingdao|rizhao": "NONE"},
    ranks={"TOS": 0, "OCR": 1, "TALLY": 2, "CARRIER": 3, "AGENT": 4},
    catalogue={},
    places={port: [(0, 1 << 50, "CN" + port[:3].upper() + "/4218", "4218")] for port in set(PORTS.values())},
    thresholds={"DECLARATION_OVERDUE": 40 * HOUR, "STAY_OVER": 50 * HOUR, "CUTOFF_RISK|rizhao": 2 * HOUR},
    size_types={"22G1": ("20GP", 1.0), "20GP": ("20GP", 1.0), "45G1": ("40HC", 2.0)},
    ships={
        "IMO:9399038": ("OCEAN", False, "", 0, 0), "CNSHIP:C1": ("COASTAL", True, "CN", 0, 0),
        "CNSHIP:F1": ("FEEDER", True, "CN", 0, 0), "CNSHIP:M1": ("COASTAL", True, "CN", DAY - 30 * 24 * HOUR, DAY),
    },
    ship_ids={"LU FEEDER 1": "CNSHIP:F1", "MMSI:413000001": "IMO:9399038"},
    route_times={
        "weihai|qingdao": (9 * HOUR, 15 * HOUR), "qingdao|rizhao": (5 * HOUR, 9 * HOUR), "jinan|qingdao": (7 * HOUR, 12 * HOUR),
    },
    inland={"JNYARD": "jinan"},
    seal_issuers={"weihai|qingdao": ("CU", "CA"), "jinan|qingdao": ("CU", "CA"), "qingdao|jinan": ("CU", "CA")},
)  # fmt: skip
BOX = "CSQU3054383"
FEEDER = "CNSHIP:F1"
OCEAN = "IMO:9399038"
COASTER = "CNSHIP:C1"
#: Exceptions whose detail is a name, a number, or what somebody else wrote.
_UNWORDED = ("ARR_REJECTED", "DERIVE_FAILED", "SEAL_BROKEN", "SEAL_CHANGED_IN_TRANSIT", "TERMINAL_CHANGED", "WITHDRAWN")
_serial = count(1)


def at(hours: float) -> int:
    """A time on the story's day, in hours."""
    return DAY + round(hours * HOUR)


def event(what: int, code: str, when: float, **attributes: Any) -> Evidence:
    """An item of evidence with an identity of its own, of the best source, unless said otherwise."""
    box = attributes.pop("box", BOX)
    book = attributes.pop("book", "B")
    number = attributes.pop("number", None) or f"E{next(_serial)}"
    updated = attributes.pop("updated", None) or at(when)
    source = attributes.pop("source", "TOS")
    version = version_of(updated, attributes.pop("content", 0), attributes.pop("retracted", False))
    defaults = {"action": "", "classifier": "ACT", "port": "qingdao", "terminal": "QQCTU", "container": box}
    defaults.update(attributes)
    return Evidence(
        book=book, key=defaults.pop("key", box), ident=f"P|{source}|{number}", version=version, what=what, code=code,
        at=at(when), seen=at(when), source=source, **defaults,
    )  # fmt: skip


def gate_in(when: float, **a: Any) -> Evidence:
    return event(GATE, "IN", when, **{"ef": "F", "purpose": "EXPORT_IN", **a})


def gate_out(when: float, **a: Any) -> Evidence:
    return event(GATE, "OUT", when, **{"ef": "F", "purpose": "IMPORT_OUT", **a})


def load(when: float, **a: Any) -> Evidence:
    return event(QUAY, "LOAD", when, **{"ef": "F", "vessel": OCEAN, "voyage": "V1", "pod": "NLRTM", **a})


def discharge(when: float, **a: Any) -> Evidence:
    return event(QUAY, "DISC", when, **{"ef": "F", "vessel": OCEAN, "voyage": "V1", "pol": "NLRTM", **a})


def line(kind: str, when: float, **a: Any) -> Evidence:
    bill = a.get("bill", "BL1")
    return event(LINE, kind, when, **{"bill": bill, "vessel": OCEAN, "voyage": "V1", "trade": "F", **a})


def vgm(when: float, **a: Any) -> Evidence:
    return event(VGM, "", when, **{"bill": "BL1", "vessel": OCEAN, "voyage": "V1", "kg": 20_000.0, **a})


def release(stage: str, action: str, when: float, **a: Any) -> Evidence:
    return event(RELEASE, stage, when, **{"action": action, "mode": "CUSTOMS", **a})


def call(service: str, action: str, when: float, phase: str = "INBD", **a: Any) -> Evidence:
    """A berth timestamp of a vessel, as every partition's copy of its calls sees it."""
    vessel = a.pop("vessel", OCEAN)
    port = a.get("port", "qingdao")
    return event(
        CALL, service, when,
        **{"book": "C", "key": f"{vessel}|{port}", "action": action, "phase": phase, "vessel": vessel, "call": "PC1",
           "voyage": "V1", "ref": a.get("voyage", "V1"), "container": "", **a},
    )  # fmt: skip


def cutoff(when: float, opens: float | None = None, **a: Any) -> Evidence:
    """The plan of a call: until when it takes boxes, and from when its yard is open for them."""
    more = {} if opens is None else {"opens": at(opens)}
    return call("CUTOFF", "", when, "", **{"classifier": "PLN", **more, **a})


def estimate(service: str, action: str, when: float, phase: str = "INBD", **a: Any) -> Evidence:
    """A berth timestamp that is only expected."""
    return call(service, action, when, phase, **{"classifier": "EST", **a})


def act(action: str, when: float, about: Evidence | str, **a: Any) -> Evidence:
    """What an officer does about the box: to an event, or to the report or exception of this id."""
    target = about if isinstance(about, str) else about.ident
    return event(
        OPERATOR, action, when,
        **{"source": "DESK", "terminal": "", "ref": target, "mode": "officer-1", "reason": "因误报", **a},
    )  # fmt: skip


def act_on_bill(action: str, when: float, about: Evidence, **a: Any) -> Evidence:
    """The same about a bill."""
    return act(action, when, about, **{"book": "M", "key": about.bill, "bill": about.bill, "container": "", **a})


def act_on_vessel(action: str, when: float, about: Evidence | str, vessel: str = OCEAN, **a: Any) -> Evidence:
    """The same about a vessel's calls at a port."""
    port = a.get("port", "qingdao")
    return act(action, when, about, **{"book": "V", "key": f"{vessel}|{port}", "vessel": vessel, "container": "", **a})


def act_on_source(action: str, when: float, about: str, port: str = "qingdao", **a: Any) -> Evidence:
    """What an officer says of the exception of a port's source."""
    return act(action, when, about, **{"book": "S", "key": port, "port": port, "container": "", **a})


def report(command: dict[str, Any], seen: float = 0) -> Evidence:
    """A command as it is read back."""
    return Evidence(
        book="B", key=command["container"], ident=sent_as(command["message_id"], command["attempt"]), version=2, what=REPORT,
        code=command["message_type"], action=command["function"], classifier="ACT", at=command["arrived_at"],
        seen=at(seen), port=command["port"], terminal=command["terminal_code"], source="PLATFORM",
        container=command["container"], bill=command["bill"], house=command["house"], vessel=command["vessel_id"],
        voyage=command["voyage"], purpose=command["route_flag"], ref=command["message_id"], extra=command["basis"],
        packages=command["attempt"], opens=command["sent_at"], until=command["line_version"],
    )  # fmt: skip


def receipt(command: dict[str, Any], when: float, action: str = "ACK") -> Evidence:
    return release("ARRIVAL", action, when, ref=command["message_id"], reason="" if action == "ACK" else "03")


class Platform:
    """All four ports on one partition, with customs' receipts left to the test."""

    def __init__(self, reference: Reference = REFERENCE) -> None:
        self.core = Correlator(reference, 1, 0, unpack=unpack, imo_digit=imo_ok)
        self.store: dict[tuple[str, tuple[Any, ...]], dict[str, Any]] = {}
        self.commands: list[dict[str, Any]] = []
        self.alerts: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []
        self.versions: dict[tuple[str, tuple[Any, ...]], int] = {}

    def hear(self, *evidence: Evidence, now: float | None = None) -> Platform:
        """Take evidence (a bill's facts come back as they would through Kafka), then derive."""
        for e in evidence:
            self.core.accept(e)
        if now is not None:
            self.core.advance(at(now))
        while self.core.pending():
            effects = self.core.flush()
            assert not effects.failed, effects.failed
            for _, fact in effects.facts:
                self.core.accept(fact)
            self.commands += effects.commands
            self.alerts += effects.alerts
            self.updates += effects.updates
            for table, rows in effects.rows.items():
                if table != "events":
                    for row in rows:
                        self._put(table, row)
        return self

    def _put(self, table: str, row: tuple[Any, ...]) -> None:
        from streams.domain.rows import KEYS

        record = dict(zip([c for c, _ in TABLES[table]], row, strict=True))
        key = (table, tuple(record[k] for k in KEYS[table]))
        assert record["version"] >= self.versions.get(key, 0), "a row moved back"
        if table == "exceptions" and record["code"] not in _UNWORDED and not record["is_deleted"]:
            assert in_words(record["detail"])[0] != record["detail"], f"{record['code']}: {record['detail']!r} has no words"
        self.versions[key] = record["version"]
        self.store[key] = record

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The table as readers see it, without what only the engine compares."""
        return [
            {k: v for k, v in r.items() if k not in ("version", "updated_at", "is_deleted")}
            for key, r in sorted(self.store.items(), key=lambda item: str(item[0]))
            if key[0] == table and not r["is_deleted"]
        ]

    def visit(self, number: int = -1) -> dict[str, Any]:
        """One visit row with its milestones as a dict."""
        row = self.rows("box_visits")[number]
        return {**row, "milestones": dict(zip(row["milestones"], row["milestone_times"], strict=True))}

    def exceptions(self, *about: str) -> list[tuple[str, str]]:
        """(code, state) of all exceptions, or of those with these codes."""
        return sorted((r["code"], r["state"]) for r in self.rows("exceptions") if not about or r["code"] in about)
