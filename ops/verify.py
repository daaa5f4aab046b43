"""Does the platform show what was planned to happen? Compares its rows with a simulator's truth, both ways.

A truth line without an equal row is *missed*; a row without an equal truth line is *false*. A row with one wrong value
is therefore one of each, and shown once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

#: Kind of a truth line that names a box of another origin, e.g. of sample messages.
OUTSIDE: Final = "outside"
#: How many differences of each kind a report shows in full.
SHOWN: Final = 10

Line = Mapping[str, Any]
#: Key and value of one line; both hashable, times in the store's resolution.
Entry = tuple[tuple[Any, ...], tuple[Any, ...]]


class Queryable(Protocol):
    """What is needed of a store (contracts, section 5)."""

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Answer a SELECT; times come back as int ms."""


class Kind(NamedTuple):
    """How one kind of truth is compared with one table: ``key`` finds the line, ``value`` must be equal."""

    table: str
    key: tuple[str, ...]
    value: tuple[str, ...]
    times: frozenset[str]
    where: str = ""


KINDS: Final[dict[str, Kind]] = {
    "visit": Kind(
        "box_visits_now", ("container_no", "opened_at"),
        ("closed_at", "direction", "trade", "ef", "state", "milestones"), frozenset(("opened_at", "closed_at")),
    ),
    "exception": Kind("exceptions_now", ("code", "subject"), ("state",), frozenset()),
    "call": Kind(
        "port_calls_now", ("vessel_id", "port", "ata"), ("phase", "atb", "ops_start", "ops_end", "atd", "shifts"),
        frozenset(("ata", "atb", "ops_start", "ops_end", "atd")),
    ),
    "arrival": Kind(
        "arrival_cases_now", ("container_no", "bill_no", "vessel_id", "voyage", "terminal_code", "message_type"),
        ("state",), frozenset(), "state != 'NOT_REQUIRED'",
    ),
    "action": Kind(
        "operator_actions_now", ("book_key", "action", "target_id"), ("status", "operator", "assignee"), frozenset()
    ),
    "leg": Kind(
        "transfer_legs_now", ("container_no", "from_port", "to_port"), ("leg_state", "loaded_at", "discharged_at"),
        frozenset(("loaded_at", "discharged_at")),
    ),
}  # fmt: skip


class Difference(NamedTuple):
    """``expected`` and ``found`` hold the values that differ; one is None where there is no line, or no row."""

    key: dict[str, Any]
    expected: dict[str, Any] | None
    found: dict[str, Any] | None


@dataclass(slots=True)
class Count:
    """The result for one kind."""

    matched: int = 0
    missed: int = 0
    false: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """True when nothing is missed and nothing false."""
        return not self.missed and not self.false


@dataclass(slots=True)
class Report:
    """The result of a comparison, per kind of truth."""

    kinds: dict[str, Count]

    @property
    def equal(self) -> bool:
        """True when the platform shows the truth, all of it and nothing else."""
        return all(count.equal for count in self.kinds.values())

    def to_dict(self) -> dict[str, Any]:
        """For JSON: totals, then each kind with its first differences."""
        kinds = {
            name: {
                "matched": count.matched, "missed": count.missed, "false": count.false,
                "differences": [difference._asdict() for difference in count.differences],
            }
            for name, count in self.kinds.items()
        }  # fmt: skip
        totals = {word: sum(kind[word] for kind in kinds.values()) for word in ("matched", "missed", "false")}  # type: ignore[misc]
        return {"equal": self.equal, **totals, "kinds": kinds}


