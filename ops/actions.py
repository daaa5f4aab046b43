"""What an officer is about to do: looked up in the store, told beforehand, and made a record of ``operator-actions.v1``.

The rules are those of contracts, section 7 (Operator actions). An action is addressed to the book of what it is about: the
event's, the report's or the exception's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Protocol
from uuid import uuid4

from schemas.reference import load_reference
from schemas.validate import validate

TOPIC: Final = "operator-actions.v1"
PARTY, SYSTEM = "OPS", "DESK"
#: Events as they are known, voided ones too, but not those that another event corrects.
_EVENTS: Final = (
    "SELECT event_id, source_party, source_system, kind, event_type, milestone, event_time, port, container_no, bill_no, "
    "vessel_id FROM events FINAL WHERE is_retracted = 0 AND kind != 'operator-action' AND (event_id = %(e)s OR "
    "raw_ref = %(e)s) AND (container_no = %(s)s OR bill_no = %(s)s OR vessel_id = %(s)s) AND "
    "concat(source_party, '|', source_system, '|', event_id) NOT IN "
    "(SELECT event_id FROM void_events_now WHERE reason = 'CORRECTED')"
)
_VOIDS: Final = (
    "SELECT target_id FROM operator_actions_now WHERE action = 'VOID' AND status = 'IN_FORCE' AND target_id = %(t)s"
)
_CASES: Final = (
    "SELECT message_id, state, port, terminal_code, voyage FROM arrival_cases_now "
    "WHERE container_no = %(s)s AND message_id != '' AND message_type != 'MT5101'"
)
_EXCEPTIONS: Final = (
    "SELECT exception_id, code, state, port, book_key, subject, raised_at FROM exceptions_now "
    "WHERE (subject = %(s)s OR book_key = %(s)s) AND (exception_id = %(x)s OR code = %(x)s)"
)
_OF_SOURCES: Final = frozenset({"SOURCE_SILENT", "CLOCK_SKEW"})


class NotPossible(ValueError):
    """What the officer wants cannot be done; the text says why, and what to do."""


class Queryable(Protocol):
    """What is needed of a store."""

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows as dicts, times in ms."""


class Officer(NamedTuple):
    """Who acts, why, and when (ms UTC)."""

    name: str
    reason: str
    at: int


class Action(NamedTuple):
    """A record with its topic key, and for people: what it does, and what is then to be expected."""

    key: str
    record: dict[str, Any]
    does: str
    expect: str


def void(store: Queryable, subject: str, event: str, officer: Officer) -> Action:
    """Void an event of a box, a bill or a vessel, named by its id or its message reference."""
    e = _event(store, subject, event)
    target = _identity(e)
    if store.query(_VOIDS, {"t": target}):
        raise NotPossible(f"{target} is void already 已作废; to take that back: yigangtong act unvoid")
    does = f"作废 void {_told(e)}"
    expect = (
        "该记录的任何版本不再计入，直到恢复 no version of it counts any more, for every box it concerns, "
        "until: yigangtong act unvoid"
    )
    return _action("VOID", *_book(e), e["port"], target, officer, does, expect)


def unvoid(store: Queryable, subject: str, event: str, officer: Officer) -> Action:
    """Take it back that an event was voided."""
    e = _event(store, subject, event)
    target = _identity(e)
    if not store.query(_VOIDS, {"t": target}):
        raise NotPossible(f"{target} is not void 未作废: there is nothing to take back")
    expect = "该记录重新计入 it counts again"
    return _action("UNVOID", *_book(e), e["port"], target, officer, f"恢复 take back the void of {_told(e)}", expect)


def resubmit(store: Queryable, box: str, message: str, officer: Officer) -> Action:
    """Have a report to customs made anew that was rejected, deleted, or not answered."""
    case = _case(store, box, message)
    expect = {
        "REJECTED": "另发一份新报文，接在被拒报文之后 a new report follows the rejected one",
        "DELETED": "重新报送 the arrival is reported anew",
        "SENT": "海关可能已收到：先删除（功能码3）再重报 customs may hold it: it is deleted first, then reported anew",
    }.get(case["state"])
    if expect is None:
        raise NotPossible(
            f"customs has acknowledged {case['message_id']} 海关已接受，无需重报; to withdraw it: yigangtong act delete"
        )
    expect += "; 等候海关回执 expect customs' receipt: yigangtong trace " + box
    does = f"重报 report the arrival anew: {_named(case)}"
    return _action("RESUBMIT", "container_no", box, case["port"], case["message_id"], officer, does, expect)


