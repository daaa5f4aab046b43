"""The message tables (``messages/*.yaml``): which message becomes which event, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from connectors.edi.templates import Node, Rule, TableError, compiled, names, parse, read_yaml

#: Event type -> kind.
KINDS: Final = {
    "GATE_MOVE": "gate", "QUAY_MOVE": "berth", "PORT_CALL": "berth", "MANIFEST_LINE": "manifest", "VGM": "manifest",
    "RELEASE": "release",
}  # fmt: skip
#: Events that are a move of one box.
MOVES: Final = ("GATE_MOVE", "QUAY_MOVE")
#: What is read along with the value beside it, and is no field of its own.
COMPANIONS: Final = frozenset(("unit", "format", "issuer", "condition"))
#: Fields that may stand several times.
LISTED: Final = frozenset(("seals", "transfer", "packages", "decision"))
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class CodeList(NamedTuple):
    """A code list. ``unknown``: the flag of a code that it does not hold, "" = none."""

    number: str
    source: str
    codes: Mapping[str, Any]
    unknown: str = ""
    expected: str = ""


class Documents(NamedTuple):
    """Document codes (BGM 1001) in directories of ``first`` to ``last`` -> operation. The directories re-use numbers
    (D.21A: 34 is "cargo status"), so there is no one list for all. ``practice``: not borne out by the directory; taken,
    with a flag."""

    first: str
    last: str
    codes: Mapping[str, str]
    practice: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """One event that a box, bill or call becomes.

    needs: fields without which it cannot be. time: operation ("" = any) -> the fields that tell the event's time, best
    first; time_else: "document" = the document's time stands in, with a flag unless ``quiet``. constants: the same in
    every event, or by operation. prefer: field -> operation -> the fields that it is taken from.
    """

    event: str
    classifier: str
    needs: tuple[str, ...]
    time: Mapping[str, tuple[str, ...]]
    time_expected: str
    time_else: str
    quiet: bool
    constants: Mapping[str, Any]
    prefer: Mapping[str, Mapping[str, tuple[str, ...]]]
    fields: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Kind of the event: gate, berth, manifest, release."""
        return KINDS[self.event]


@dataclass(frozen=True, slots=True)
class Table:
    """One message type.

    amends: what names the document that a message replaces or cancels, "RFF+ACW" or "document" (its own number will do).
    group: what a box, bill or place begins with, the one that comes first in a message; again: what begins another one
    when a group already has it; context: what holds for the groups after it; remember: boxes described before the
    bills. place: whether it is loaded or discharged here, by its ports; here: the field with the place of a call.
    each: one event for each value of the first of these that is there. every: all targets whose time is there, not the
    first that fits. counts: tag of the segments that CNT+16 counts. statuses: 8249 that say something of the move.
    no_bill: the bill number that says that there is none. functions: 1225 that stand for an original beside the usual
    ones.
    """

    message: str
    en: str
    zh: str
    source: str
    notes: str
    amends: str
    documents: tuple[Documents, ...]
    group: tuple[str, ...]
    again: str
    context: tuple[str, ...]
    remember: str
    counts: str
    place: Mapping[str, str]
    here: str
    each: tuple[str, ...]
    every: bool
    statuses: Mapping[str, str]
    no_bill: str
    functions: tuple[str, ...]
    head_rules: tuple[Rule, ...]
    box_rules: tuple[Rule, ...]
    item_rules: tuple[Rule, ...]
    head: dict[str, Node]
    box: dict[str, Node]
    item: dict[str, Node]
    flags: tuple[str, ...]
    becomes: tuple[Target, ...]
    #: Tag at which something may begin or end -> (part, qualifier that it must have, "" = any).
    roles: Mapping[str, tuple[tuple[str, str], ...]]

@cache
def tables() -> Mapping[str, Table]:
    """All tables by message type. Raises TableError."""
    return MappingProxyType({name: _table(name, read_yaml(name.lower())) for name in names()})


@cache
def code_lists() -> Mapping[str, CodeList]:
    """The code lists by number."""
    return {
        str(number): CodeList(
            str(number), entry["source"], entry["codes"], entry.get("unknown", ""), entry.get("expected", "")
        )
        for number, entry in read_yaml("codes").items()
    }  # fmt: skip


