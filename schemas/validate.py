"""Business shape of a record, beyond what Avro says: one readable way, and a columnar one for whole batches.

The columnar way finds suspects with vector operations that are at least as strict as the rules, and asks the readable
way about each: so both give the same answers. Unknown *codes* are no problem here (they are kept and flagged): a new
code must never stop an old platform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from schemas import rules
from schemas.codec import decode_batch
from schemas.decoded import Decoded
from schemas.reference import load_reference
from schemas.rules import ENVELOPE_KEY_TEXT, ENVELOPE_TEXT, ENVELOPE_TIMES, ENVELOPED, KEY_TEXT, NEEDED
from schemas.wire import Bad

_FORBIDDEN_BYTES = rules.FORBIDDEN.encode()


class Problem(NamedTuple):
    """One thing wrong with a record: the field, what stood there, what was expected, and the reason code."""

    field: str
    value: Any
    expected: str
    code: str

    def __str__(self) -> str:
        shown = repr(self.value)
        return f"{self.field} is {shown if len(shown) <= 80 else shown[:77] + '...'}; expected {self.expected}"


def validate(kind: str, record: Mapping[str, Any], port: str = "") -> list[Problem]:
    """What is wrong with a record, most telling first; [] = nothing. ``port``: the slug in the topic's name, if any."""
    if kind not in ENVELOPED:
        return []
    problems = _envelope(kind, record, port)
    problems += _needed(kind, record)
    if kind == "release" and record.get("event_type") != rules.WATERMARK:
        problems += _release(record)
    if kind == "operator-action":
        problems += _action(record) + _one_subject(record)
    for name in ENVELOPE_KEY_TEXT + KEY_TEXT[kind]:
        value = record.get(name) or ""
        if any(c in rules.FORBIDDEN for c in value):
            expected = "text without '|' and control characters: it becomes part of keys"
            problems.append(Problem(name, value, expected, rules.BAD_CHARACTER))
    return problems


def _envelope(kind: str, record: Mapping[str, Any], port: str) -> list[Problem]:
    problems = [
        Problem(name, record.get(name), "text that is not empty", rules.MISSING_FIELD)
        for name in ENVELOPE_TEXT
        if not record.get(name)
    ]
    types = NEEDED.get(kind, {})
    if types and record.get("event_type") not in types:
        expected = f"one of {', '.join(types)} in a {kind} record"
        problems.append(Problem("event_type", record.get("event_type"), expected, rules.UNKNOWN_EVENT_TYPE))
    if len(record.get("event_id") or "") > rules.EVENT_ID_MAX:
        expected = f"at most {rules.EVENT_ID_MAX} characters"
        problems.append(Problem("event_id", record["event_id"], expected, rules.TOO_LONG))
    seaports = load_reference().seaports
    if record.get("port") not in seaports:
        problems.append(Problem("port", record.get("port"), f"one of {', '.join(seaports)}", rules.UNKNOWN_PORT))
    elif port and record["port"] != port:
        expected = f"{port}, the port of the topic: a port writes only its own topics"
        problems.append(Problem("port", record["port"], expected, rules.FOREIGN_PORT))
    for name in ENVELOPE_TIMES:
        value = record.get(name)
        if value is not None and not rules.FIRST_MS <= value < rules.LAST_MS:
            expected = "a time of the years 2000 to 2099; a number is UTC milliseconds, not seconds or microseconds"
            problems.append(Problem(name, value, expected, rules.BAD_TIME))
    return problems


def _needed(kind: str, record: Mapping[str, Any]) -> list[Problem]:
    event_type = str(record.get("event_type"))
    subject, more = NEEDED.get(kind, {}).get(event_type, ((), ()))
    if record.get("is_retracted"):
        more = ()
    if event_type == "PORT_CALL" and record.get("service") == "CUTOFF":
        more = tuple(name for name in more if name not in rules.CUTOFF_FREE)
    return [
        Problem(name, record.get(name), f"a value: {event_type} cannot do without", rules.MISSING_FIELD)
        for name in subject + more
        if record.get(name) in (None, "")
    ]