def delete(store: Queryable, box: str, message: str, officer: Officer) -> Action:
    """Have a report to customs deleted, and not made anew."""
    case = _case(store, box, message)
    if case["state"] == "DELETED":
        raise NotPossible(f"{case['message_id']} is deleted already 已删除; to report anew: yigangtong act resubmit")
    if case["state"] == "REJECTED":
        expect = "海关已拒收，无需发删除报文 customs holds no such report, so none is sent"
    else:
        expect = "向海关发删除报文（功能码3） its deletion (function 3) is sent to customs"
    expect += "; 此后不再报送，直到重报 not reported anew until: yigangtong act resubmit " + box
    does = f"删除 delete {_named(case)}"
    return _action("DELETE", "container_no", box, case["port"], case["message_id"], officer, does, expect)


def remark(store: Queryable, action: str, subject: str, exception: str, officer: Officer, assignee: str = "") -> Action:
    """Acknowledge or assign an exception, or comment on it: named by its id, or by its code where there is one only."""
    found = store.query(_EXCEPTIONS, {"s": subject, "x": exception})
    if not found:
        raise NotPossible(f"{subject} has no exception {exception!r} 没有该异常; see: yigangtong trace {subject}")
    if len(found) > 1:
        ids = ", ".join(f"{x['exception_id']} ({x['state']})" for x in found)
        raise NotPossible(f"{subject} has {len(found)} of {exception} 有多个同类异常; name one by its id: {ids}")
    x = found[0]
    if x["code"] in _OF_SOURCES:
        raise NotPossible(f"{x['code']} is about a source and ends by itself 数据源异常会自行结束; it takes no remarks")
    book, key = ("vessel_id", x["book_key"].rsplit("|", 1)[0]) if "|" in x["book_key"] else ("container_no", x["book_key"])
    does = {
        "ACKNOWLEDGE": "确认异常 acknowledge", "ASSIGN": f"指派给 assign to {assignee}:", "COMMENT": "备注 comment on",
    }[action] + f" {x['code']} {x['subject']} ({x['state']})"  # fmt: skip
    expect = "记于异常旁，异常不会因此结束 it stands beside the exception and does not end it"
    return _action(action, book, key, x["port"], x["exception_id"], officer, does, expect, assignee)


def _event(store: Queryable, subject: str, event: str) -> dict[str, Any]:
    found = store.query(_EVENTS, {"s": subject, "e": event})
    if not found:
        raise NotPossible(
            f"no event {event!r} of {subject} is known 没有该记录; ids and references: yigangtong trace {subject} --json"
        )
    if len(found) > 1:
        ids = ", ".join(f"{e['event_id']} ({e['source_party']} {e['milestone']})" for e in found[:5])
        raise NotPossible(f"{event!r} names {len(found)} events of {subject} 有多条记录; name one by its event id: {ids}")
    return found[0]


def _case(store: Queryable, box: str, message: str) -> dict[str, Any]:
    found = [c for c in store.query(_CASES, {"s": box}) if message in ("", c["message_id"])]
    if not found:
        named = f" {message!r}" if message else ""
        raise NotPossible(f"{box} has no report{named} to customs 没有该报文; see: yigangtong trace {box}")
    if len(found) > 1:
        ids = "; ".join(map(_named, found))
        raise NotPossible(f"{box} has {len(found)} reports 有多份报文; name one by its message id: {ids}")
    return found[0]


def _identity(e: Mapping[str, Any]) -> str:
    return f"{e['source_party']}|{e['source_system']}|{e['event_id']}"


def _book(e: Mapping[str, Any]) -> tuple[str, str]:
    """The field and the key of the book that an event belongs to (contracts, section 1: Topic keys)."""
    by_bill = e["kind"] == "manifest" and e["bill_no"]
    for field in ("bill_no",) if by_bill else ("container_no", "bill_no", "vessel_id"):
        if e[field]:
            return field, str(e[field])
    raise NotPossible(f"{_identity(e)} names neither box nor bill nor vessel")


def _told(e: Mapping[str, Any]) -> str:
    about = " ".join(filter(None, (e["container_no"], e["bill_no"], e["vessel_id"])))
    return f"{e['kind']} {e['milestone'] or e['event_type']} {e['port']} {about} ({e['source_party']} {e['event_id']})"


def _named(case: Mapping[str, Any]) -> str:
    return f"{case['message_id']} {case['terminal_code']} {case['voyage']} ({case['state']})"


def _action(
    action: str, field: str, key: str, port: str, target: str, officer: Officer, does: str, expect: str, assignee: str = ""
) -> Action:
    record = {
        "event_id": f"{action}-{uuid4().hex}", "source_party": PARTY, "source_system": SYSTEM,
        "event_type": "OPERATOR_ACTION", "classifier": "ACT", "event_time": officer.at, "record_time": officer.at,
        "updated_time": officer.at, "is_retracted": False, "port": port or load_reference().seaports[0], "action": action,
        "operator": officer.name.strip(), field: key, "target_id": target, "assignee": assignee.strip() or None,
        "comment": officer.reason.strip(),
    }  # fmt: skip
    if problems := validate("operator-action", record):
        raise NotPossible("; ".join(map(str, problems)))
    return Action(key, record, does, expect)