def compare(truth: Iterable[Line], store: Queryable) -> Report:
    """Compare all truth lines with the store's current rows.

    Times are compared to the store's resolution (``time_step_ms`` where it has one: 1000 for an engine with whole
    seconds). A line ``{"kind": "outside", "container_no": …}`` names a box that is no part of the simulated world: its
    rows are not judged. Raises ValueError for a truth line of an unknown kind; errors of the store go through.
    """
    step = int(getattr(store, "time_step_ms", 1))
    expected: dict[str, dict[tuple[Any, ...], list[tuple[Any, ...]]]] = {name: defaultdict(list) for name in KINDS}
    entries = {name: _entry_of(kind, step) for name, kind in KINDS.items()}
    outside: set[str] = set()
    for line in truth:
        name = line.get("kind", "")
        if name == OUTSIDE:
            outside.add(line["container_no"])
            continue
        if name not in KINDS:
            raise ValueError(f"truth line of kind {name!r}; expected one of {', '.join(KINDS)}: {dict(line)}")
        key, value = entries[name](line, _stated)
        expected[name][key].append(value)
    return Report({
        name: _compare_kind(kind, expected[name], _judged(store.query(_select(kind)), outside), entries[name])
        for name, kind in KINDS.items()
    })  # fmt: skip


def _judged(rows: Iterable[Line], outside: set[str]) -> Iterable[Line]:
    return [row for row in rows if row.get("container_no", row.get("subject")) not in outside] if outside else rows


def _select(kind: Kind) -> str:
    columns = [*kind.key, *kind.value]
    if "milestones" in columns:
        columns.append("milestone_times")
    return f"SELECT {', '.join(columns)} FROM {kind.table}" + (f" WHERE {kind.where}" if kind.where else "")


def _stated(line: Line) -> Iterable[tuple[str, int]]:
    milestones: dict[str, int] = line["milestones"]
    return milestones.items()


def _stored(row: Line) -> Iterable[tuple[str, int]]:
    return zip(row["milestones"], row["milestone_times"], strict=True)


Milestones = Callable[[Line], Iterable[tuple[str, int]]]


def _entry_of(kind: Kind, step: int) -> Callable[[Line, Milestones], Entry]:
    def entry(line: Line, milestones: Milestones) -> Entry:
        return (
            tuple(part(line, name, milestones) for name in kind.key),
            tuple(part(line, name, milestones) for name in kind.value),
        )

    def part(line: Line, name: str, milestones: Milestones) -> Any:
        if name == "milestones":
            return tuple(sorted((key, at - at % step) for key, at in milestones(line)))
        value = line[name]
        return value - value % step if name in kind.times else value

    return entry


def _compare_kind(
    kind: Kind,
    expected: Mapping[tuple[Any, ...], list[tuple[Any, ...]]],
    rows: Iterable[Line],
    entry: Callable[[Line, Milestones], Entry],
) -> Count:
    count = Count()
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        key, value = entry(row, _stored)
        found[key].append(value)
    for key, values in expected.items():
        others = found.pop(key, [])
        missed = []
        for value in values:
            if value in others:
                others.remove(value)
                count.matched += 1
            else:
                missed.append(value)
        _note(kind, count, key, missed, others)
    for key, others in found.items():
        _note(kind, count, key, [], others)
    return count


def _note(
    kind: Kind, count: Count, key: tuple[Any, ...], missed: list[tuple[Any, ...]], false: list[tuple[Any, ...]]
) -> None:
    count.missed += len(missed)
    count.false += len(false)
    for index in range(max(len(missed), len(false))):
        if len(count.differences) >= SHOWN:
            return
        expected = missed[index] if index < len(missed) else None
        found = false[index] if index < len(false) else None
        count.differences.append(Difference(dict(zip(kind.key, key, strict=True)), *_apart(kind, expected, found)))


def _apart(
    kind: Kind, expected: tuple[Any, ...] | None, found: tuple[Any, ...] | None
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The values of both sides; where both are there, only those that differ (of milestones, only these)."""
    left = None if expected is None else dict(zip(kind.value, expected, strict=True))
    right = None if found is None else dict(zip(kind.value, found, strict=True))
    if left is not None and right is not None:
        for name in [name for name in left if left[name] == right[name]]:
            del left[name], right[name]
        if "milestones" in left:
            both = set(left["milestones"]) & set(right["milestones"])
            left["milestones"] = tuple(m for m in left["milestones"] if m not in both)
            right["milestones"] = tuple(m for m in right["milestones"] if m not in both)
    for side in (left, right):
        if side is not None and "milestones" in side:
            side["milestones"] = dict(side["milestones"])
    return left, right