def _release(record: Mapping[str, Any]) -> list[Problem]:
    call, bill, box = (record.get(name) or "" for name in ("call_id", "bill_no", "container_no"))
    problems = []
    expected = "exactly one of: call_id, bill_no, bill_no with container_no, container_no"
    if not (call or bill or box):
        only = record.get("declaration_no")
        if only:
            expected += "; a declaration number alone is refused, look up its bill or containers and send one each"
        problems.append(Problem("declaration_no" if only else "bill_no", only or "", expected, rules.BAD_SCOPE))
    elif call and (bill or box):
        problems.append(Problem("call_id", call, expected, rules.BAD_SCOPE))
    if call and not record.get("vessel_id"):
        expected = "the vessel of the call: a release by call is keyed by it"
        problems.append(Problem("vessel_id", record.get("vessel_id"), expected, rules.MISSING_FIELD))
    if record.get("action") == "UNHOLD" and not record.get("hold_id"):
        expected = "the hold that is lifted: UNHOLD names it"
        problems.append(Problem("hold_id", record.get("hold_id"), expected, rules.MISSING_FIELD))
    return problems


def _action(record: Mapping[str, Any]) -> list[Problem]:
    action, target = str(record.get("action")), (record.get("target_id") or "").strip()
    names = rules.ACTIONS.get(action)
    if names is None:
        expected = f"one of {', '.join(rules.ACTIONS)}"
        if action == "OVERRIDE":
            expected += "; OVERRIDE is refused, the platform never decides for customs: VOID what is wrong, with the reason"
        return [Problem("action", action, expected, rules.UNKNOWN_ACTION)]
    needed = {
        "operator": "the name of the officer who acts",
        "comment": "the reason, in the officer's words: nothing is done without one",
        "target_id": names,
    }
    if action == "ASSIGN":
        needed["assignee"] = "the name of whom it is assigned to"
    problems = [
        Problem(name, record.get(name), expected, rules.MISSING_FIELD)
        for name, expected in needed.items()
        if not (record.get(name) or "").strip()
    ]
    if target and names == rules.EVENT and (target.count("|") < 2 or "" in target.split("|", 2)):
        problems.append(Problem("target_id", target, names, rules.BAD_TARGET))
    if target.startswith(rules.REPORTS):
        expected = "an event: a report that was sent cannot be voided, DELETE it by its message_id"
        problems.append(Problem("target_id", target, expected, rules.BAD_TARGET))
    if names == rules.MESSAGE and not record.get("container_no"):
        expected = "the container whose report it is"
        problems.append(Problem("container_no", None, expected, rules.BAD_SCOPE))
    return problems


def _one_subject(record: Mapping[str, Any]) -> list[Problem]:
    given = [name for name in ("container_no", "bill_no", "vessel_id") if record.get(name)]
    if len(given) == 1 or (not given and record.get("action") in rules.REMARKS):
        return []
    field = given[-1] if given else "container_no"
    expected = "exactly one of container_no, bill_no, vessel_id; none in a remark on a source of the port"
    return [Problem(field, record.get(field), expected, rules.BAD_SCOPE)]


def validate_columns(kind: str, decoded: Decoded, ports: Sequence[str] = ()) -> list[Bad]:
    """The good records of a batch that break a rule, by index in the batch: code and field of the first problem, the
    reason names all. ``ports``: of each record of the batch the slug in its topic's name, "" for a shared topic; none at
    all where nobody asks."""
    if kind not in ENVELOPED or not len(decoded):
        return []
    bad = []
    good = [ports[i] for i in decoded.good] if ports else []
    for row in _suspects(kind, decoded.arrow, good):
        problems = validate(kind, decoded.record(row), good[row] if good else "")
        if problems:
            reason = "; ".join(map(str, problems))
            bad.append(Bad(decoded.good[row], problems[0].code, reason, problems[0].field))
    return bad