_KNOWN: Final = frozenset((
    "message", "like", "en", "zh", "source", "notes", "amends", "documents", "group", "again", "context", "remember", "counts",
    "place", "here", "each", "every", "statuses", "no_bill", "functions", "head", "box", "item", "becomes",
))  # fmt: skip
_KNOWN_TARGET: Final = frozenset((
    "event", "classifier", "needs", "time", "time_expected", "time_else", "quiet", "set", "prefer", "fields",
))  # fmt: skip


def _table(name: str, entry: dict[str, Any]) -> Table:
    if unknown := set(entry) - _KNOWN:
        raise TableError(f"{name}: unknown key {', '.join(sorted(unknown))}")
    if like := entry.get("like"):
        entry = read_yaml(like.lower()) | entry
    rules = {level: _rules(entry.get(level, ())) for level in ("head", "box", "item")}
    flags = dict.fromkeys(rule.flag for level in rules.values() for rule in level if rule.flag)
    listed = LISTED | set(entry.get("each", ()))
    try:
        return Table(
            message=entry["message"], en=entry["en"], zh=entry["zh"], source=entry["source"],
            notes=entry.get("notes", "").strip(), amends=entry.get("amends", "document"),
            documents=tuple(map(_documents, entry.get("documents", ()))), group=tuple(entry.get("group", ())),
            again=entry.get("again", ""), context=tuple(entry.get("context", ())), remember=entry.get("remember", ""),
            counts=entry.get("counts", ""), place=entry.get("place", _NOTHING), here=entry.get("here", ""),
            each=tuple(entry.get("each", ())), every=entry.get("every", False),
            statuses=entry.get("statuses", _NOTHING), no_bill=entry.get("no_bill", ""),
            functions=tuple(entry.get("functions", ())),
            head_rules=rules["head"], box_rules=rules["box"], item_rules=rules["item"],
            head=compiled(_fields(rules["head"]), listed), box=compiled(_fields(rules["box"]), listed),
            item=compiled(_fields(rules["item"]), listed), flags=tuple(flags),
            becomes=tuple(_target(name, target) for target in entry["becomes"]), roles=_roles(entry),
        )  # fmt: skip
    except KeyError as missing:
        raise TableError(f"{name}: {missing} is missing") from missing


def _roles(entry: dict[str, Any]) -> dict[str, tuple[tuple[str, str], ...]]:
    parts = [("group", text) for text in entry.get("group", ())] + [("context", text) for text in entry.get("context", ())]
    parts += [(part, entry[part]) for part in ("again", "remember") if entry.get(part)]
    parts += [("total", "CNT")] if entry.get("counts") else []
    roles: dict[str, tuple[tuple[str, str], ...]] = {}
    for part, text in parts:
        tag, _, qualifier = text.partition("+")
        roles[tag] = (*roles.get(tag, ()), (part, qualifier))
    return roles


def _rules(entries: Any) -> tuple[Rule, ...]:
    common = read_yaml("common")
    found: list[Rule] = []
    for entry in entries:
        if isinstance(entry, dict):
            found += parse(entry["is"], entry["flag"])
        elif entry in common:
            found += _rules(common[entry])
        else:
            found += parse(entry)
    return tuple(found)


def _fields(rules: tuple[Rule, ...]) -> list[Rule]:
    return [rule for rule in rules if rule.field not in COMPANIONS]


def _documents(entry: dict[str, Any]) -> Documents:
    first, last = str(entry["from"]), str(entry.get("to", "99Z"))
    return Documents(first, last, entry["codes"], entry.get("practice", {}))


def _target(name: str, entry: dict[str, Any]) -> Target:
    if unknown := set(entry) - _KNOWN_TARGET:
        raise TableError(f"{name}: unknown key {', '.join(sorted(unknown))} in becomes")
    time = entry["time"]
    by_operation = time if isinstance(time, dict) else {"": time}
    return Target(
        event=entry["event"], classifier=entry["classifier"],
        needs=(*entry.get("needs", ()), *(("container_no",) if entry["event"] in MOVES else ())),
        time={operation: tuple(fields) for operation, fields in by_operation.items()},
        time_expected=entry.get("time_expected", ""), time_else=entry.get("time_else", ""),
        quiet=entry.get("quiet", False), constants=entry.get("set", _NOTHING),
        prefer={
            field: {operation: tuple(fields) for operation, fields in choice.items()}
            for field, choice in entry.get("prefer", {}).items()
        },
        fields=tuple(entry["fields"]),
    )  # fmt: skip
