"""A tiny world: some boxes on every path, their bills, two vessels, and what goes wrong with them."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from schemas.codec import encode
from streams.domain.reports import message_id
from streams.domain.watch import Raised

DAY = 1_772_409_600_000  # 2026-03-02T00:00:00Z
MINUTE = 60_000
HOUR = 60 * MINUTE
FINAL = DAY + 60 * HOUR
PORTS = ("qingdao", "rizhao", "yantai", "weihai")
KINDS = ("manifest", "gate", "berth", "release")
OCEAN, FEEDER = "IMO:2000107", "CNSHIP:F1"
TERMINALS = {"qingdao": "QQCTU", "rizhao": "RZCT", "yantai": "YTCT", "weihai": "WHCT"}
LETTERS = {c: n for n, c in zip([n for n in range(10, 39) if n % 11], "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=True)}


class Event(NamedTuple):
    """One record to publish. ``partition`` -1: where its key belongs."""

    topic: str
    key: str
    kind: str
    at: int
    value: bytes
    partition: int = -1


def container(number: int) -> str:
    """A box with a right ISO 6346 check digit."""
    body = f"TSTU{number:06d}"
    total = sum((LETTERS[c] if c.isalpha() else int(c)) << i for i, c in enumerate(body))
    return body + str(total % 11 % 10)


def at(hours: float) -> int:
    return DAY + round(hours * HOUR)


class World:
    """``events`` by event time. ``rejected`` names the boxes whose reports customs rejects, ``rejected_once`` those of which
    it rejects the first report only."""

    def __init__(self, seed: int, partitions: int) -> None:
        self._rng = random.Random(seed)
        self._partitions = partitions
        self._serial = 0
        self._first = seed * 1000
        self.events: list[Event] = []
        self.rejected: set[str] = set()
        self.rejected_once: set[str] = set()
        self._calls()
        for story in (
            self._export, self._export, self._import, self._feeder, self._domestic, self._corrected_box,
            self._corrected_bill, self._retracted, self._no_manifest, self._late_opening, self._voided_by_new_id,
            self._moved_by_mistake, self._moved_and_void, self._voided, self._voided_and_back, self._voided_by_bill,
            self._made_anew, self._deleted, self._deleted_and_back, self._remarked, self._moved_another,
        ):  # fmt: skip
            story(self._box())
        self._rejected(self._box())
        self._nonsense()
        self.events.sort(key=lambda e: (e.at, e.topic, e.value))

    # -- what is said ------------------------------------------------------------------------------------------------

    def say(self, kind: str, port: str, key: str, hours: float, event_type: str, **fields: Any) -> dict[str, Any]:
        self._serial += 1
        record = {
            "event_id": f"E{self._serial}", "source_party": "T", "source_system": "TOS", "event_type": event_type,
            "classifier": "ACT", "event_time": at(hours), "updated_time": at(hours), "is_retracted": False, "port": port,
            "terminal_code": TERMINALS[port],
        } | fields  # fmt: skip
        self.events.append(Event(f"{port}.{kind}.v1", key, kind, at(hours), encode(kind, record)))
        return record

    def again(self, kind: str, key: str, record: dict[str, Any], **changes: Any) -> None:
        """A later version of an event."""
        newer = record | {"updated_time": record["updated_time"] + 5 * MINUTE} | changes
        topic = f"{record['port']}.{kind}.v1"
        self.events.append(Event(topic, key, kind, record["event_time"] + 1, encode(kind, newer)))

    def gate(self, box: str, hours: float, move: str, port: str = "qingdao", **a: Any) -> dict[str, Any]:
        fields = {"move": move, "container_no": box, "ef": "F", "trade": "F", "mode": "TRUCK"} | a
        return self.say("gate", port, box, hours, "GATE_MOVE", **fields)

    def quay(self, box: str, hours: float, move: str, port: str = "qingdao", **a: Any) -> dict[str, Any]:
        fields = {"move": move, "container_no": box, "vessel_id": OCEAN, "voyage": "V1", "ef": "F", "trade": "F"} | a
        return self.say("berth", port, box, hours, "QUAY_MOVE", **fields)

    def line(self, box: str, bill: str, hours: float, manifest_kind: str, port: str = "qingdao", **a: Any) -> dict[str, Any]:
        fields = {
            "manifest_kind": manifest_kind, "master_bl": bill, "container_no": box, "vessel_id": OCEAN, "voyage": "V1",
            "trade": "F", "ef": "F", "source_system": "CARRIER",
        } | a  # fmt: skip
        return self.say("manifest", port, bill, hours, "MANIFEST_LINE", **fields)

    def release(self, hours: float, stage: str, action: str = "RELEASE", port: str = "qingdao", **a: Any) -> dict[str, Any]:
        key = a.get("container_no") or a.get("bill_no") or a["vessel_id"]
        fields = {"authority": "CUSTOMS", "stage": stage, "action": action, "source_system": "CUSTOMS"} | a
        return self.say("release", port, key, hours, "RELEASE", **fields)

    def call(self, vessel: str, port: str, number: str, voyage: str, hours: float, service: str, event: str, **a: Any) -> None:
        fields = {
            "vessel_id": vessel, "port_call_id": number, "service": service, "call_event": event, "phase": "INBD",
            "voyage_in": voyage, "voyage_out": voyage,
        } | a  # fmt: skip
        self.say("berth", port, vessel, hours, "PORT_CALL", **fields)

    def _box(self) -> str:
        self._first += 1
        return container(self._first)

    # -- what happens ------------------------------------------------------------------------------------------------

    def _calls(self) -> None:
        for vessel, port, number, voyage, start in (
            (OCEAN, "qingdao", "Q1", "V1", 20), (FEEDER, "weihai", "W1", "F1", 8), (FEEDER, "qingdao", "Q2", "F1", 16),
        ):  # fmt: skip
            self.call(vessel, port, number, voyage, start, "ANCHOR", "ARRI")
            self.call(vessel, port, number, voyage, start + 1, "BERTH", "ARRI", phase="ALGS", berth_code="B1")
            self.call(vessel, port, number, voyage, start + 1.5, "BERTH", "ARRI", phase="SHIF", berth_code="B2")
            self.call(vessel, port, number, voyage, start + 2, "CARGO_OPS", "STRT", phase="ALGS")
            self.call(vessel, port, number, voyage, start + 6, "CARGO_OPS", "CMPL", phase="ALGS")
            self.call(vessel, port, number, voyage, start + 7, "BERTH", "DEPA", phase="OUTB")

    def _export(self, box: str, bill: str = "BLX") -> None:
        self.line(box, bill, 9, "PREPARED")
        self.gate(box, 10, "IN", purpose="EXPORT_IN")
        self.gate(box, 10.01, "IN", purpose="EXPORT_IN", source_system="OCR")
        self.release(11, "DECLARATION", "RELEASE", bill_no=bill)
        self.release(12, "LOADING", container_no=box)
        self.release(12.5, "TERMINAL", container_no=box)
        self.quay(box, 23, "LOAD", pod="NLRTM")

    def _import(self, box: str) -> None:
        bill = f"BLI{box[-3:]}"
        self.line(box, bill, 15, "ORIGINAL", pod="CNTAO")
        self.quay(box, 22.5, "DISC", pol="NLRTM")
        self.line(box, bill, 24, "TALLY", source_system="TALLY")
        self.release(26, "DECLARATION", bill_no=bill)
        self.release(26.5, "BILL", bill_no=bill)
        self.release(27, "BILL", "REVOKE", bill_no=bill)
        self.release(28, "TERMINAL", container_no=box)
        self.gate(box, 30, "OUT", purpose="IMPORT_OUT")

    def _feeder(self, box: str) -> None:
        bill = f"BLF{box[-3:]}"
        self.line(box, bill, 2, "PREPARED", port="weihai")
        self.line(box, bill, 2.5, "LEG", port="weihai", leg_from="weihai", leg_to="qingdao", vessel_id=FEEDER, voyage="F1")
        self.gate(box, 3, "IN", port="weihai", purpose="EXPORT_IN")
        self.release(4, "LEG", "APPROVE", port="weihai", container_no=box)
        self.quay(box, 11, "LOAD", port="weihai", vessel_id=FEEDER, voyage="F1", pod="CNTAO", seals=[{"no": "S1"}])
        self.quay(box, 19, "DISC", vessel_id=FEEDER, voyage="F1", pol="CNWEI", seals=[{"no": "S2"}])
        self.quay(box, 24, "LOAD", pod="NLRTM")

    def _domestic(self, box: str) -> None:
        self.gate(box, 5, "IN", port="rizhao", trade="D", purpose="DOMESTIC")
        self.gate(box, 9, "OUT", port="rizhao", trade="D", purpose="DOMESTIC")

    def _corrected_box(self, box: str) -> None:
        """The gate read one box for another, and says so under the same identity."""
        right = self._box()
        self.line(right, f"BLC{box[-3:]}", 9, "PREPARED", port="yantai")
        wrong = self.gate(box, 10, "IN", port="yantai", purpose="EXPORT_IN")
        self.again("gate", right, wrong, container_no=right, corrects_key=box)

    def _voided_by_new_id(self, box: str) -> dict[str, Any]:
        """The same, but the correction is an event of its own."""
        right = self._box()
        wrong = self.gate(box, 11, "IN", port="yantai", purpose="EXPORT_IN")
        return self.gate(
            right, 11, "IN", port="yantai", purpose="EXPORT_IN", corrects_event_id=wrong["event_id"], corrects_key=box,
            updated_time=wrong["updated_time"] + MINUTE,
        )  # fmt: skip

    def _moved_by_mistake(self, box: str) -> None:
        """The gate had read it right: the correction is taken back."""
        self.line(box, f"BLM{box[-3:]}", 9, "PREPARED", port="yantai")
        correction = self._voided_by_new_id(box)
        self.again("gate", correction["container_no"], correction, is_retracted=True)

    def _corrected_bill(self, box: str) -> None:
        """The agent booked the wrong voyage: what was reported under it must be deleted."""
        other = self._box()
        bill = f"BLB{box[-3:]}"
        first = self.line(box, bill, 9, "PREPARED", voyage="V9")
        self.again("manifest", bill, first, voyage="V1")
        named = self.line(box, bill, 9.5, "PACKING")
        self.again("manifest", bill, named, container_no=other)
        self.gate(box, 9.2, "IN", purpose="EXPORT_IN")

    def _retracted(self, box: str) -> None:
        self.line(box, f"BLR{box[-3:]}", 9, "PREPARED", port="yantai")
        self.gate(box, 10, "IN", port="yantai", purpose="EXPORT_IN")
        gone = self.gate(box, 11, "OUT", port="yantai", purpose="WITHDRAWAL")
        self.again("gate", box, gone, is_retracted=True)

    def _no_manifest(self, box: str) -> None:
        self.gate(box, 10, "IN", port="weihai", purpose="EXPORT_IN")

    def _late_opening(self, box: str) -> None:
        """The opening move is told last: the visit is cut anew under another key."""
        self.quay(box, 22, "LOAD", pod="NLRTM")
        self.gate(box, 12, "IN", purpose="EXPORT_IN")
        self.gate(box, 8, "OUT", ef="E", purpose="EMPTY_PICKUP")
        self.gate(box, 7, "IN", ef="E", purpose="EMPTY_RETURN")

    def _rejected(self, box: str) -> None:
        self.rejected.add(box)
        self.line(box, f"BLJ{box[-3:]}", 9, "PREPARED")
        self.gate(box, 10, "IN", purpose="EXPORT_IN")

    # -- what officers do --------------------------------------------------------------------------------------------

    def act(self, action: str, hours: float, target: str, **fields: Any) -> dict[str, Any]:
        """An officer's action on a box, a bill or a vessel's calls."""
        self._serial += 1
        key = next(fields[name] for name in ("container_no", "bill_no", "vessel_id") if name in fields)
        record = {
            "event_id": f"A{self._serial}", "source_party": "OPS", "source_system": "DESK", "event_type": "OPERATOR_ACTION",
            "classifier": "ACT", "event_time": at(hours), "updated_time": at(hours), "is_retracted": False,
            "port": "qingdao", "action": action, "operator": "officer-1", "comment": "misread", "target_id": target,
        } | fields  # fmt: skip
        value = encode("operator-action", record)
        self.events.append(Event("operator-actions.v1", key, "operator-action", at(hours), value))
        return record

    def _first_report(self, box: str) -> str:
        """An export whose arrival is reported; the id of its first report."""
        bill = f"BLO{box[-3:]}"
        self.line(box, bill, 9, "PREPARED")
        self.gate(box, 10, "IN", purpose="EXPORT_IN")
        return message_id("MT3101", box, bill, OCEAN, "V1", "QQCTU", "2", "")

    def _voided(self, box: str) -> None:
        """The gate saw another box leave, and its sender does not correct it."""
        self._first_report(box)
        wrong = self.gate(box, 11, "OUT", purpose="WITHDRAWAL")
        self.act("VOID", 12, identity(wrong), container_no=box)

    def _voided_and_back(self, box: str) -> None:
        self._first_report(box)
        right = self.gate(box, 11, "OUT", purpose="WITHDRAWAL")
        self.act("VOID", 12, identity(right), container_no=box)
        self.act("UNVOID", 13, identity(right), container_no=box)

    def _moved_and_void(self, box: str) -> None:
        """An officer sees that the correction is wrong, and its sender does not."""
        correction = self._voided_by_new_id(box)
        self.act("VOID", 12, identity(correction), container_no=correction["container_no"])

    def _moved_another(self, box: str) -> None:
        """The correction, and the officer who voids it, had taken one box for another: both say so."""
        correction = self._voided_by_new_id(box)
        other, right = self._box(), correction["container_no"]
        meant = self.gate(other, 11, "IN", port="yantai", purpose="EXPORT_IN")
        self.again("gate", right, correction, corrects_event_id=meant["event_id"], corrects_key=other)
        left = self.gate(right, 12, "OUT", port="yantai", purpose="WITHDRAWAL")
        void = self.act("VOID", 13, identity(correction), container_no=right)
        self.act(
            "VOID", 13, identity(left), container_no=right, event_id=void["event_id"],
            updated_time=void["updated_time"] + MINUTE,
        )  # fmt: skip

    def _voided_by_bill(self, box: str) -> None:
        """A line and a release by bill; and a berth timestamp, by vessel."""
        bill, other = f"BLV{box[-3:]}", self._box()
        wrong = [self.line(box, bill, 15, "ORIGINAL", pod="CNTAO"), self.release(26, "BILL", "REVOKE", bill_no=bill)]
        self.line(other, bill, 15, "ORIGINAL", pod="CNTAO")
        self.release(25, "BILL", bill_no=bill)
        for each in (box, other):
            self.quay(each, 22.5, "DISC", pol="NLRTM")
        for record in wrong:
            self.act("VOID", 27, identity(record), bill_no=bill)
        self.call(OCEAN, "qingdao", "Q1", "V1", 40, "CARGO_OPS", "CMPL", phase="ALGS")
        self.act("VOID", 41, f"T|TOS|E{self._serial}", vessel_id=OCEAN)

    def _made_anew(self, box: str) -> None:
        self.rejected_once.add(box)
        self.act("RESUBMIT", 11, self._first_report(box), container_no=box)

    def _deleted(self, box: str) -> None:
        self.act("DELETE", 11, self._first_report(box), container_no=box)

    def _deleted_and_back(self, box: str) -> None:
        first = self._first_report(box)
        self.act("DELETE", 11, first, container_no=box)
        self.act("RESUBMIT", 12, first, container_no=box)

    def _remarked(self, box: str) -> None:
        """An officer speaks of an exception, and of one that there is not."""
        opened = self.gate(box, 10, "IN", port="weihai", purpose="EXPORT_IN")
        raised = Raised("ARR_NO_MANIFEST", box, "weihai", identity(opened), at(10), 0, "", [])
        self.act("ACKNOWLEDGE", 12, raised.exception_id, container_no=box)
        self.act("ASSIGN", 13, raised.exception_id, container_no=box, assignee="officer-2")
        self.act("COMMENT", 13, "0123456789", container_no=box)

    def _nonsense(self) -> None:
        """A record that nobody can read, some that break a rule, and one on the wrong partition."""
        self.act("VOID", 12, "T|TOS|E1", container_no=self._box(), comment=None)
        self.events.append(Event("qingdao.gate.v1", "junk", "gate", at(12), b"not avro"))
        self.gate("", 12, "IN", port="rizhao")
        box = self._box()
        self.gate(box, 12, "IN", port="rizhao", purpose="EXPORT_IN")
        lost = self.events.pop()
        self.events.append(lost._replace(partition=self._rng.randrange(self._partitions)))


def identity(record: dict[str, Any]) -> str:
    return f"{record['source_party']}|{record['source_system']}|{record['event_id']}"


def control(port: str, event_type: str, **fields: Any) -> bytes:
    """A heartbeat or the end."""
    return encode("control", {
        "event_id": f"{event_type}-{port}-{sorted(fields.items())}"[:100].replace("|", ""), "source_party": "T",
        "source_system": "CONTROL", "event_type": event_type, "classifier": "ACT", "event_time": FINAL,
        "updated_time": FINAL, "is_retracted": False, "port": port, **fields,
    })  # fmt: skip