def read_batch(
    kind: str, values: Sequence[bytes | None], ports: Sequence[str] = (), fields: Sequence[str] | None = None
) -> Decoded:
    """Decode a batch of one kind and refuse what breaks a rule: the whole intake of a batch, bad ones in ``bad``.

    ``ports``: of each value the slug in its topic's name, "" for a shared topic. Raises RegistryUnavailableError only.
    """
    decoded = decode_batch(kind, values, fields)
    return decoded.without(validate_columns(kind, decoded, ports))


def _suspects(kind: str, batch: pa.RecordBatch, ports: Sequence[str]) -> list[int]:
    """Rows that may break a rule: a superset of those that do. ``ports`` has one for each row, or none."""
    masks = [_missing(batch.column(name)) for name in ENVELOPE_TEXT]
    masks.append(pc.greater(pc.utf8_length(batch.column("event_id")), rules.EVENT_ID_MAX))
    masks.append(pc.invert(pc.is_in(batch.column("port"), pa.array(load_reference().seaports))))
    if any(ports):
        topics = pa.array(ports)
        masks.append(pc.and_(pc.not_equal(topics, batch.column("port")), pc.not_equal(topics, "")))
    for name in ENVELOPE_TIMES:
        low, high = pc.min_max(batch.column(name)).values()
        if low.is_valid and (low.as_py() < rules.FIRST_MS or high.as_py() >= rules.LAST_MS):
            times = batch.column(name)
            masks.append(pc.or_(pc.less(times, rules.FIRST_MS), pc.greater_equal(times, rules.LAST_MS)))
    masks += _suspects_by_type(kind, batch)
    if kind == "release":
        call, bill, box = (_missing(batch.column(name)) for name in ("call_id", "bill_no", "container_no"))
        masks += [pc.invert(call), pc.and_(bill, box), pc.equal(batch.column("action"), "UNHOLD")]
    if kind == "operator-action":
        masks.append(pa.array([True] * batch.num_rows))  # few and by hand: each is looked at
    for name in ENVELOPE_KEY_TEXT + KEY_TEXT[kind]:
        if _has_forbidden(batch.column(name)):
            masks.append(pc.match_substring_regex(batch.column(name), r"[\x00-\x1f|]"))
    rows: set[int] = set()
    for mask in masks:
        if mask.true_count:
            rows.update(pc.indices_nonzero(mask).to_pylist())
    return sorted(rows)


def _suspects_by_type(kind: str, batch: pa.RecordBatch) -> list[pa.BooleanArray]:
    types = batch.column("event_type")
    masks = []
    known = 0
    for event_type, (subject, more) in NEEDED.get(kind, {}).items():
        of_type = pc.equal(types, event_type)
        count = of_type.true_count
        known += count
        for name in subject + more if count else ():
            missing = _missing(batch.column(name))
            if missing.true_count and event_type == "PORT_CALL" and name in rules.CUTOFF_FREE:
                missing = pc.and_not(missing, pc.equal(batch.column("service").fill_null(""), "CUTOFF"))
            if missing.true_count:
                masks.append(pc.and_(of_type, missing))
    if kind in NEEDED and known < batch.num_rows:
        masks.append(pc.invert(pc.is_in(types, pa.array(list(NEEDED[kind])))))
    return masks


def _missing(column: pa.Array) -> pa.BooleanArray:
    """Null or empty text, true or false for each row."""
    if pa.types.is_string(column.type):
        return pc.equal(column.fill_null("") if column.null_count else column, "")
    return column.is_null()


def _has_forbidden(column: pa.StringArray) -> bool:
    """Whether a forbidden character occurs anywhere in the column: one look at its bytes."""
    data = column.buffers()[2]
    if data is None:
        return False
    raw = data.to_pybytes()
    return len(raw.translate(None, _FORBIDDEN_BYTES)) != len(raw)
